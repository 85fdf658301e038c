//! What a refusal looks like: what happened, why, what to do, and the exit code that says so to a script.

use crate::config::problem::ConfigProblem;
use crate::domain::when::WhenProblem;
use crate::store::error::StoreError;

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
    /// Ctrl-C; the rest is queued.
    Interrupted = 130,
    /// SIGTERM; the rest is queued.
    Terminated = 143,
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

/// What the system said of a file or a program, as people say it.
pub fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "this user may not".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    }
}

/// What to do about a file that cannot be written.
pub fn hint_for_writing(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room there, or name a place on another disk"
        }
        ErrorKind::ReadOnlyFilesystem => "name a place on a disk that is not mounted read-only",
        _ => "name a place in a folder that is there and that this user may write",
    }
}

/// The code of a step that PostgreSQL ended because another one waited for it, too.
const DEADLOCK: &str = "deadlock";
/// How often such a step is done again before the person is asked to.
const AGAIN: u8 = 5;

/// Whether a step that failed is to be done again at once: it was the one of two that PostgreSQL
/// ended. A kill, a pause or an opt-out must get through while a run is at work.
pub(crate) fn again(problem: &Problem, tries: &mut u8) -> bool {
    *tries += 1;
    problem.code == DEADLOCK && *tries <= AGAIN
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let (exit, code, hint) = match &error {
            StoreError::Missing(_) => (
                Exit::Database,
                "no-database",
                "create it: dateline init, or dateline db migrate (on PostgreSQL first: createdb)",
            ),
            StoreError::Older(_) => (
                Exit::Database,
                "older-database",
                "bring it up to date: dateline db migrate",
            ),
            StoreError::Newer(_) => (
                Exit::Database,
                "newer-database",
                "use the newer Dateline that wrote it",
            ),
            StoreError::Address(..) => (
                Exit::Config,
                "database-address",
                "mend [database] url in config.toml",
            ),
            StoreError::Locked => (
                Exit::Locked,
                "locked",
                "see whether an import or a backup is still at work, then try again",
            ),
            StoreError::Deadlock => (Exit::Locked, DEADLOCK, "do it again"),
            StoreError::Full => (
                Exit::Failed,
                "disk-full",
                "make room on the disk and do it again; nothing was half done",
            ),
            StoreError::ReadOnly(_) => (
                Exit::Failed,
                "read-only",
                "give this user the right to write the database and its folder",
            ),
            StoreError::Closed(_) => (
                Exit::Failed,
                "database-closed",
                "run as the user whose database it is, as in: sudo -u dateline dateline …",
            ),
            StoreError::Login(_) => (
                Exit::Login,
                "database-login",
                "check the user and the password in [database] of config.toml",
            ),
            StoreError::Unreachable(_) => (
                Exit::Temporary,
                "database-away",
                "see that the database runs and that [database] url is right",
            ),
            StoreError::Damaged(_) => (
                Exit::Failed,
                "damaged",
                "restore the last backup; keep the damaged file",
            ),
            StoreError::Duplicate => (Exit::Usage, "exists", "choose another name"),
            StoreError::Row { .. } | StoreError::Refused(_) => (
                Exit::Failed,
                "database",
                "please report this with the message above",
            ),
        };
        Self::new(exit, code, error.to_string()).hint(hint)
    }
}

/// A mistake in the settings, or a secret that cannot be fetched.
impl From<ConfigProblem> for Problem {
    fn from(problem: ConfigProblem) -> Self {
        let refusal = Self::new(Exit::Config, problem.code, problem.to_string());
        match problem.hint {
            Some(hint) => refusal.hint(hint),
            None => refusal,
        }
    }
}

/// A time that cannot be used: exit 2, with the readings to choose from.
impl From<WhenProblem> for Problem {
    fn from(problem: WhenProblem) -> Self {
        let refusal = Self::new(Exit::Usage, problem.code, problem.message);
        if problem.readings.is_empty() {
            refusal
        } else {
            refusal.hint(format!("write one of: {}", problem.readings.join(" · ")))
        }
    }
}
