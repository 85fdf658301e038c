//! Microsoft Dynamics 365: a worksheet with columns not to be touched.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "dynamics",
    page: "crm",
    wrote: |header| {
        header.starts("donotmodify") || header.all(&["donotallowemails", "donotallowbulkemails"])
    },
    means: &[],
};
