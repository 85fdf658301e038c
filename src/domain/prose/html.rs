//! The HTML writer: semantic tags with a few classes for the mail's style sheet.

use std::fmt::Write as _;

use crate::domain::prose::link;
use crate::domain::prose::{Block, BlockKind, Inline, InlineKind, Prose};

/// Semantic HTML, every word of the author escaped, pictures as their alternative text.
pub fn to_html(prose: &Prose) -> String {
    to_html_with(prose, &|_| None)
}

/// As [`to_html`]; `picture` gives the source of a picture that may be shown (a `cid:`), asked with
/// what the author wrote in the brackets. Nothing is ever loaded from elsewhere.
pub fn to_html_with(prose: &Prose, picture: &dyn Fn(&str) -> Option<String>) -> String {
    let mut writer = Writer {
        out: String::new(),
        picture,
    };
    writer.blocks(&prose.blocks);
    writer.out
}

/// Escapes for text and for attributes in double quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

struct Writer<'a> {
    out: String,
    picture: &'a dyn Fn(&str) -> Option<String>,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.wrap("<p>", inlines, "</p>\n"),
            BlockKind::Heading { level, inlines } => {
                // The headline is the only h1 of the mail.
                let level = (*level).clamp(2, 6);
                self.wrap(&format!("<h{level}>"), inlines, &format!("</h{level}>\n"));
            }
            BlockKind::Quote { blocks, speaker } => {
                self.out.push_str("<blockquote class=\"quote\">\n");
                self.blocks(blocks);
                if let Some(speaker) = speaker {
                    let title = speaker.title.as_ref();
                    let title = title.map(|title| format!(", {}", escape(title)));
                    let _ = writeln!(
                        self.out,
                        "<p class=\"speaker\">— <strong>{}</strong>{}</p>",
                        escape(&speaker.name),
                        title.unwrap_or_default()
                    );
                }
                self.out.push_str("</blockquote>\n");
            }
            BlockKind::List { start, items } => self.list(*start, items),
            BlockKind::Table {
                header,
                rows,
                right,
            } => self.table(header, rows, right),
            BlockKind::Code(code) => {
                let _ = writeln!(self.out, "<pre>{}</pre>", escape(code));
            }
            BlockKind::Rule => self.out.push_str("<hr>\n"),
        }
    }

    fn list(&mut self, start: Option<usize>, items: &[Vec<Block>]) {
        let (open, close) = match start {
            None => ("<ul>\n".to_owned(), "</ul>\n"),
            Some(1) => ("<ol>\n".to_owned(), "</ol>\n"),
            Some(first) => (format!("<ol start=\"{first}\">\n"), "</ol>\n"),
        };
        self.out.push_str(&open);
        for item in items {
            self.out.push_str("<li>");
            match item.as_slice() {
                // A single paragraph needs no space of its own.
                [
                    Block {
                        kind: BlockKind::Paragraph(inlines),
                        ..
                    },
                    rest @ ..,
                ] => {
                    self.inlines(inlines);
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str(close);
    }

    fn table(&mut self, header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], right: &[bool]) {
        let is_right = |column: usize| right.get(column) == Some(&true);
        self.out.push_str("<table class=\"data\">\n<thead><tr>");
        for (column, cell) in header.iter().enumerate() {
            let open = if is_right(column) {
                "<th class=\"num\">"
            } else {
                "<th>"
            };
            self.wrap(open, cell, "</th>");
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.out.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let open = if is_right(column) {
                    "<td class=\"num\">"
                } else {
                    "<td>"
                };
                self.wrap(open, cell, "</td>");
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody></table>\n");
    }

    fn wrap(&mut self, open: &str, inlines: &[Inline], close: &str) {
        self.out.push_str(open);
        self.inlines(inlines);
        self.out.push_str(close);
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) => self.out.push_str(&escape(text)),
                InlineKind::Strong(inner) => self.wrap("<strong>", inner, "</strong>"),
                InlineKind::Emphasis(inner) => self.wrap("<em>", inner, "</em>"),
                InlineKind::Code(code) => {
                    let _ = write!(self.out, "<code>{}</code>", escape(code));
                }
                InlineKind::Link { url, inlines } if link::is_allowed_link(url) => {
                    self.wrap(&format!("<a href=\"{}\">", escape(url)), inlines, "</a>");
                }
                InlineKind::Link { inlines, .. } => self.inlines(inlines),
                InlineKind::Image { url, alt } => self.image(url, alt),
                InlineKind::SoftBreak => self.out.push('\n'),
                InlineKind::Break => self.out.push_str("<br>\n"),
            }
        }
    }

    fn image(&mut self, url: &str, alt: &str) {
        let alt = escape(alt);
        if let Some(source) = (self.picture)(url) {
            let source = escape(&source);
            let _ = write!(
                self.out,
                "<img class=\"picture\" src=\"{source}\" alt=\"{alt}\">"
            );
        } else {
            self.out.push_str(&alt);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::prose::read;

    use super::*;

    fn html(markdown: &str) -> String {
        to_html(&read(markdown))
    }

    #[test]
    fn writes_semantic_tags() {
        insta::assert_snapshot!(html(
            "# Big\n\nA **bold** *fine* `c<d` [link](https://a.example/?a=1&b=2)  \nbreak\n\n\
             > “Yes & no.”\n> — Ines Roy, Chief\n\n3. a\n   - b\n4. c\n\n| x | y |\n|-|-|\n| 1 | <b>2 |\n\n---\n"
        ), @r#"
        <h2>Big</h2>
        <p>A <strong>bold</strong> <em>fine</em> <code>c&lt;d</code> <a href="https://a.example/?a=1&amp;b=2">link</a><br>
        break</p>
        <blockquote class="quote">
        <p>“Yes &amp; no.”</p>
        <p class="speaker">— <strong>Ines Roy</strong>, Chief</p>
        </blockquote>
        <ol start="3">
        <li>a<ul>
        <li>b</li>
        </ul>
        </li>
        <li>c</li>
        </ol>
        <table class="data">
        <thead><tr><th>x</th><th class="num">y</th></tr></thead>
        <tbody>
        <tr><td>1</td><td class="num">2</td></tr>
        </tbody></table>
        <hr>
        "#);
    }

    #[test]
    fn links_elsewhere_lose_their_target_and_pictures_their_source() {
        assert_eq!(
            html("[a](javascript:alert(1)) [b](data:x) ![c \"d\"](https://a.example/pixel.gif)"),
            "<p>a b c &quot;d&quot;</p>\n"
        );
        let shown = to_html_with(&read("![c](t.jpg)"), &|url| Some(format!("cid:{url}")));
        assert_eq!(
            shown,
            "<p><img class=\"picture\" src=\"cid:t.jpg\" alt=\"c\"></p>\n"
        );
    }

    /// Removes the tags this writer can write; any `<` left over is the author's.
    fn without_our_tags(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            out.push_str(&rest[..start]);
            let end = rest[start..]
                .find('>')
                .map_or(rest.len(), |end| start + end + 1);
            let tag = &rest[start..end];
            let name: String = tag
                .trim_start_matches(['<', '/'])
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let known = [
                "p",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "blockquote",
                "ul",
                "ol",
                "li",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "pre",
                "hr",
                "strong",
                "em",
                "code",
                "br",
            ];
            let ours = known.contains(&name.as_str()) && !tag.contains(" on")
                || tag == "</a>"
                || tag.starts_with("<a href=\"")
                    && tag.ends_with("\">")
                    && tag.matches('"').count() == 2
                    && !tag[1..].contains('<');
            if !ours {
                out.push_str(tag);
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }

    proptest! {
        #[test]
        fn nothing_of_the_author_is_a_tag(markdown in "(<|>|script|img src=x onerror=y|</p>|[a-z*_`\\[\\]()!#|\\-:\n\"'&\\\\]|https://a.example|\\]\\(|&lt;|<b>|<!--|\n\n){0,40}") {
            let html = html(&markdown);
            prop_assert!(!without_our_tags(&html).contains('<'), "{}\n{}", markdown, html);
        }
    }
}
