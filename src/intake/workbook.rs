//! Spreadsheets (.xlsx, .ods, old .xls) as one CSV text: row n of the sheet is line n of the text.

mod lines;
mod ods;
mod weight;

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{Data, DataRef, DataType, Reader, Xls, Xlsx};

use crate::intake::problem::IntakeProblem;
use crate::intake::workbook::lines::Lines;

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

/// Writes the sheet's rows to a file that nobody else sees, and gives its name too.
///
/// Without `wanted` the one sheet with addresses in it; several, and the user is asked.
pub(crate) fn to_csv(
    name: &str,
    mut file: File,
    kind: Kind,
    wanted: Option<&str>,
) -> Result<(File, String), IntakeProblem> {
    let size = file
        .metadata()
        .map_err(|error| IntakeProblem::io(name, error))?
        .len();
    if size > PACKED || (kind != Kind::Xls && !weight::is_reasonable(&file)) {
        return Err(IntakeProblem::TooLargeInside {
            file: name.to_owned(),
        });
    }
    file.rewind()
        .map_err(|error| IntakeProblem::io(name, error))?;
    let reader = BufReader::new(file);
    match kind {
        Kind::Xlsx => xlsx(name, reader, wanted),
        Kind::Ods => {
            let sheets = ods::sheets(name, reader, wanted)?;
            let names: Vec<String> = sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
            if let Some(wanted) = wanted {
                named(name, &names, wanted)?;
            }
            let read = sheets.into_iter();
            let read = read.filter_map(|(sheet, lines)| Some((sheet, lines?)));
            choose(name, read.collect(), wanted.is_some())
        }
        Kind::Xls => {
            // Outlook's .msg has the same first bytes and no sheets.
            let mut book = Xls::new(reader).map_err(|_| damaged(name, kind))?;
            let sheets = book.worksheets();
            whole(name, sheets, wanted)
        }
    }
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

fn xlsx<R: Read + Seek>(
    name: &str,
    reader: R,
    wanted: Option<&str>,
) -> Result<(File, String), IntakeProblem> {
    let mut book: Xlsx<R> = Xlsx::new(reader).map_err(|_| damaged(name, Kind::Xlsx))?;
    let names = book.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(IntakeProblem::TooLargeInside {
            file: name.to_owned(),
        });
    }
    let mut with_addresses = Vec::new();
    let looked: Vec<String> = match wanted {
        Some(wanted) => vec![named(name, &names, wanted)?],
        None => names.clone(),
    };
    for sheet in &looked {
        let mut text = Lines::new(name)?;
        // A chart has a name and no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(sheet) else {
            continue;
        };
        loop {
            let cell = cells.next_cell().map_err(|_| damaged(name, Kind::Xlsx))?;
            let Some(cell) = cell else { break };
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::SharedString(text) => (*text).to_owned(),
                other => written(other),
            };
            text.put(row, column, &value)?;
        }
        with_addresses.push((sheet.clone(), text));
    }
    choose(name, with_addresses, wanted.is_some())
}

fn whole(
    name: &str,
    sheets: Vec<(String, calamine::Range<Data>)>,
    wanted: Option<&str>,
) -> Result<(File, String), IntakeProblem> {
    let names: Vec<String> = sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
    let wanted = wanted
        .map(|wanted| named(name, &names, wanted))
        .transpose()?;
    let mut read = Vec::new();
    for (sheet, range) in sheets {
        if wanted.as_ref().is_some_and(|wanted| *wanted != sheet) {
            continue;
        }
        let mut text = Lines::new(name)?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) else {
                continue;
            };
            text.put(top + row, left + column, &written(value))?;
        }
        read.push((sheet, text));
    }
    choose(name, read, wanted.is_some())
}

fn named(name: &str, names: &[String], wanted: &str) -> Result<String, IntakeProblem> {
    names
        .iter()
        .find(|sheet| sheet.trim().eq_ignore_ascii_case(wanted.trim()))
        .cloned()
        .ok_or_else(|| IntakeProblem::NoSheet {
            file: name.to_owned(),
            sheet: wanted.to_owned(),
            sheets: listed(names),
        })
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

fn choose(
    name: &str,
    sheets: Vec<(String, Lines)>,
    is_chosen: bool,
) -> Result<(File, String), IntakeProblem> {
    let all: Vec<String> = sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
    let mut good: Vec<_> = sheets
        .into_iter()
        .filter(|(_, lines)| is_chosen || lines.holds_address)
        .collect();
    if good.len() > 1 {
        let names: Vec<String> = good.into_iter().map(|(sheet, _)| sheet).collect();
        return Err(IntakeProblem::SeveralSheets {
            file: name.to_owned(),
            sheets: listed(&names),
        });
    }
    match good.pop() {
        Some((sheet, lines)) => Ok((lines.finish(name)?, sheet)),
        None => Err(IntakeProblem::NoAddresses {
            file: name.to_owned(),
            sheets: listed(&all),
        }),
    }
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
