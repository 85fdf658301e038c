//! A release file: Markdown with TOML front matter, into a draft.

mod front;
mod keys;

use crate::domain::content::{AssetUse, Dateline, Download, StateStyle, VersionKind};
use crate::domain::slot;

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
    /// Without it: the house's.
    pub state_style: Option<StateStyle>,
    /// Slugs.
    pub boilerplates: Vec<String>,
    /// Slugs in blocks; "or" is printed between two blocks.
    pub press_contacts: Vec<Vec<String>>,
    /// As written; the zone and the embargo's rules are the desk's business.
    pub embargo: Option<String>,
    pub assets: Vec<AssetDraft>,
    /// Whether the news can move a share price.
    pub material: bool,
    pub tickers: Vec<String>,
    pub end_mark: Option<String>,
    pub source_url: Option<String>,
    /// Markdown.
    pub forward_looking: Option<String>,
    pub downloads: Vec<Download>,
    /// Markdown.
    pub body: String,
    /// The line of the file on which `body` begins, counted from 1.
    pub body_line: usize,
}

/// An asset as named in the file; `file` is a path as written, relative to the release file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AssetDraft {
    pub file: String,
    /// Taken out of a Word document; otherwise `file` is read.
    pub bytes: Option<Vec<u8>>,
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

/// Reads the text of a release file (already UTF-8). All problems are reported at once, in the
/// order of their lines.
///
/// A byte order mark and Windows line ends are fine; control characters and private-use characters
/// (which would pass for our merge fields) are removed.
pub fn read(text: &str) -> Result<ReleaseDraft, Vec<FileProblem>> {
    let text = clean(text);
    let parts = split(&text).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut draft = front::read(parts.front, parts.front_line, &mut problems);
    parts.body.trim().clone_into(&mut draft.body);
    if draft.body.is_empty() {
        problems.push(FileProblem {
            line: parts.body_line,
            code: "missing",
            message: "the release has no text: write it below the closing +++".to_owned(),
        });
    } else {
        let blank = parts.body.len() - parts.body.trim_start().len();
        let above = parts.body[..blank].matches('\n').count();
        draft.body_line = parts.body_line + above;
        if let Err(problem) = slot::fields(&draft.body) {
            problems.push(FileProblem {
                line: draft.body_line + problem.line - 1,
                code: "merge-field",
                message: problem.message,
            });
        }
    }
    if problems.is_empty() {
        Ok(draft)
    } else {
        problems.sort_by_key(|problem| problem.line);
        Err(problems)
    }
}

fn clean(text: &str) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    slot::strip_private_use(&kept)
}

struct Parts<'a> {
    front: &'a str,
    /// The file's line on which `front` begins.
    front_line: usize,
    body: &'a str,
    body_line: usize,
}

/// Finds the two lines `+++`.
fn split(text: &str) -> Result<Parts<'_>, FileProblem> {
    let problem = |line, code, message: &str| FileProblem {
        line,
        code,
        message: message.to_owned(),
    };
    let mut opened = None;
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let after = offset + line.len();
        let word = line.trim_end();
        match opened {
            None if word.is_empty() => {}
            None if word == "+++" => opened = Some((after, index + 2)),
            None if word == "---" => {
                return Err(problem(
                    index + 1,
                    "yaml",
                    "front matter between --- lines is YAML, which Dateline does not read: put it \
                     between +++ lines and write key = \"value\" instead of key: value",
                ));
            }
            None => break,
            Some((start, front_line)) if word == "+++" => {
                return Ok(Parts {
                    front: &text[start..offset],
                    front_line,
                    body: &text[after..],
                    body_line: index + 2,
                });
            }
            Some(_) => {}
        }
        offset = after;
    }
    Err(match opened {
        Some((_, line)) => problem(
            line - 1,
            "front-matter",
            "the front matter opens with +++ and is never closed: put a line +++ before the text",
        ),
        None => problem(
            1,
            "front-matter",
            "a release file begins with a line +++, then slug = \"…\" and headline = \"…\", then a \
             line +++ and the text",
        ),
    })
}

#[cfg(test)]
mod tests;
