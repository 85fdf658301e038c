//! The Newsletter plugin of `WordPress`: the state as one letter.

use crate::intake::formats::Format;
use crate::intake::opt_out::{self, Verdict};

pub(super) const FORMAT: Format = Format {
    name: "newsletter-plugin",
    page: "newsletter-tools",
    wrote: |header| header.all(&["surname", "status", "token"]),
    means: &[],
};

/// S: not confirmed, C: confirmed, U: left, B: bounced, P: complained.
pub(crate) fn state(cell: &str) -> Verdict {
    match cell.trim() {
        "S" | "C" => Verdict::Clear,
        "U" => Verdict::No(opt_out::UNSUBSCRIBED),
        "B" => Verdict::No(opt_out::BOUNCED),
        "P" => Verdict::No(opt_out::COMPLAINED),
        other => opt_out::status(other),
    }
}
