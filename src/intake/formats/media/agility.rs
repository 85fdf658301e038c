//! Agility PR.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "agility",
    page: "media-databases",
    wrote: |header| header.all(&["outletname", "contactbeats"]),
    means: &[],
};
