//! What a look at the installation finds: how a thing stands, why it matters, and what to type.

use serde::Serialize;

/// How a thing stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody asked for it, or it is not set up.
    NotAsked,
    Ok,
    /// It works, and somebody should know.
    Warning,
    /// Mail would be late, refused, lost or sent twice.
    Problem,
}

/// One thing that was looked at. No secret and no contact's data is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Stable word for scripts: `smtp.tls`.
    pub check: &'static str,
    pub state: State,
    /// What is there, in one sentence.
    pub found: String,
    /// Why it matters, where something is not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to type or to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Ok,
            found: found.into(),
            why: None,
            fix: None,
        }
    }

    /// `how`: what to do to have it looked at.
    pub fn not_asked(
        check: &'static str,
        found: impl Into<String>,
        how: impl Into<String>,
    ) -> Self {
        Self {
            state: State::NotAsked,
            fix: Some(how.into()),
            ..Self::ok(check, found)
        }
    }

    pub fn warning(
        check: &'static str,
        found: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Warning,
            why: Some(why.into()),
            fix: Some(fix.into()),
            ..Self::ok(check, found)
        }
    }

    pub fn problem(
        check: &'static str,
        found: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Problem,
            ..Self::warning(check, found, why, fix)
        }
    }

    /// What it is about: `smtp` of `smtp.tls`.
    pub fn area(&self) -> &'static str {
        self.check.split('.').next().unwrap_or(self.check)
    }
}

/// How many stand how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Tally {
    pub ok: usize,
    pub warnings: usize,
    pub problems: usize,
    pub not_asked: usize,
}

impl Tally {
    pub fn of(findings: &[Finding]) -> Self {
        let of = |state| findings.iter().filter(|one| one.state == state).count();
        Self {
            ok: of(State::Ok),
            warnings: of(State::Warning),
            problems: of(State::Problem),
            not_asked: of(State::NotAsked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_counted_by_how_they_stand() {
        let findings = [
            Finding::ok("a.b", "well"),
            Finding::warning("a.c", "so so", "because", "do"),
            Finding::problem("b.c", "bad", "because", "do"),
            Finding::not_asked("b.d", "nobody asked", "ask"),
        ];
        let tally = Tally::of(&findings);
        assert_eq!(
            (tally.ok, tally.warnings, tally.problems, tally.not_asked),
            (1, 1, 1, 1)
        );
        assert_eq!(findings[2].area(), "b");
        assert!(State::Problem > State::Warning && State::Warning > State::Ok);
    }
}
