//! The release check: forty rules of a wire's copy desk, on the parts of a release and its Markdown tree.
//!
//! A rule is a pure function from a `Copy` to at most one finding with all its places. Rules never
//! see flattened text: a link stays a link, an "About" text is a part of its own.

pub mod dates;
pub mod finding;
pub mod holiday;
pub mod letter;
pub mod origin;
pub mod part;
pub mod rules;
pub mod search;
pub mod standing;
pub mod style;
pub mod words;

pub use crate::domain::check::finding::{Finding, Severity, Spot};
pub use crate::domain::check::part::{Copy, Facts};
pub use crate::domain::check::standing::Standing;
pub use crate::domain::check::style::Style;

use crate::domain::check::rules::RULES;

/// Every finding of one language version, errors first, each rule at most once.
pub fn check(copy: &Copy<'_>) -> Vec<Finding> {
    let found = RULES.iter().filter_map(|rule| {
        let apply = rule.apply?;
        if copy.facts.style.is_off(rule.id) {
            return None;
        }
        apply(copy).and_then(|noted| noted.finding(rule))
    });
    sorted(found.collect())
}

/// Errors first, then by the rule's number: the order in which one mends.
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.severity, finding.rule));
    findings
}
