//! Our own `contact export`, which must come back as it went out.

use crate::intake::formats::Format;
use crate::intake::header::Field;

pub(super) const FORMAT: Format = Format {
    name: "dateline",
    page: "dateline",
    wrote: |header| header.all(&["id", "optedout", "lists", "timezone", "givenname", "source"]),
    // Media lists here, where in other files the word is one more for tags.
    means: &[("lists", Some(Field::Lists))],
};

/// Who was archived is no longer written to, and has not opted out for that.
pub(crate) const ARCHIVED: &str = "archived";
