//! Substack: a subscription is what readers pay for; mail is another column.

use crate::intake::formats::Format;
use crate::intake::header::Field;

pub(super) const FORMAT: Format = Format {
    name: "substack",
    page: "newsletter-tools",
    wrote: |header| header.all(&["activesubscription", "emaildisabled"]),
    means: &[
        ("activesubscription", None),
        ("emaildisabled", Some(Field::OptOut)),
    ],
};
