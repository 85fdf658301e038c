//! A heading among the rows that says no of all below it: "DO NOT CONTACT", "Abgemeldet".

use crate::intake::cell::clean;
use crate::intake::draft::{OptOut, Row};
use crate::intake::formats::newsletter::mailchimp::{self, ByName};
use crate::intake::opt_out;
use crate::intake::table::Record;
use crate::intake::words::phrases;

/// What a heading says of the rows below it, until the next one.
#[derive(Debug)]
pub(crate) struct Section {
    heading: String,
    reason: &'static str,
}

/// Exactly one cell is filled in, and it is no address.
pub(crate) fn is_alone(record: &Record) -> bool {
    let mut filled = record.cells().filter(|cell| !cell.trim().is_empty());
    filled.next().is_some_and(|cell| !cell.contains('@')) && filled.next().is_none()
}

/// The no of a heading.
pub(crate) fn reason(heading: &str) -> Option<&'static str> {
    let bare = heading.trim_matches(|c: char| !c.is_alphanumeric());
    let by_name = match mailchimp::by_name(bare) {
        Some(ByName::No(reason)) => Some(reason),
        _ => None,
    };
    let reason = opt_out::plain(bare)
        .or(by_name)
        .or_else(|| phrases::no(bare))?;
    (bare.chars().count() <= 60).then_some(reason)
}

impl Section {
    /// Reads a row as such a heading; `columns` is the header's number of cells.
    pub(crate) fn of(record: &Record, columns: usize) -> Option<Self> {
        if columns == 0 || !is_alone(record) {
            return None;
        }
        let heading = clean(record.cells().find(|cell| !cell.trim().is_empty())?);
        let reason = reason(&heading)?;
        Some(Self { heading, reason })
    }

    /// What to say of it.
    pub(crate) fn remark(&self) -> String {
        format!(
            "the heading \"{}\" stands above the rows that follow: they are taken as opt-outs",
            self.heading
        )
    }

    /// Adds to a row what it does not say itself.
    pub(crate) fn tell(&self, row: &mut Row) {
        let Row::Draft(draft) = row else { return };
        let is_stricter =
            |known: &OptOut| opt_out::weight(self.reason) > opt_out::weight(known.reason);
        if draft.opt_out.as_ref().is_none_or(is_stricter) {
            draft.opt_out = Some(OptOut {
                reason: self.reason,
                column: format!("heading {}", self.heading),
            });
        }
    }
}
