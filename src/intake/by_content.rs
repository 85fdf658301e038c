//! The column of the addresses where no heading says so: "Adresse", "To", "Empfänger" above cells that are
//! nearly all addresses.

use crate::domain::address;
use crate::intake::cell::{self, key, words};
use crate::intake::delimiter::{PREAMBLE, SampleRow, is_address};
use crate::intake::header::{self, Field, Mapping};
use crate::intake::links::Links;
use crate::intake::opt_out;
use crate::intake::spelled;
use crate::intake::words::phrases;

/// The row that heads the columns, and the column of the addresses below it.
pub(crate) struct Head {
    pub(crate) row: usize,
    /// None where only links of cells lead to addresses.
    pub(crate) email: Option<usize>,
    /// Columns that have a meaning.
    pub(crate) known: usize,
}

/// What is found where no row names a column for the address, or where in the column so named
/// (`by_words`) stands none and in another one they do.
pub(crate) fn head(
    rows: &[SampleRow],
    by_words: Option<usize>,
    mapping: &Mapping,
    links: &Links,
) -> Option<Head> {
    if mapping.says_the_email() {
        return None;
    }
    let holds = |row: &SampleRow| {
        row.cells.iter().any(|cell| holds_address(cell)) || !links.of(row.line).is_empty()
    };
    let data = rows.iter().position(holds)?;
    let row = match by_words {
        Some(row) => row,
        None => heading(rows.get(..data.min(PREAMBLE))?)?,
    };
    let header = &rows[row].cells;
    let fields = header::by_words(header);
    let below = rows.get(row + 1..).unwrap_or_default();
    if by_words.is_some() && !is_empty_of_addresses(&fields, below, links) {
        return None;
    }
    let email = column(header, below);
    let filled = |row: &SampleRow| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let known = fields.iter().flatten().count();
    // One cell above rows of several is a title.
    let is_wide = below.iter().filter(|row| filled(row) > 1).count() * 2 > below.len();
    if filled(&rows[row]) == 1 && known == 0 && is_wide {
        return None;
    }
    let is_headed = email
        .is_none_or(|column| header.get(column).is_some_and(|cell| !cell.is_empty()) || known > 0);
    if !is_headed || (email.is_none() && (by_words.is_some() || links.is_empty())) {
        return None;
    }
    let others = (0..fields.len()).filter(|at| Some(*at) != email && fields[*at].is_some());
    Some(Head {
        row,
        email,
        known: others.count() + 1,
    })
}

/// Makes the column with the addresses theirs, whatever its heading says, and the only one. Where that
/// says no ("Unsubscribed", above addresses), it says so of everybody below it: the reason.
pub(crate) fn take(
    header: &[String],
    column: usize,
    fields: &mut [Option<Field>],
    warnings: &mut Vec<(u64, String)>,
) -> Option<&'static str> {
    for field in fields.iter_mut() {
        if matches!(field, Some(Field::Email | Field::MoreEmail)) {
            *field = None;
        }
    }
    fields[column] = Some(Field::Email);
    let heading = header[column].as_str();
    let called = if heading.is_empty() {
        format!("column {} has no heading; it", column + 1)
    } else {
        format!("no heading speaks of e-mail; column \"{heading}\"")
    };
    warnings.push((
        1,
        format!(
            "{called} is read as the address, because addresses stand in it; if they are not the contacts' own: --map \"{}=ignore\" and --map COLUMN=email",
            if heading.is_empty() { (column + 1).to_string() } else { heading.to_owned() }
        ),
    ));
    let reason = opt_out::plain(heading).or_else(|| phrases::no(heading))?;
    warnings.push((
        1,
        format!("by the heading \"{heading}\" everybody below it is {reason}: taken as opt-outs"),
    ));
    Some(reason)
}

/// How many rows at the top of a file without a header are none: a title, who made it and when.
pub(crate) fn above(rows: &[SampleRow]) -> usize {
    let holds = |row: &SampleRow| row.cells.iter().any(|cell| is_address(cell));
    let Some(data) = rows.iter().take(PREAMBLE).position(holds) else {
        return 0;
    };
    let filled = |row: &SampleRow| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let is_title = |row: &SampleRow| filled(row) == 1;
    if filled(&rows[data]) > 1 && rows[..data].iter().all(is_title) {
        data
    } else {
        0
    }
}

/// Of the rows above the first address, the one with most columns that we know, else with most cells.
fn heading(above: &[SampleRow]) -> Option<usize> {
    let weight = |row: &SampleRow| {
        let known = header::by_words(&row.cells).iter().flatten().count();
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        (known, filled)
    };
    (0..above.len()).max_by_key(|index| (weight(&above[*index]), usize::MAX - index))
}

fn holds_address(cell: &str) -> bool {
    (cell.contains('@') && address::read(cell).is_ok())
        || spelled::with_its_mark(cell).is_some_and(|text| address::read(&text).is_ok())
}

/// Below the columns for addresses something else stands: "Mail: yes".
fn is_empty_of_addresses(fields: &[Option<Field>], below: &[SampleRow], links: &Links) -> bool {
    let is_mail = |index: usize| {
        matches!(
            fields.get(index),
            Some(Some(Field::Email | Field::MoreEmail))
        )
    };
    let mut filled = 0;
    for row in below {
        for (index, cell) in row.cells.iter().enumerate() {
            if is_mail(index) && !cell::is_none(cell) {
                filled += 1;
                let is_linked = links.of(row.line).iter().any(|(at, _)| *at == index);
                if is_linked || cell.contains('@') || holds_address(cell) {
                    return false;
                }
            }
        }
    }
    filled > 0
}

/// The one column whose filled cells are nearly all addresses; of several the one that has twice as many
/// as each other.
fn column(header: &[String], below: &[SampleRow]) -> Option<usize> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (index, heading) in header.iter().enumerate() {
        if is_of_another(heading) || is_several(heading) {
            continue;
        }
        let cells = below
            .iter()
            .filter_map(|row| row.cells.get(index))
            .filter(|cell| !cell::is_none(cell));
        let (mut filled, mut addresses) = (0, 0);
        for cell in cells {
            filled += 1;
            addresses += usize::from(holds_address(cell));
        }
        if addresses > 0 && addresses * 5 >= filled * 4 {
            found.push((addresses, index));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    match found.as_slice() {
        [(_, index)] => Some(*index),
        [(most, index), (next, _), ..] if *most >= next * 2 => Some(*index),
        _ => None,
    }
}

/// The headings of several columns, read with a mark between them that is another's.
fn is_several(header: &str) -> bool {
    header.contains([',', ';', '|', '\t'])
}

/// The heading says that the addresses below are those of our own people, or of who made the entry.
fn is_of_another(header: &str) -> bool {
    const OTHERS: &str = " owner assigned created modified updated added invited referred referrer sender from by manager rep assistant user \
        besitzer inhaber betreuer betreuerin bearbeiter verantwortlich verantwortlicher erstellt absender von vertreter assistenz \
        proprietaire responsable expediteur createur propietario remitente creado proprietario mittente eigenaar afzender nadawca ";
    words(header)
        .iter()
        .any(|word| OTHERS.contains(&format!(" {word} ")))
        || key(header).contains("replyto")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<SampleRow> {
        (1..)
            .zip(text.lines())
            .map(|(line, text)| SampleRow {
                line,
                cells: text.split(';').map(str::to_owned).collect(),
            })
            .collect()
    }

    fn found(text: &str) -> Option<(usize, Option<usize>)> {
        let mapping = Mapping::parse(&[]).unwrap();
        let head = head(&rows(text), None, &mapping, &Links::default())?;
        Some((head.row, head.email))
    }

    #[test]
    fn the_addresses_tell_their_column() {
        for (text, place) in [
            ("to\na@a.example\nb@b.example", (0, Some(0))),
            ("Wer;Adresse\nAda;a@a.example\nBo;b@b.example", (0, Some(1))),
            // Some rows without one above, and one that is none.
            ("Who;e\nAda;n/a\nBo;b@b.example", (0, Some(1))),
            ("Name;Owner;e\nAda;me@us.example;a@a.example", (0, Some(2))),
            ("Press list;\nName;\nAda;a@a.example", (1, Some(1))),
        ] {
            assert_eq!(found(text), Some(place), "{text}");
        }
    }

    #[test]
    fn where_it_could_be_either_somebody_has_to_say() {
        for text in [
            "Subscribed,Unsubscribed\na@a.example,b@b.example",
            "Name;A;B\nAda;a@a.example;b@b.example",
            "Name;Account owner\nAda;a@a.example",
            "Name;Remark\nAda;a@a.example\nBo;met in May",
            "a@a.example;Ada",
            "Press list\nAda;a@a.example",
            "Press list\na@a.example;Ada",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
