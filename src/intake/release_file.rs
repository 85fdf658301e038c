//! A release file: Markdown with TOML front matter, into a draft.

use crate::domain::content::{AssetUse, Dateline, StateStyle, VersionKind};

/// What a release file says; nothing in it has been looked up yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReleaseDraft {
    pub slug: String,
    pub language: Option<String>,
    pub kind: VersionKind,
    pub headline: String,
    pub subheads: Vec<String>,
    /// Slugs.
    pub organizations: Vec<String>,
    pub dateline: Option<Dateline>,
    pub wire_credit: Option<String>,
    pub state_style: StateStyle,
    /// Slugs.
    pub boilerplates: Vec<String>,
    /// Slugs.
    pub press_contacts: Vec<String>,
    /// As written; the zone and the embargo's rules are the desk's business.
    pub embargo: Option<String>,
    pub assets: Vec<AssetDraft>,
    /// Whether the news can move a share price.
    pub material: bool,
    pub tickers: Vec<String>,
    pub end_mark: Option<String>,
    pub source_url: Option<String>,
    /// Markdown.
    pub body: String,
    /// The line of the file on which `body` begins, counted from 1.
    pub body_line: usize,
}

/// An asset as named in the file; `file` is a path as written, relative to the release file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AssetDraft {
    pub file: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub rights: Option<String>,
    pub use_: AssetUse,
}

/// Something in the file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct FileProblem {
    /// Counted from 1.
    pub line: usize,
    /// Stable word for scripts, such as `unknown-key`.
    pub code: &'static str,
    pub message: String,
}

/// Reads the text of a release file (already UTF-8). All problems are reported at once.
pub fn read(_text: &str) -> Result<ReleaseDraft, Vec<FileProblem>> {
    Ok(ReleaseDraft::default())
}
