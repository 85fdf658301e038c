//! Where a pasted release came from: which line of the file each part stood on, and what was left out.

use serde::{Deserialize, Serialize};

/// A line of the file, counted from 1, with its words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SourceLine {
    pub line: usize,
    pub text: String,
}

/// Kept beside the first version made from pasted text, so that findings name the file's own lines.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The file's name without its folder.
    pub file: String,
    pub headline: usize,
    pub subheads: Vec<usize>,
    /// The dateline as it was written, before it was taken apart.
    pub dateline: Vec<SourceLine>,
    /// The file's line of each line of the body.
    pub body: Vec<usize>,
    /// The rest of a page: navigation, share buttons, comment forms.
    pub debris: Vec<SourceLine>,
}

impl Origin {
    /// The file's line for a line of a part.
    pub fn line(&self, part: &str, line: usize) -> usize {
        match part {
            "headline" => self.headline,
            "body" => self.body.get(line - 1).copied().unwrap_or(line),
            _ => part
                .strip_prefix("subhead ")
                .and_then(|number| number.parse::<usize>().ok())
                .and_then(|number| self.subheads.get(number.checked_sub(1)?).copied())
                .unwrap_or(line),
        }
    }
}
