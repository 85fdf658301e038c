//! What is wrong with the settings: file, line, column, key, and what would be right; never a value.

use std::fmt;
use std::path::Path;

/// A mistake in the settings. `message` and `hint` never hold a value from the file: it might be a
/// password in the wrong place, and this text ends in a cron mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigProblem {
    /// Stable word for scripts, such as `config-unknown-key`.
    pub code: &'static str,
    pub file: Option<Box<Path>>,
    /// Line and column, from 1; the column counts characters.
    pub position: Option<(u32, u32)>,
    /// As a person says it: `[smtp] port`.
    pub key: Option<String>,
    /// What is wrong; on a second line the keys or values that are allowed here, if they can be listed.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl ConfigProblem {
    pub(in crate::config) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            file: None,
            position: None,
            key: None,
            message: message.into(),
            hint: None,
        }
    }

    pub(in crate::config) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file",
            std::io::ErrorKind::PermissionDenied => "this user may not read it",
            std::io::ErrorKind::InvalidData => "it is not UTF-8 text",
            std::io::ErrorKind::IsADirectory => "it is a folder",
            std::io::ErrorKind::FileTooLarge => "it is larger than any settings (1 MiB)",
            _ => "reading it failed",
        };
        let mut problem = Self::new("config-unreadable", format!("cannot be read: {why}"));
        problem.file = Some(path.into());
        problem.hint = Some("name the right file with --config FILE".to_owned());
        problem
    }

    pub(in crate::config) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Lists what is allowed here.
    pub(in crate::config) fn allowed(mut self, names: &[String]) -> Self {
        if !names.is_empty() {
            self.message = format!("{}\nallowed here: {}", self.message, names.join(", "));
        }
        self
    }

    pub(in crate::config) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// `FILE, line 3, column 1: [smtp] pasword is not a key that exists here`.
impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display())?;
            if let Some((line, column)) = self.position {
                write!(f, ", line {line}, column {column}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "{key} ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigProblem {}
