//! Cision: names turned round, topics, and whether the contact has opted out.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "cision",
    page: "media-databases",
    wrote: |header| {
        header.has("outletname")
            && header.any(&["contactjobtitle", "contacttitle"])
            && header.any(&["contacttopics", "contactsubjects", "outlettype"])
            && !header.has("contactbeats")
    },
    means: &[],
};
