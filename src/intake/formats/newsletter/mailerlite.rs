//! `MailerLite`: the address stands under "Subscriber", the given name under "Name".

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "mailerlite",
    page: "newsletter-tools",
    wrote: |header| {
        header.has("subscriber")
            && header.any(&["opens", "clicks", "sent", "optinip", "subscribeip"])
    },
    means: &[],
};
