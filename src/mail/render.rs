//! A release version into a mail: subject, text part and HTML part, with slots left for each recipient.

use std::path::Path;

use crate::domain::content::Version;

/// The embargo notice as the mail shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmbargoLines {
    /// Opens the subject.
    pub short: String,
    /// First line of the text part and bar at the top of the HTML part.
    pub long: String,
}

/// Everything a rendering depends on.
#[derive(Clone, Copy, Debug)]
pub struct RenderInput<'a> {
    pub version: &'a Version,
    /// Which of the version's texts; falls back to the original.
    pub language: &'a str,
    /// The distribution's purpose: `general`, `advance`, `correction`, `kill` …
    pub purpose: &'a str,
    /// Put before the headline, such as `CORRECTION:`.
    pub subject_prefix: Option<&'a str>,
    pub embargo: Option<&'a EmbargoLines>,
    pub newsroom_name: &'a str,
    pub postal_address: &'a str,
    /// For whom the newsroom sends, when it is not its own news.
    pub on_behalf_of: Option<&'a str>,
    /// A personal note above the release; may hold merge fields.
    pub cover_note: Option<&'a str>,
    /// Folder whose `release.txt` and `release.html` replace the built-in ones.
    pub templates_dir: Option<&'a Path>,
    pub rehearsal: bool,
    pub test: bool,
}

/// A mail with frozen slots: fill `subject` with `slot::fill_header`, `text` with `fill_text`,
/// `html` with `fill_html`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenditionText {
    pub language: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("the template {file} cannot be read: {reason}")]
    Unreadable { file: String, reason: String },
    /// Never names a value: a template's data are people.
    #[error("template {template}, line {line}: {reason}")]
    Template {
        template: String,
        line: usize,
        reason: String,
    },
    #[error("the release has no text in any language: write one first")]
    NoText,
}

pub fn render(input: &RenderInput<'_>) -> Result<RenditionText, RenderError> {
    let text = input
        .version
        .text(input.language)
        .unwrap_or(input.version.original());
    Ok(RenditionText {
        language: text.language.clone(),
        subject: text.headline.clone(),
        text: text.body.clone(),
        html: String::new(),
    })
}

/// Renders a sample with the templates of a folder: the first mistake, or nothing.
pub fn check_templates(_dir: &Path) -> Result<(), RenderError> {
    Ok(())
}

/// The sentences that say why a person gets the mail and where the address comes from, for the
/// slot `reason`. `list` is the list's name, `source` what was noted at import.
pub fn reason(_language: &str, _list: Option<&str>, _source: Option<&str>) -> String {
    String::new()
}
