//! `CiviCRM`: "Do Not Mail" is about letters, and an address may be on hold.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "civicrm",
    page: "crm",
    wrote: |header| {
        header.any(&["donottrade", "nobulkemailsuseroptout"]) && header.has("contactid")
    },
    means: &[("donotmail", None), ("contacttype", None)],
};
