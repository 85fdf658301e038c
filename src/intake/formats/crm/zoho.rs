//! Zoho CRM: each look-up with the number of the record beside it.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "zoho",
    page: "crm",
    wrote: |header| header.any(&["contactownerid", "unsubscribedmode", "accountnameid"]),
    means: &[],
};
