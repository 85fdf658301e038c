//! A release version into a mail: subject, text part and HTML part, with slots left for each recipient.
//!
//! Rendering happens once per language when a distribution is scheduled; sending only fills slots,
//! so that what was approved is what is sent.

mod context;
mod labels;
pub mod notice;
mod sample;
mod template;

use std::path::Path;

use crate::domain::color::Color;
use crate::domain::content::{Text, Version};
use crate::domain::slot;

pub use crate::mail::render::labels::{on_request, reason};
pub use crate::mail::render::sample::check_templates;

/// The embargo notice as the mail shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmbargoLines {
    /// Opens the subject.
    pub short: String,
    /// First line of the text part and bar at the top of the HTML part.
    pub long: String,
    /// What follows it: the slot of the same moment in the recipient's zone, or nothing.
    pub there: String,
}

/// What makes a mail the house's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brand<'a> {
    pub logo: Option<Logo<'a>>,
    pub color: Option<Color>,
}

/// A picture that travels with the mail; sizes in pixels as shown.
#[derive(Clone, Copy, Debug)]
pub struct Logo<'a> {
    /// Content-ID without brackets.
    pub cid: &'a str,
    pub width: u32,
    pub height: u32,
}

/// Everything a rendering depends on.
#[derive(Clone, Copy, Debug)]
pub struct RenderInput<'a> {
    pub version: &'a Version,
    /// Which of the version's texts; falls back to the nearest, then the original.
    pub language: &'a str,
    /// The distribution's purpose: `general`, `advance`, `correction`, `kill` …
    pub purpose: &'a str,
    pub embargo: Option<&'a EmbargoLines>,
    pub newsroom_name: &'a str,
    /// One or more lines.
    pub postal_address: &'a str,
    /// For whom the newsroom sends, when it is not its own news.
    pub on_behalf_of: Option<&'a str>,
    /// A personal note above the release, in Markdown; may hold merge fields.
    pub cover_note: Option<&'a str>,
    /// Folder whose `release.txt` and `release.html` replace the built-in ones, each by itself.
    pub templates_dir: Option<&'a Path>,
    pub brand: Brand<'a>,
    /// Assets that are not in the mail, by SHA-256, and the address that each is at.
    pub links: &'a [(String, String)],
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

/// Why a mail cannot be rendered. Never names a value: a template's data are people.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("the template {file} cannot be read: {reason}")]
    Unreadable { file: String, reason: String },
    #[error("template {template}, line {line}: {reason}")]
    Template {
        template: String,
        line: usize,
        reason: String,
    },
    /// The law or a promise wants it in every mail, whatever a house's own template looks like.
    #[error("template {template} leaves out {what}: add {{{{ {variable} }}}}")]
    Missing {
        template: String,
        what: &'static str,
        variable: &'static str,
    },
    #[error(
        "template {template} has {what}, which mail programs drop or block: take it out, and keep styles in <style>"
    )]
    Dropped { template: String, what: String },
    #[error("the HTML of template {template} cannot be given its styles: {reason}")]
    Style { template: String, reason: String },
    #[error("the release has no text in any language: write one first")]
    NoText,
}

/// Renders one language of a version.
///
/// Refuses a template that leaves out the embargo notice, the opt-out, the reason for writing or
/// the postal address (CAN-SPAM Act, 15 U.S.C. 7704(a)(5); GDPR art. 14 and 21).
pub fn render(input: &RenderInput<'_>) -> Result<RenditionText, RenderError> {
    let version = input.version;
    if version.texts.is_empty() {
        return Err(RenderError::NoText);
    }
    let text = version.best_text(input.language);
    let parts = context::Parts::new(input, text);
    Ok(RenditionText {
        language: text.language.clone(),
        subject: subject(input, text),
        text: template::text(input, parts.text_context())?,
        html: template::html(input, parts.html_context())?,
    })
}

/// `[TEST] EMBARGOED UNTIL …: CORRECTION: Headline`, one line. The embargo stands before anything
/// of the news, because a list of mails shows little more than the beginning; what is no plain
/// news says so (COR-01), unless its headline does.
fn subject(input: &RenderInput<'_>, text: &Text) -> String {
    let (language, headline) = (text.language.as_str(), text.headline.as_str());
    let [rehearsal, trial] = labels::marks(language);
    let mut subject = String::new();
    if input.rehearsal {
        subject.push_str(rehearsal);
    }
    if input.test {
        subject.push_str(trial);
    }
    let kind = labels::banner(input.version.kind, language);
    let is_said = |word: &&str| headline.to_uppercase().contains(word.trim());
    let notices = [
        input.embargo.map(|embargo| embargo.short.as_str()),
        kind.filter(|word| !is_said(word)),
    ];
    for notice in notices.into_iter().flatten().map(str::trim) {
        if !notice.is_empty() {
            subject.push_str(&slot::strip_private_use(notice));
            let closed = notice.ends_with([':', ']', ')', '|', '—', '–']);
            subject.push_str(if closed { " " } else { ": " });
        }
    }
    subject.push_str(&slot::freeze(headline));
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let words = subject.split(blank).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
