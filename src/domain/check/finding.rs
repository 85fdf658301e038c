//! What a rule has found: once per rule, with every place.

use serde::Serialize;

use crate::domain::check::rules::Rule;

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Blocks approval and scheduling until it is mended or overridden with a reason.
    Error,
    Warning,
    /// Worth a look; often fine.
    Advice,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

/// A place in a release.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Spot {
    /// `headline`, `body`, `about harbour-light` …
    pub part: String,
    /// Counted from 1 within the part, or within the file that a pasted release was read from.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The line around the place, at most 72 characters.
    pub excerpt: String,
    /// Where in `excerpt` the place is, in characters from 0, and how long it is.
    #[serde(skip)]
    pub mark: (usize, usize),
}

/// A rule's finding in one language version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// `CHK-01` … `CHK-40`.
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    pub hint: String,
    pub positions: Vec<Spot>,
}

/// What a rule writes down before it becomes a finding.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    pub severity: Option<Severity>,
    pub message: String,
    pub spots: Vec<Spot>,
    /// True for a finding without a place, such as something that is missing.
    pub whole: bool,
    /// What to do, where the rule's own hint is about something else.
    pub hint: Option<&'static str>,
}

impl Noted {
    /// Something about the release as a whole.
    pub fn missing(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            whole: true,
            ..Self::default()
        }
    }

    /// Something at these places; nothing where there are none.
    pub fn at(message: impl Into<String>, spots: Vec<Spot>) -> Option<Self> {
        (!spots.is_empty()).then(|| Self {
            message: message.into(),
            spots,
            ..Self::default()
        })
    }

    /// With another severity than the rule's usual one.
    #[must_use]
    pub fn as_(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Two faults under one rule: the graver one's severity and hint. A severity that is not said is
    /// the rule's own.
    pub fn both(one: Option<Self>, other: Option<Self>, rule: Severity) -> Option<Self> {
        let (mut one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (one, other) => return one.or(other),
        };
        let of = |noted: &Self| noted.severity.unwrap_or(rule);
        if of(&other) < of(&one) {
            (one.severity, one.hint) = (other.severity, other.hint);
        }
        one.message = format!("{}; {}", one.message, other.message);
        one.spots.extend(other.spots);
        one.whole |= other.whole;
        Some(one)
    }

    pub fn is_empty(&self) -> bool {
        self.spots.is_empty() && !self.whole
    }

    pub(crate) fn finding(self, rule: &Rule) -> Option<Finding> {
        if self.is_empty() {
            return None;
        }
        let mut positions = self.spots;
        positions.sort_by_key(|spot| (spot.line, spot.column));
        positions.dedup();
        Some(Finding {
            rule: rule.id,
            severity: self.severity.unwrap_or(rule.severity),
            message: self.message,
            hint: self.hint.unwrap_or(rule.hint).to_owned(),
            positions,
        })
    }
}
