//! `CleverReach`: who was deactivated has a date for it.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "cleverreach",
    page: "newsletter-tools",
    wrote: |header| header.all(&["registered", "activated", "deactivated"]),
    means: &[],
};
