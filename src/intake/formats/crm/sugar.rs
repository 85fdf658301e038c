//! `SugarCRM` and `SuiteCRM`.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "sugarcrm",
    page: "crm",
    wrote: |header| header.has("nonprimaryemails") || header.all(&["emailoptout", "invalidemail"]),
    means: &[],
};
