//! Spreadsheets (.xlsx, .ods, old .xls) as one CSV text: row n of the sheet is line n of the text.

mod comments;
mod lines;
mod linked;
mod ods;
mod package;
mod weight;
mod xls;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, DataType, Reader, Xlsx};

use crate::intake::formats::newsletter::mailchimp::{self, ByName};
use crate::intake::links::Links;
use crate::intake::problem::IntakeProblem;
use crate::intake::sheet_marks::{Refused, SheetMarks};
use crate::intake::workbook::lines::{Lines, Room};
use crate::intake::workbook::weight::Weight;

/// Bytes of the whole file: beyond it, it is no list of contacts.
const PACKED: u64 = 100 * 1024 * 1024;
/// Sheets of a workbook; each is read, and may name the same part of the file.
const MOST_SHEETS: usize = 200;

/// Which program's file it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Xlsx,
    Ods,
    Xls,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Xls => "xls",
        }
    }
}

/// What the first bytes, and the whole file where they are not enough, show it to be.
pub(crate) fn recognise(start: &[u8]) -> Option<Kind> {
    let holds = |name: &[u8]| start.windows(name.len()).any(|part| part == name);
    if start.starts_with(b"PK\x03\x04") && holds(b"opendocument.spreadsheet") {
        Some(Kind::Ods)
    } else if start.starts_with(b"PK\x03\x04") && holds(b"xl/") {
        Some(Kind::Xlsx)
    } else if start.starts_with(b"\xd0\xcf\x11\xe0") {
        Some(Kind::Xls)
    } else {
        None
    }
}

/// The sheet with the contacts.
pub(crate) struct Sheet {
    /// Its rows as text, in a file that nobody else sees.
    pub(crate) text: File,
    pub(crate) name: String,
    /// What of it no cell says.
    pub(crate) marks: SheetMarks,
}

/// Reads the sheet with the contacts: the one `wanted`, else the only one with addresses in it;
/// several, and the user is asked. A sheet that says no by its name is looked at in any case.
pub(crate) fn to_csv(
    name: &str,
    mut file: File,
    kind: Kind,
    wanted: Option<&str>,
) -> Result<Sheet, IntakeProblem> {
    let size = file
        .metadata()
        .map_err(|error| IntakeProblem::io(name, error))?
        .len();
    let too_large = || IntakeProblem::TooLargeInside {
        file: name.to_owned(),
    };
    if size > PACKED {
        return Err(too_large());
    }
    let weight = match kind {
        Kind::Xls => Weight::default(),
        _ => weight::of(&file).ok_or_else(too_large)?,
    };
    file.rewind()
        .map_err(|error| IntakeProblem::io(name, error))?;
    let room = Room::new();
    let looked_at =
        |sheet: &str| wanted.is_none_or(|wanted| is_same(sheet, wanted)) || no_of(sheet).is_some();
    let sheets = match kind {
        Kind::Xlsx => {
            let beside = Beside {
                remarked: comments::noes(&file),
                links: linked::links(&file, weight.makes_links),
            };
            file.rewind()
                .map_err(|error| IntakeProblem::io(name, error))?;
            xlsx(name, BufReader::new(file), beside, &looked_at, &room)?
        }
        Kind::Ods => ods::sheets(name, BufReader::new(file), &looked_at, &room)?,
        Kind::Xls => xls::sheets(name, file, size, &looked_at, &room)?,
    };
    choose(name, sheets, wanted)
}

fn is_same(sheet: &str, wanted: &str) -> bool {
    sheet.trim().eq_ignore_ascii_case(wanted.trim())
}

/// What a sheet's name says of everybody on it.
fn no_of(sheet: &str) -> Option<&'static str> {
    match mailchimp::by_name(sheet) {
        Some(ByName::No(reason)) => Some(reason),
        _ => None,
    }
}

/// The rows of `sheet`, to be filled: where its name says no, the addresses are minded.
fn lines_of(sheet: &str, name: &str, room: &Room) -> Result<Lines, IntakeProblem> {
    let mut lines = Lines::new(name, room)?;
    if no_of(sheet).is_some() {
        lines.refused = Some(std::collections::HashSet::new());
    }
    Ok(lines)
}

fn damaged(name: &str, kind: Kind) -> IntakeProblem {
    IntakeProblem::NotCsv {
        file: name.to_owned(),
        what: match kind {
            Kind::Xls => "an Outlook message, a protected workbook, or damaged",
            _ => "a protected or damaged workbook",
        },
        remedy: "open it in your spreadsheet, take the protection away, save it as \"CSV UTF-8\", and import that file",
    }
}

/// What of an Excel workbook stands beside its cells, by the sheet's name.
struct Beside {
    remarked: HashMap<String, comments::Noes>,
    links: HashMap<String, Links>,
}

fn xlsx<R: Read + Seek>(
    name: &str,
    reader: R,
    mut beside: Beside,
    looked_at: &dyn Fn(&str) -> bool,
    room: &Room,
) -> Result<Vec<(String, Option<Lines>)>, IntakeProblem> {
    let mut book: Xlsx<R> = Xlsx::new(reader).map_err(|_| damaged(name, Kind::Xlsx))?;
    let names = book.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(IntakeProblem::TooLargeInside {
            file: name.to_owned(),
        });
    }
    let mut read = Vec::new();
    for sheet in names {
        if !looked_at(&sheet) {
            read.push((sheet, None));
            continue;
        }
        let mut text = lines_of(&sheet, name, room)?;
        text.remarked = beside.remarked.remove(&sheet).unwrap_or_default();
        text.links = beside.links.remove(&sheet).unwrap_or_default();
        for merged in book.merge_cells_by_sheet_name(&sheet).unwrap_or_default() {
            text.merge(merged.start.0, merged.start.1, merged.end.0);
        }
        // A chart has a name and no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&sheet) else {
            continue;
        };
        loop {
            let cell = cells
                .next_cell_with_style_id()
                .map_err(|_| damaged(name, Kind::Xlsx))?;
            let Some((cell, style)) = cell else { break };
            let (row, column) = cell.get_position();
            let made;
            let value = match cell.get_value() {
                DataRef::SharedString(text) => text,
                other => {
                    made = written(other);
                    made.as_str()
                }
            };
            text.put(row, column, value)?;
            let font = cells.styles().get(style).and_then(|it| it.font.as_ref());
            if font.is_some_and(calamine::Font::has_strikethrough) {
                text.strike(row, value);
            }
        }
        text.mind_links()?;
        read.push((sheet, Some(text)));
    }
    Ok(read)
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

fn choose(
    name: &str,
    sheets: Vec<(String, Option<Lines>)>,
    wanted: Option<&str>,
) -> Result<Sheet, IntakeProblem> {
    let all: Vec<String> = sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
    if let Some(wanted) = wanted
        && !all.iter().any(|sheet| is_same(sheet, wanted))
    {
        return Err(IntakeProblem::NoSheet {
            file: name.to_owned(),
            sheet: wanted.to_owned(),
            sheets: listed(&all),
        });
    }
    let mut good = Vec::new();
    let mut refusing = Vec::new();
    for (sheet, lines) in sheets {
        let Some(lines) = lines else { continue };
        let is_chosen = wanted.is_some_and(|wanted| is_same(&sheet, wanted));
        if is_chosen || (wanted.is_none() && lines.holds_address && lines.refused.is_none()) {
            good.push((sheet, lines));
        } else if lines.holds_address {
            refusing.push((sheet, lines));
        }
    }
    // Nothing but people who said no: then they are what is asked for.
    if good.is_empty() && wanted.is_none() {
        good.append(&mut refusing);
    }
    if good.len() > 1 {
        let names: Vec<String> = good.into_iter().map(|(sheet, _)| sheet).collect();
        return Err(IntakeProblem::SeveralSheets {
            file: name.to_owned(),
            sheets: listed(&names),
        });
    }
    let Some((sheet, mut lines)) = good.pop() else {
        return Err(IntakeProblem::NoAddresses {
            file: name.to_owned(),
            sheets: listed(&all),
        });
    };
    let refused = refusing.into_iter().filter_map(|(sheet, lines)| {
        Some(Refused {
            reason: no_of(&sheet)?,
            addresses: lines.refused?,
            sheet,
        })
    });
    let marks = SheetMarks {
        struck: std::mem::take(&mut lines.struck),
        remarked: std::mem::take(&mut lines.remarked),
        refused: refused.collect(),
        links: std::mem::take(&mut lines.links),
    };
    Ok(Sheet {
        text: lines.finish(name)?,
        name: sheet,
        marks,
    })
}

/// A cell as a person sees it: whole numbers without a point (they are telephone numbers and
/// codes), dates as ISO 8601 writes them, errors empty.
fn written(value: &impl DataType) -> String {
    if let Some(moment) = value.get_datetime() {
        if moment.is_duration() {
            return moment.as_f64().to_string();
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        return format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    }
    if let Some(number) = value.get_float() {
        return whole_number(number);
    }
    if let Some(number) = value.get_int() {
        return number.to_string();
    }
    if let Some(truth) = value.get_bool() {
        return if truth { "true" } else { "false" }.to_owned();
    }
    value
        .get_string()
        .or_else(|| value.get_datetime_iso())
        .or_else(|| value.get_duration_iso())
        .unwrap_or_default()
        .to_owned()
}

/// A whole number without a point.
fn whole_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}
