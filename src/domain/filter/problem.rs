//! Why a filter cannot be read: where, what was expected there, and what to write instead.

/// A filter that cannot be read. It repeats no value: a filter may hold a person's name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("at column {column} of the filter {message}")]
pub struct FilterProblem {
    /// The character at which it goes wrong, from 1.
    pub column: usize,
    /// Goes on a sentence that begins with the place.
    pub message: String,
    /// What to write.
    pub hint: String,
}

impl FilterProblem {
    /// `at` counts from 0.
    pub(super) fn new(at: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            column: at + 1,
            message: message.into(),
            hint: hint.into(),
        }
    }
}
