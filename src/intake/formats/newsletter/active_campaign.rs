//! `ActiveCampaign`.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "activecampaign",
    page: "newsletter-tools",
    wrote: |header| {
        header.has("email")
            && (header.all(&["datecreated", "ip"]) || header.all(&["bouncedhard", "bouncedsoft"]))
    },
    means: &[],
};
