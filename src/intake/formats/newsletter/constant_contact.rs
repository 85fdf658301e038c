//! Constant Contact: a status of the address, and one of the permission.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "constant-contact",
    page: "newsletter-tools",
    wrote: |header| {
        header.has("emailstatus")
            && header.any(&[
                "emailpermissionstatus",
                "emailoptindate",
                "optindate",
                "emailupdatesource",
                "confirmedoptoutdate",
            ])
    },
    means: &[],
};
