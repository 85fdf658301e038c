//! Pipedrive: every header begins with whose it is.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "pipedrive",
    page: "crm",
    wrote: |header| {
        header.has("personname")
            && header.any(&[
                "personemailwork",
                "personorganization",
                "personmarketingstatus",
            ])
    },
    means: &[],
};
