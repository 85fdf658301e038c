//! Prose: the Markdown tree of a release with its text writer and its HTML writer.
//!
//! The tree is small and ours, so that checks, mail and pages speak of the same paragraphs, quotes
//! and links, each with its place in the author's file. What the author wrote is kept: no smart
//! quotes, no raw HTML.

mod html;
mod read;
mod text;

pub use crate::domain::prose::html::to_html;
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
