//! Our own `contact export`, which must come back as it went out.

use crate::intake::header::Field;

pub(crate) fn wrote(has: &dyn Fn(&str) -> bool) -> bool {
    ["id", "optedout", "lists", "timezone", "givenname", "source"]
        .iter()
        .all(|key| has(key))
}

/// Who was archived is no longer written to, and has not opted out for that.
pub(crate) const ARCHIVED: &str = "archived";

/// "Lists" are media lists here, where in other files they are one more word for tags.
pub(crate) fn fields(keys: &[String], fields: &mut [Option<Field>]) {
    for (key, field) in keys.iter().zip(fields) {
        if key == "lists" {
            *field = Some(Field::Lists);
        }
    }
}
