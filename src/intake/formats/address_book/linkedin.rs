//! `LinkedIn` connections: few of them show their address, so most rows have none.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "linkedin",
    page: "spreadsheets",
    wrote: |header| header.all(&["connectedon", "position"]),
    means: &[],
};
