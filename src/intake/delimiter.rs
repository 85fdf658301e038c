//! Which character parts the cells and which row is the header, decided on the first part of a file.

use encoding_rs::Encoding;

use crate::intake::by_content;
use crate::intake::encoding::Decoded;
use crate::intake::header::{self, Field, Mapping};
use crate::intake::links::Links;
use crate::intake::problem::IntakeProblem;
use crate::intake::table::{Record, Table};

/// Rows of the sample that are looked at, and how far down a header may stand.
const ROWS: usize = 200;
pub(crate) const PREAMBLE: usize = 30;

/// One row of the sample.
#[derive(Default)]
pub(crate) struct SampleRow {
    /// Physical, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// How the file is laid out.
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    /// Index of the header among the rows that are neither blank nor `sep=`.
    pub(crate) header: Option<usize>,
    /// The column of the addresses, where what stands in it tells and no word does.
    pub(crate) email: Option<usize>,
    /// Rows, other than the header, that stand above the first with an address and are none.
    pub(crate) above: usize,
    pub(crate) rows: Vec<SampleRow>,
}

/// The words of `--delimiter`.
pub(crate) fn parse(value: &str) -> Result<u8, IntakeProblem> {
    match value.trim_matches(' ').to_lowercase().as_str() {
        "," | "comma" => Ok(b','),
        ";" | "semicolon" => Ok(b';'),
        "\t" | "\\t" | "tab" => Ok(b'\t'),
        "|" | "pipe" => Ok(b'|'),
        _ => Err(IntakeProblem::UnknownDelimiter {
            value: value.to_owned(),
        }),
    }
}

/// The delimiter for people: a tab has a word.
pub(crate) fn name(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => ";",
        b'\t' => "tab",
        b'|' => "|",
        _ => ",",
    }
}

/// Decides the layout: each delimiter is tried as the grammar reads it, quotes and all; the one
/// under which a header row has most known columns wins, then the one with the most even rows.
pub(crate) fn sniff(
    sample: &[u8],
    is_cut: bool,
    encoding: &'static Encoding,
    forced: Option<u8>,
    mapping: &Mapping,
    links: &Links,
) -> Layout {
    let said = forced.or_else(|| said_by_sep(sample, encoding));
    let candidates = match said {
        Some(one) => vec![one],
        None => vec![b',', b';', b'\t', b'|'],
    };
    let mut best: Option<((usize, usize, usize), Layout)> = None;
    for delimiter in candidates {
        let rows = rows(sample, is_cut, encoding, delimiter);
        let (mut header, mut known) = find_header(&rows, mapping);
        let by_content = by_content::head(&rows, header, mapping, links);
        if let Some(head) = &by_content {
            header = Some(head.row);
            known = head.known;
        }
        let above = match header {
            None => by_content::above(&rows),
            Some(_) => 0,
        };
        let width = rows
            .get(header.unwrap_or(above))
            .map_or(0, |row| row.cells.len());
        let even = rows.iter().filter(|row| row.cells.len() == width).count();
        let evenness = if width > 1 {
            even * 1000 / rows.len().max(1)
        } else {
            0
        };
        let score = (known, evenness, width);
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((
                score,
                Layout {
                    delimiter,
                    header,
                    email: by_content.and_then(|head| head.email),
                    above,
                    rows,
                },
            ));
        }
    }
    best.map_or(
        Layout {
            delimiter: b',',
            header: None,
            email: None,
            above: 0,
            rows: Vec::new(),
        },
        |(_, layout)| layout,
    )
}

/// Excel's `sep=;` as the first line.
fn said_by_sep(sample: &[u8], encoding: &'static Encoding) -> Option<u8> {
    let (text, _) = encoding.decode_with_bom_removal(&sample[..sample.len().min(64)]);
    let line = text
        .trim_start()
        .lines()
        .next()?
        .trim_matches(['"', ' ', '\r']);
    let mark = line.to_lowercase().strip_prefix("sep=")?.to_owned();
    let delimiter = if mark.is_empty() { "\t" } else { &mark };
    parse(delimiter).ok()
}

/// The row is Excel's `sep=` line.
pub(crate) fn is_sep(first_cell: &str) -> bool {
    first_cell.trim().to_lowercase().starts_with("sep=")
}

fn rows(sample: &[u8], is_cut: bool, encoding: &'static Encoding, delimiter: u8) -> Vec<SampleRow> {
    let mut table = Table::new("", Decoded::new(sample, encoding), delimiter);
    let mut record = Record::default();
    let mut rows = Vec::new();
    let mut is_first = true;
    let mut ended = false;
    while rows.len() < ROWS && !ended {
        match table.next(&mut record) {
            // Where the sample is cut, its last quotation mark may well be closed further on.
            Ok(true) if !(is_cut && record.unclosed) => {
                let is_sep = is_first && is_sep(record.cell(0));
                is_first = false;
                if !record.is_blank() && !is_sep {
                    rows.push(SampleRow {
                        line: record.line,
                        cells: record.cells().map(header::cell).collect(),
                    });
                }
            }
            _ => ended = true,
        }
    }
    if is_cut && ended && rows.len() > 1 {
        rows.pop();
    }
    rows
}

/// The row with most known columns, the address among them, and how many those are. A row of data
/// ends the search: below it there is no header any more.
fn find_header(rows: &[SampleRow], mapping: &Mapping) -> (Option<usize>, usize) {
    let mut best = (None, 0);
    let mut data_width = None;
    for (index, row) in rows.iter().take(PREAMBLE).enumerate() {
        if row.cells.iter().any(|cell| is_address(cell)) {
            data_width = data_width.or(Some(row.cells.len()));
            continue;
        }
        if data_width == Some(row.cells.len()) {
            break;
        }
        let mut fields = header::by_words(&row.cells);
        let laid = mapping.apply("", &row.cells, &mut fields).is_ok();
        if !laid && !mapping.names(&row.cells) && mapping.numbers_the_email() {
            continue;
        }
        let known = fields.iter().flatten().count();
        if fields.contains(&Some(Field::Email)) && known > best.1 {
            best = (Some(index), known);
        }
    }
    best
}

/// The whole cell reads as one address, or as one in angle brackets behind a name; only for telling data
/// from headers.
pub(crate) fn is_address(cell: &str) -> bool {
    let cell = match cell
        .trim()
        .strip_suffix('>')
        .and_then(|text| text.split_once('<'))
    {
        Some((name, address)) if !name.contains([':', '@']) => address,
        _ => cell,
    };
    let cell = cell.trim_matches(['\'', '"', '<', '>', ' ', ';', ',']);
    cell.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.ends_with('.')
            && !cell.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> (u8, Option<usize>) {
        let mapping = Mapping::parse(&[]).unwrap();
        let links = Links::default();
        let utf_8 = encoding_rs::UTF_8;
        let layout = sniff(text.as_bytes(), false, utf_8, None, &mapping, &links);
        (layout.delimiter, layout.header)
    }

    #[test]
    fn delimiters_are_seen_outside_quotes_only() {
        assert_eq!(
            layout("name;email\n\"a,b,c\";a@example.com\n"),
            (b';', Some(0))
        );
        assert_eq!(
            layout("name,email\n\"a;b;c\",a@example.com\n"),
            (b',', Some(0))
        );
        assert_eq!(
            layout("name\temail\nAda\ta@example.com\n"),
            (b'\t', Some(0))
        );
        assert_eq!(layout("email|name\n"), (b'|', Some(0)));
        assert_eq!(layout("email\na@example.com\n"), (b',', Some(0)));
    }

    #[test]
    fn sep_and_preamble_are_passed_over() {
        assert_eq!(
            layout("sep=;\nemail;name\na@example.com;A\n"),
            (b';', Some(0))
        );
        assert_eq!(
            layout("Media list\nExported 2026-01-05\n\nName;E-Mail\nA;a@example.com\n"),
            (b';', Some(2))
        );
    }

    #[test]
    fn data_is_no_header() {
        assert_eq!(layout("a@example.com,Ada\nb@example.com,Bo\n").1, None);
        assert_eq!(layout("a title\na@example.com,Ada\n").1, None);
    }
}
