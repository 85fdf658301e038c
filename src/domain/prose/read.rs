//! Markdown into our tree.

use comrak::nodes::{AstNode, ListType, NodeValue, TableAlignment};
use comrak::{Arena, Options};

use crate::domain::prose::speaker;
use crate::domain::prose::table;
use crate::domain::prose::{Block, BlockKind, Inline, InlineKind, Position, Prose};

/// Deeper than any release; below it only the words are kept, so that a file made to exhaust the
/// stack does not.
const MAX_DEPTH: usize = 40;

/// Reads Markdown (`CommonMark` with tables and bare links). Every text is some Markdown: there is
/// no error, and quotes, dashes and dots stay as the author typed them.
pub fn read(markdown: &str) -> Prose {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, markdown, &options);
    let mut reader = Reader {
        raw_html: Vec::new(),
    };
    let blocks = reader.blocks(root, 0);
    Prose {
        blocks,
        raw_html: reader.raw_html,
    }
}

struct Reader {
    raw_html: Vec<Position>,
}

impl Reader {
    fn blocks<'a>(&mut self, parent: &'a AstNode<'a>, depth: usize) -> Vec<Block> {
        parent
            .children()
            .filter_map(|node| self.block(node, depth + 1))
            .collect()
    }

    fn block<'a>(&mut self, node: &'a AstNode<'a>, depth: usize) -> Option<Block> {
        let at = position(node);
        if depth > MAX_DEPTH {
            let kind = BlockKind::Paragraph(vec![words(node)]);
            return Some(Block { at, kind });
        }
        let kind = match &node.data().value {
            NodeValue::Paragraph => BlockKind::Paragraph(self.inlines(node, depth)),
            NodeValue::Heading(heading) => BlockKind::Heading {
                level: heading.level,
                inlines: self.inlines(node, depth),
            },
            NodeValue::BlockQuote => {
                let mut blocks = self.blocks(node, depth);
                let speaker = speaker::take(&mut blocks);
                BlockKind::Quote { blocks, speaker }
            }
            NodeValue::List(list) => BlockKind::List {
                start: (list.list_type == ListType::Ordered).then_some(list.start),
                items: node
                    .children()
                    .map(|item| self.blocks(item, depth + 1))
                    .collect(),
            },
            NodeValue::Table(table) => self.table(node, &table.alignments, depth),
            NodeValue::CodeBlock(code) => BlockKind::Code(code.literal.clone()),
            NodeValue::ThematicBreak => BlockKind::Rule,
            NodeValue::HtmlBlock(_) => {
                self.raw_html.push(at);
                return None;
            }
            // None of the extensions that make other blocks is switched on.
            _ => BlockKind::Paragraph(vec![words(node)]),
        };
        Some(Block { at, kind })
    }

    fn table<'a>(
        &mut self,
        node: &'a AstNode<'a>,
        alignments: &[TableAlignment],
        depth: usize,
    ) -> BlockKind {
        let mut rows = node.children().map(|row| {
            row.children()
                .map(|cell| self.inlines(cell, depth))
                .collect()
        });
        let header = rows.next().unwrap_or_default();
        let rows: Vec<Vec<Vec<Inline>>> = rows.collect();
        let right = (0..header.len())
            .map(|column| match alignments.get(column) {
                Some(TableAlignment::Right) => true,
                // The first column names its rows, be it by years.
                Some(TableAlignment::None) | None => {
                    column > 0 && table::is_of_figures(&rows, column)
                }
                Some(TableAlignment::Left | TableAlignment::Center) => false,
            })
            .collect();
        BlockKind::Table {
            header,
            rows,
            right,
        }
    }

    fn inlines<'a>(&mut self, parent: &'a AstNode<'a>, depth: usize) -> Vec<Inline> {
        parent
            .children()
            .filter_map(|node| self.inline(node, depth + 1))
            .collect()
    }

    fn inline<'a>(&mut self, node: &'a AstNode<'a>, depth: usize) -> Option<Inline> {
        let at = position(node);
        if depth > MAX_DEPTH {
            return Some(words(node));
        }
        let kind = match &node.data().value {
            NodeValue::Text(text) => InlineKind::Text(text.to_string()),
            NodeValue::Strong => InlineKind::Strong(self.inlines(node, depth)),
            NodeValue::Emph => InlineKind::Emphasis(self.inlines(node, depth)),
            NodeValue::Code(code) => InlineKind::Code(code.literal.clone()),
            NodeValue::Link(link) => InlineKind::Link {
                url: link.url.clone(),
                inlines: self.inlines(node, depth),
            },
            NodeValue::Image(link) => InlineKind::Image {
                url: link.url.clone(),
                alt: gather(node),
            },
            NodeValue::SoftBreak => InlineKind::SoftBreak,
            NodeValue::LineBreak => InlineKind::Break,
            NodeValue::HtmlInline(_) => {
                self.raw_html.push(at);
                return None;
            }
            _ => return Some(words(node)),
        };
        Some(Inline { at, kind })
    }
}

fn position<'a>(node: &'a AstNode<'a>) -> Position {
    let start = node.data().sourcepos.start;
    Position {
        line: start.line,
        column: start.column,
    }
}

fn words<'a>(node: &'a AstNode<'a>) -> Inline {
    Inline {
        at: position(node),
        kind: InlineKind::Text(gather(node)),
    }
}

/// All words below a node; walks without recursion.
fn gather<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for inner in node.descendants() {
        match &inner.data().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak
            | NodeValue::LineBreak
            | NodeValue::Paragraph
            | NodeValue::Heading(_)
            | NodeValue::TableCell => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_places_and_drops_raw_html() {
        let prose = read("One \"two\" -- three...\n\n<div>hidden</div>\n\nA <b>bold</b> word\n");
        assert_eq!(prose.blocks.len(), 2);
        assert_eq!(prose.blocks[1].at, Position { line: 5, column: 1 });
        let BlockKind::Paragraph(inlines) = &prose.blocks[0].kind else {
            panic!("{prose:?}")
        };
        assert_eq!(
            inlines[0].kind,
            InlineKind::Text("One \"two\" -- three...".into())
        );
        let places: Vec<_> = prose
            .raw_html
            .iter()
            .map(|at| (at.line, at.column))
            .collect();
        assert_eq!(places, [(3, 1), (5, 3), (5, 10)]);
    }

    #[test]
    fn reads_lists_tables_links_and_images() {
        let prose = read(
            "3. one\n4. two\n\n| a | b |\n|---|---|\n| 1 |\n\n[x](https://a.example) https://b.example ![alt *text*](t.jpg)\n",
        );
        let BlockKind::List { start, items } = &prose.blocks[0].kind else {
            panic!("{prose:?}")
        };
        assert_eq!((*start, items.len()), (Some(3), 2));
        let BlockKind::Table { header, rows, .. } = &prose.blocks[1].kind else {
            panic!("{prose:?}")
        };
        assert_eq!((header.len(), rows.len(), rows[0].len()), (2, 1, 2));
        let BlockKind::Paragraph(inlines) = &prose.blocks[2].kind else {
            panic!("{prose:?}")
        };
        assert!(
            matches!(&inlines[2].kind, InlineKind::Link { url, .. } if url == "https://b.example")
        );
        assert!(matches!(&inlines[4].kind, InlineKind::Image { alt, .. } if alt == "alt text"));
    }

    #[test]
    fn a_file_made_to_exhaust_the_stack_does_not() {
        for text in [
            ">".repeat(20_000) + " word",
            "- ".repeat(5_000) + "word",
            "*a **b ".repeat(3_000) + "word" + &"** *".repeat(3_000),
            "[".repeat(20_000) + "word" + &"](https://a.example)".repeat(3_000),
            "![".repeat(3_000) + "word" + &"](https://a.example)".repeat(3_000),
        ] {
            let prose = read(&text);
            assert!(format!("{prose:?}").contains("word"));
        }
    }
}
