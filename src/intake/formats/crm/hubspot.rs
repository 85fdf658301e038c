//! `HubSpot`: a subscription each, and one no to all of them.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "hubspot",
    page: "hubspot",
    wrote: |header| {
        header.any(&["recordid", "contactid"])
            && header.any(&[
                "leadstatus",
                "unsubscribedfromallemail",
                "contactowner",
                "marketingcontactstatus",
                "emailhardbouncereason",
            ])
    },
    means: &[("marketingcontactstatus", None)],
};
