//! What a refusal looks like: what happened, why, what to do, and the exit code that says so to a script.

/// The exit codes, promised in the README.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    /// Usage, or a value or file that cannot be used.
    Usage = 2,
    /// Done in part: rows rejected; in `run`, something newly needs a person.
    Partly = 3,
    /// A rule forbids it: embargo, approval, opt-out, missing postal address, check errors.
    Forbidden = 4,
    /// A check found problems.
    Found = 5,
    /// No database, or one of an older or newer version.
    Database = 10,
    /// Locked too long.
    Locked = 11,
    /// Login refused.
    Login = 12,
    /// Temporary; the next run goes on.
    Temporary = 75,
    /// Configuration or key invalid.
    Config = 78,
}

/// A refusal in the user's words: `message` says what, where and why in one sentence, `hint` what
/// to do. Neither may carry a secret or a contact's personal data.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub exit: Exit,
    /// Stable word for scripts, such as `no-database`.
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            message: message.into(),
            hint: None,
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
