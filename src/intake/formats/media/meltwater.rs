//! Meltwater.

use crate::intake::formats::Format;
use crate::intake::header::Field;

pub(super) const FORMAT: Format = Format {
    name: "meltwater",
    page: "media-databases",
    wrote: |header| header.has("authoremail") || header.all(&["authorname", "hitsentence"]),
    means: &[
        ("source", Some(Field::Outlet)),
        ("sourcename", Some(Field::Outlet)),
    ],
};
