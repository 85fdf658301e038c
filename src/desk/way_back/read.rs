//! Mails from a file, an mbox, a Maildir or a folder, one after the other.

use std::fs;
use std::path::{Path, PathBuf};

use crate::desk::problem::{Exit, Problem};
pub use crate::mail::bounce::report::{Class, Kind, Reason, Recipient, Report};

/// Bytes of one mail that are read; what is longer says what it has to say before.
pub const LONGEST: usize = 50_000_000;
/// Bytes of several mails at once that do not come as a file.
pub const LONGEST_INPUT: u64 = 256 * 1024 * 1024;

/// What a mail says, without asking what we sent.
pub fn parse(bytes: &[u8]) -> Report {
    crate::mail::bounce::read(bytes)
}

/// Calls `take` for each mail of a path: a Maildir's `new` and `cur`, the files of a folder in
/// the order of their names, the mails of an mbox file, or the one mail of a file.
///
/// Errors: exit 2 `unreadable-file`; whatever `take` refuses with.
pub fn each(
    path: &Path,
    mut take: impl FnMut(&Path, &[u8]) -> Result<(), Problem>,
) -> Result<(), Problem> {
    for file in files(path)? {
        let bytes = fs::read(&file).map_err(|error| unreadable(&file, &error))?;
        for mail in split(&bytes) {
            take(&file, mail)?;
        }
    }
    Ok(())
}

/// The files that hold mails, in order. Files that begin with a dot are a mail system's own.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let is_maildir = path.join("new").is_dir() && path.join("cur").is_dir();
    let folders = if is_maildir {
        vec![path.join("new"), path.join("cur")]
    } else {
        vec![path.to_owned()]
    };
    for folder in folders {
        let entries = fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            let is_file = entry.path().is_file();
            if is_file && !is_hidden && (is_maildir || looks_like_mail(&entry.path())) {
                found.push(entry.path());
            }
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// In a plain folder only what is named as mail, so that a list beside the mails is not taken
/// for one.
fn looks_like_mail(path: &Path) -> bool {
    path.extension().is_none_or(|ending| {
        ["eml", "mbox", "msg", "txt", "mail"]
            .iter()
            .any(|one| ending.eq_ignore_ascii_case(one))
    })
}

/// The mails of an mbox (RFC 4155): a line `From ` after a blank one begins the next. Anything
/// that does not begin so is one mail.
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return vec![&bytes[..bytes.len().min(LONGEST)]];
    }
    let mut mails = Vec::new();
    let (mut start, mut at, mut after_blank) = (0, 0, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if at > start && after_blank && is_mbox_line(line) {
            mails.push(&bytes[start..at]);
            start = at;
        }
        after_blank = line == b"\n" || line == b"\r\n";
        at += line.len();
    }
    mails.push(&bytes[start..]);
    mails
}

/// `From sender date`: with a time in it, so that a sentence that begins with "From" is none.
fn is_mbox_line(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.len() < 300
        && line.windows(6).any(|six| {
            six[2] == b':' && six[5] == b':' && six[0].is_ascii_digit() && six[3].is_ascii_digit()
        })
}

/// A path that cannot be read, as a refusal.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let message = format!("{} cannot be read: {error}", path.display());
    Problem::new(Exit::Usage, "unreadable-file", message)
        .hint("give a file, an mbox, a Maildir or a folder of .eml files")
}
