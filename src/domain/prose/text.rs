//! The text writer, in newswire style.

use crate::domain::prose::{Inline, Prose};

/// The numbered links of a whole mail, in the order in which they were met.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links(Vec<String>);

impl Links {
    pub fn urls(&self) -> &[String] {
        &self.0
    }
}

/// Paragraphs separated by a blank line, one line each; links as `word [1]`, collected in `links`.
pub fn to_text(_prose: &Prose, _links: &mut Links) -> String {
    String::new()
}

/// The bare words of a line, without links and marks.
pub fn inlines_text(_inlines: &[Inline]) -> String {
    String::new()
}
