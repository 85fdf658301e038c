//! The house's own style: rules switched off, limits and words of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::check::holiday::Holiday;
use crate::domain::content::{Months, StateStyle};

/// `[style]` of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    /// Rules that this house does not want, such as `CHK-33`.
    pub off: Vec<String>,
    /// Characters of a headline above which there is a warning (wires advise 70 to 100).
    pub headline_warn: usize,
    /// Characters of a headline above which it is an error (a wire's own limit).
    pub headline_limit: usize,
    /// Words of a paragraph above which there is a warning.
    pub paragraph_words: usize,
    /// Whether a release must close with an end mark.
    pub end_mark: bool,
    /// Printed under every release that names no end mark of its own, such as `###`.
    pub end_mark_text: Option<String>,
    /// How a US state is written in a dateline where the release does not say.
    pub state_style: StateStyle,
    /// How a month is written in an English dateline.
    pub months: Months,
    /// Words that this house does not write, and what it writes in their place; empty: strike it.
    pub words: BTreeMap<String, String>,
    /// Further words of hype.
    pub hype: Vec<String>,
    /// Further words that need a lawyer's look.
    pub legal: Vec<String>,
    /// Names that need no "About" text, such as customers and competitors.
    pub no_about: Vec<String>,
    /// Days on which those we write to do not work, besides weekends.
    pub holidays: Vec<Holiday>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            off: Vec::new(),
            headline_warn: 100,
            headline_limit: 170,
            paragraph_words: 80,
            end_mark: false,
            end_mark_text: None,
            state_style: StateStyle::default(),
            months: Months::default(),
            words: BTreeMap::new(),
            hype: Vec::new(),
            legal: Vec::new(),
            no_about: Vec::new(),
            holidays: Vec::new(),
        }
    }
}

impl Style {
    pub fn is_off(&self, rule: &str) -> bool {
        self.off.iter().any(|off| off.eq_ignore_ascii_case(rule))
    }
}
