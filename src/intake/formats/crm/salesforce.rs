//! Salesforce: a report with its footer, or what the Data Loader wrote.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "salesforce",
    page: "salesforce",
    wrote: |header| {
        let is_report = header.has("accountname")
            && header.any(&[
                "mailingcountry",
                "mailingcity",
                "accountowner",
                "leadsource",
            ]);
        let is_loaded = header.all(&["accountid", "lastname"])
            && header.any(&["isdeleted", "systemmodstamp", "mailingcity"]);
        is_report || is_loaded || header.has("hasoptedoutofemail")
    },
    means: &[],
};
