//! The text writer, in newswire style: what a journalist can paste into a newsroom system as it is.
//!
//! One line per paragraph (the mail's encoding takes care of long lines), no marks of Markdown,
//! links numbered and listed once at the end of the whole mail.

use std::fmt::Write as _;

use crate::domain::prose::link;
use crate::domain::prose::table;
use crate::domain::prose::{Block, BlockKind, Inline, InlineKind, Prose, Speaker};

/// The numbered links of a whole mail, in the order in which they were met.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links(Vec<String>);

impl Links {
    pub fn urls(&self) -> &[String] {
        &self.0
    }

    /// The number of a link, counted from 1; the same address keeps its number.
    fn number(&mut self, url: &str) -> usize {
        if let Some(index) = self.0.iter().position(|known| known == url) {
            return index + 1;
        }
        self.0.push(url.to_owned());
        self.0.len()
    }
}

/// Paragraphs separated by a blank line, one line each; links as `word [1]`, collected in `links`.
/// A quote written without quotation marks gets those of `language`. No blank line at the end.
pub fn to_text(prose: &Prose, language: &str, links: &mut Links) -> String {
    blocks_text(&prose.blocks, language, links)
}

fn blocks_text(blocks: &[Block], language: &str, links: &mut Links) -> String {
    blocks
        .iter()
        .map(|block| block_text(block, language, links))
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn block_text(block: &Block, language: &str, links: &mut Links) -> String {
    match &block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Heading { inlines, .. } => line(inlines, links),
        BlockKind::Quote { blocks, speaker } => {
            let quoted = blocks_text(blocks, language, links);
            quote(&quoted, speaker.as_ref(), language)
        }
        BlockKind::List { start, items } => list(*start, items, language, links),
        BlockKind::Table {
            header,
            rows,
            right,
        } => {
            let mut cells = |row: &Vec<Vec<Inline>>| -> Vec<String> {
                row.iter()
                    .map(|cell| line(cell, links).replace('\n', " "))
                    .collect()
            };
            let header = cells(header);
            let rows: Vec<_> = rows.iter().map(cells).collect();
            table::to_text(&header, &rows, right)
        }
        BlockKind::Code(code) => code
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
            .trim_matches('\n')
            .to_owned(),
        BlockKind::Rule => "* * *".to_owned(),
    }
}

/// The inlines of one block with numbered links; line ends only where the author asked for them.
fn line(inlines: &[Inline], links: &mut Links) -> String {
    let mut out = String::new();
    put(inlines, &mut out, Some(links));
    out.split('\n')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// The bare words of a line, without link numbers and marks.
pub fn inlines_text(inlines: &[Inline]) -> String {
    let mut out = String::new();
    put(inlines, &mut out, None);
    out
}

fn put(inlines: &[Inline], out: &mut String, mut links: Option<&mut Links>) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => out.push_str(text),
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => {
                put(inner, out, links.as_deref_mut());
            }
            InlineKind::Link { url, inlines } => {
                let words = inlines_text(inlines);
                put(inlines, out, links.as_deref_mut());
                if let Some(links) = links.as_deref_mut()
                    && let Some(address) = link::to_list(url, &words)
                {
                    let blank = if words.is_empty() { "" } else { " " };
                    let _ = write!(out, "{blank}[{}]", links.number(address));
                }
            }
            InlineKind::Image { alt, .. } => out.push_str(alt),
            InlineKind::SoftBreak => out.push(' '),
            InlineKind::Break => out.push(if links.is_some() { '\n' } else { ' ' }),
        }
    }
}

/// Marks only where the author set none: in a text part nothing else shows that it is a quote.
/// Each paragraph opens, only the last closes, as in print.
fn quote(quoted: &str, speaker: Option<&Speaker>, language: &str) -> String {
    let mut out = String::new();
    if quoted.starts_with(['“', '”', '„', '"', '«', '»', '‘', '\'', '‚', '「', '『'])
        || quoted.is_empty()
    {
        out.push_str(quoted);
    } else {
        let (open, close) = match language.split('-').next().unwrap_or_default() {
            "de" => ("„", "“"),
            "fr" => ("«\u{A0}", "\u{A0}»"),
            "es" => ("«", "»"),
            _ => ("“", "”"),
        };
        out.push_str(open);
        out.push_str(&quoted.replace("\n\n", &format!("\n\n{open}")));
        out.push_str(close);
    }
    if let Some(speaker) = speaker {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("— ");
        out.push_str(&speaker.to_string());
    }
    out
}

fn list(start: Option<usize>, items: &[Vec<Block>], language: &str, links: &mut Links) -> String {
    let mut printed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mark = match start {
            Some(first) => format!("{}. ", first.saturating_add(index)),
            None => "- ".to_owned(),
        };
        let indent = " ".repeat(mark.len());
        let text = item
            .iter()
            .map(|block| block_text(block, language, links))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        for (number, line) in text.split('\n').enumerate() {
            let lead = if number == 0 { &mark } else { &indent };
            printed.push(format!("{lead}{line}").trim_end().to_owned());
        }
    }
    printed.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::prose::read;

    use super::*;

    fn text(markdown: &str) -> String {
        let mut links = Links::default();
        let mut out = to_text(&read(markdown), "en", &mut links);
        for (index, url) in links.urls().iter().enumerate() {
            let _ = write!(out, "\n[{}] {url}", index + 1);
        }
        out
    }

    #[test]
    fn paragraphs_are_one_line_without_marks() {
        assert_eq!(
            text("A **bold** and *fine*\nword with `code`.\n\n## Next\n\nA  \nbreak\n\n---\n"),
            "A bold and fine word with code.\n\nNext\n\nA\nbreak\n\n* * *"
        );
    }

    #[test]
    fn links_are_numbered_once_and_bare_ones_stay() {
        assert_eq!(
            text(
                "[One](https://a.example/1), [two](https://a.example/2), [one](https://a.example/1), \
                 https://b.example, www.c.example, press@d.example, [Ana](mailto:ana@d.example), \
                 [+1 604 555 0100](tel:+16045550100), [bad](javascript:alert(1))"
            ),
            "One [1], two [2], one [1], https://b.example, www.c.example, press@d.example, Ana [3], \
             +1 604 555 0100, bad\n[1] https://a.example/1\n[2] https://a.example/2\n[3] ana@d.example"
        );
    }

    #[test]
    fn quotes_keep_their_marks_or_get_some() {
        assert_eq!(
            text("> “We did it,” she said.\n> — Ines Roy, Chief"),
            "“We did it,” she said.\n— Ines Roy, Chief"
        );
        assert_eq!(
            text("> We did it.\n>\n> Again.\n> — Ines Roy"),
            "“We did it.\n\n“Again.”\n— Ines Roy"
        );
        let german = to_text(&read("> Ja."), "de-AT", &mut Links::default());
        assert_eq!(german, "„Ja.“");
    }

    #[test]
    fn lists_nest_and_count() {
        assert_eq!(
            text("- one\n- two\n  - deep\n\n9. nine\n10. ten\n\n    more\n"),
            "- one\n- two\n  - deep\n\n9. nine\n10. ten\n    more"
        );
    }

    #[test]
    fn tables_are_aligned_or_become_lines() {
        assert_eq!(
            text("| Year | Homes |\n|--|--|\n| 2026 | 9,000 |\n| 2027 | |\n"),
            "Year  Homes\n2026  9,000\n2027"
        );
        let long = "word ".repeat(12);
        let long = long.trim();
        assert_eq!(
            text(&format!(
                "| A | B |\n|--|--|\n| {long} | {long} |\n| x | y |\n"
            )),
            format!("A: {long}\nB: {long}\n\nA: x\nB: y")
        );
    }

    fn block() -> impl Strategy<Value = String> {
        let word = "[a-zäß0-9]{1,8}";
        prop_oneof![
            prop::collection::vec(word, 1..8).prop_map(|words| words.join(" ")),
            prop::collection::vec(word, 1..4).prop_map(|words| format!(
                "> {}\n> — {}, x",
                words.join("\n> "),
                words[0]
            )),
            prop::collection::vec(word, 1..4).prop_map(|words| format!("- {}", words.join("\n- "))),
            prop::collection::vec(word, 2..4)
                .prop_map(|words| format!("1. {}", words.join("\n   - "))),
            prop::collection::vec(word, 2..5).prop_map(|words| format!(
                "|{}|\n|{}\n|{}|",
                words.join("|"),
                "-|".repeat(words.len()),
                words.join(" | ")
            )),
            (word, word).prop_map(|(a, b)| format!("**{a}** [_{b}_](https://a.example/)")),
            (word, word).prop_map(|(a, b)| format!("## {a}\n![{b}](x.jpg)")),
            word.prop_map(|a| format!("```\n{a}\n```")),
        ]
    }

    proptest! {
        #[test]
        fn no_word_is_lost(blocks in prop::collection::vec(block(), 1..6)) {
            let markdown = blocks.join("\n\n");
            let text = text(&markdown);
            let words = |text: &str| -> Vec<String> {
                text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
            };
            let mut kept = words(&text);
            for word in words(&markdown.replace("x.jpg", "").replace("1. ", "").replace("https://a.example/", "")) {
                let found = kept.iter().position(|known| *known == word);
                prop_assert!(found.is_some(), "{} is lost in\n{}\n---\n{}", word, markdown, text);
                kept.swap_remove(found.unwrap());
            }
        }

        #[test]
        fn random_markdown_never_panics(markdown in "([a-z*_`\\[\\]()<>!#|\\-:\n >~+.&;\\\\\"'0-9é“—]|\n\n|https://|\\|--\\||\u{E000}){0,80}") {
            let text = text(&markdown);
            prop_assert!(!text.lines().any(|line| line.ends_with(' ')));
        }
    }
}
