//! Prose: the Markdown tree of a release with its text writer and its HTML writer.
//!
//! The tree is small and ours, so that checks, mail and pages speak of the same paragraphs, quotes
//! and links, each with its place in the author's file. What the author wrote is kept: no smart
//! quotes, no raw HTML.

mod html;
mod link;
mod read;
mod speaker;
mod table;
mod text;

pub use crate::domain::prose::html::{escape, to_html, to_html_with};
pub use crate::domain::prose::link::is_allowed_link;
pub use crate::domain::prose::read::read;
pub use crate::domain::prose::text::{Links, inlines_text, to_text};

/// A place in the Markdown, counted from 1; columns are bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A text as a list of blocks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prose {
    pub blocks: Vec<Block>,
    /// Where raw HTML stood. It was dropped: a release must not carry what nobody has read.
    pub raw_html: Vec<Position>,
}

impl Prose {
    /// Who is quoted, in the order of the text.
    pub fn speakers(&self) -> impl Iterator<Item = &Speaker> {
        self.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Quote { speaker, .. } => speaker.as_ref(),
            _ => None,
        })
    }

    /// Puts words before the first paragraph, on its line: the dateline belongs there. A text that
    /// opens with something else gets a paragraph of its own.
    pub fn open_with(&mut self, words: &str) {
        let inline = Inline {
            at: Position { line: 1, column: 1 },
            kind: InlineKind::Text(words.to_owned()),
        };
        if let Some(Block {
            kind: BlockKind::Paragraph(inlines),
            ..
        }) = self.blocks.first_mut()
        {
            inlines.insert(0, inline);
        } else {
            let at = inline.at;
            let kind = BlockKind::Paragraph(vec![inline]);
            self.blocks.insert(0, Block { at, kind });
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    pub at: Position,
    pub kind: BlockKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    Paragraph(Vec<Inline>),
    Heading {
        /// 1 to 6.
        level: u8,
        inlines: Vec<Inline>,
    },
    /// A block quote; `speaker` when it ends with `— Name, Title`.
    Quote {
        blocks: Vec<Block>,
        speaker: Option<Speaker>,
    },
    List {
        /// The first number of an ordered list; nothing for bullets.
        start: Option<usize>,
        items: Vec<Vec<Block>>,
    },
    /// Rows all have as many cells as the header.
    Table {
        header: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
        /// A column each: whether it stands at the right, as figures do.
        right: Vec<bool>,
    },
    Code(String),
    Rule,
}

/// Who is quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Speaker {
    pub at: Position,
    pub name: String,
    pub title: Option<String>,
}

impl std::fmt::Display for Speaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.title {
            Some(title) => write!(f, "{}, {title}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inline {
    pub at: Position,
    pub kind: InlineKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InlineKind {
    Text(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Code(String),
    Link {
        url: String,
        inlines: Vec<Inline>,
    },
    /// `alt` is what stands in the brackets.
    Image {
        url: String,
        alt: String,
    },
    /// A line end in the source, which is a blank in print.
    SoftBreak,
    /// A line end the author asked for.
    Break,
}
