//! Klaviyo: consent for mail, suppressions as lists, and text messages apart.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "klaviyo",
    page: "newsletter-tools",
    wrote: |header| {
        header.has("email")
            && header.any(&["klaviyoid", "emailmarketingconsent", "emailsuppressions"])
    },
    means: &[],
};
