//! Lines below the contacts that are none: totals, who made the report, a confidentiality notice.

use crate::intake::cell::{clean, key};
use crate::intake::table::Record;

/// How such lines begin, as `cell::key` writes it.
const BEGINNINGS: [&str; 30] = [
    "total",
    "grandtotal",
    "subtotal",
    "summe",
    "gesamt",
    "anzahlder",
    "anzahlkontakte",
    "totalgeneral",
    "nombretotal",
    "copyright",
    "confidential",
    "vertraulich",
    "confidentiel",
    "confidencial",
    "generatedby",
    "generatedon",
    "generatedat",
    "exportedby",
    "exportedon",
    "exportedfrom",
    "erstelltam",
    "erstelltvon",
    "exportiertam",
    "endofreport",
    "endoffile",
    "endoflist",
    "recordcount",
    "rowcount",
    "pageoftotal",
    "reportgenerated",
];

/// What to say of a row that is a remark at the end of an export; `None` where it may be a contact.
///
/// Such a row has one cell or two filled in, no address among them, and begins as those lines do.
pub(crate) fn remark(record: &Record) -> Option<String> {
    let mut filled = record.cells().filter(|cell| !cell.trim().is_empty());
    let first = filled.next()?;
    let is_short = filled.by_ref().take(2).count() < 2;
    if !is_short
        || record.len() < 2 && !is_wordy(first)
        || record.cells().any(|cell| cell.contains('@'))
    {
        return None;
    }
    let words = key(first);
    let counted = words.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_count = counted.len() < words.len() && counted == "anzahl";
    let is_remark = is_count
        || first.trim_start().starts_with('©')
        || BEGINNINGS
            .iter()
            .any(|beginning| words.starts_with(beginning));
    // "Total Film" is an outlet; a total has a number, or stands alone.
    let is_total = !words.starts_with("total")
        || words == "total"
        || words == "totals"
        || record
            .cells()
            .any(|cell| cell.chars().any(|c| c.is_ascii_digit()));
    (is_remark && is_total)
        .then(|| "a remark of the program that wrote the file, no contact; skipped".to_owned())
}

/// What to say of a row that only heads the rows below it, or stands apart from the table as the name
/// of a report does; `None` where it may be a contact. `columns` is the header's number of cells.
pub(crate) fn heading(record: &Record, columns: usize, is_apart: bool) -> Option<String> {
    let mut filled = record.cells().filter(|cell| !cell.trim().is_empty());
    let text = clean(filled.next()?);
    if columns < 3 || text.contains('@') || filled.next().is_some() {
        return None;
    }
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    let is_capital = letters.clone().count() > 2 && letters.all(char::is_uppercase);
    let is_marked = text.ends_with(':') || text.starts_with("--") || text.starts_with("==");
    let is_alone = is_apart && record.len() == 1;
    (is_capital || is_marked || is_alone)
        .then(|| "only one cell is filled in: a heading, no contact; skipped".to_owned())
}

fn is_wordy(cell: &str) -> bool {
    clean(cell).contains(' ') || clean(cell).contains(':')
}
