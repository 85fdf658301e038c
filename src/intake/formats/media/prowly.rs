//! Prowly.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "prowly",
    page: "prowly-prmax",
    wrote: |header| header.has("outlet") && header.any(&["personalgreetings", "twitterprofile"]),
    means: &[],
};
