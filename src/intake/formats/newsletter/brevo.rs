//! Brevo, once Sendinblue: one column for mail and one for text messages.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "brevo",
    page: "brevo",
    wrote: |header| {
        header.any(&["emailblacklisted", "emailblocklisted"])
            && header.any(&["contactid", "smsblacklisted", "smsblocklisted", "addedtime"])
    },
    means: &[],
};
