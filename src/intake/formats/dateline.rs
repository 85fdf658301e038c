//! Our own `contact export`, which must come back as it went out.

pub(crate) fn wrote(has: &dyn Fn(&str) -> bool) -> bool {
    ["id", "optedout", "lists", "timezone", "givenname", "source"]
        .iter()
        .all(|key| has(key))
}

/// Who was archived is no longer written to, and has not opted out for that.
pub(crate) const ARCHIVED: &str = "archived";
