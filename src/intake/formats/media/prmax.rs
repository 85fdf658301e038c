//! `PRmax`: the family name as "Familyname", the people's interests.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "prmax",
    page: "prowly-prmax",
    wrote: |header| {
        let is_marked = header.any(&["prmaxid", "prmaxcontactid", "outletcirculation"])
            && header.any(&["outletname", "outlet"]);
        is_marked || header.all(&["familyname", "interests", "outletname"])
    },
    means: &[],
};
