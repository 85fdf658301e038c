//! Prezly: people and organizations in one list.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "prezly",
    page: "media-databases",
    wrote: |header| header.all(&["contacttype", "displayname", "organisation"]),
    means: &[("contacttype", None)],
};
