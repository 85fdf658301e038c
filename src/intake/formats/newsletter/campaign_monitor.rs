//! Campaign Monitor: whether opens may be counted is another matter than mail.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "campaign-monitor",
    page: "newsletter-tools",
    wrote: |header| header.has("consenttotrack"),
    means: &[],
};
