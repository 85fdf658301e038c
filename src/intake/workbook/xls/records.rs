//! The records of an old Excel file (Microsoft's [MS-XLS]): its sheets, and the cells of each.

use crate::intake::links::{self, Links};
use crate::intake::workbook::MOST_SHEETS;
use crate::intake::workbook::xls::compound::{Fault, u16_at, u32_at};
use crate::intake::workbook::xls::strings::{Letters, Shared, code_page};

/// Cells of a sheet that are held to be put in order: 65,536 rows of thirty.
const MOST_CELLS: usize = 2_000_000;
/// Records that are looked at in all: several sheets may name the same part of the file.
const MOST_RECORDS: usize = 20_000_000;

/// Bytes of a record of a link that are looked at: what it shows stands in front, in 255 letters at most.
const LONGEST_LINK: usize = 2000;

/// Numbers of the records that are read.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const LINK: u16 = 0x01b8;
    pub(super) const END: u16 = 0x000a;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002f;
    pub(super) const FONT: u16 = 0x0031;
    pub(super) const GOES_ON: u16 = 0x003c;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00bd;
    pub(super) const RICH_TEXT: u16 = 0x00d6;
    pub(super) const LOOK: u16 = 0x00e0;
    pub(super) const SHARED: u16 = 0x00fc;
    pub(super) const SHARED_TEXT: u16 = 0x00fd;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const FORMULA_TEXT: u16 = 0x0207;
    pub(super) const SHORT_NUMBER: u16 = 0x027e;
    pub(super) const FORMAT: u16 = 0x041e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// A sheet and where its records begin.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) at: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Value {
    Shared(u32),
    /// Of the page's own texts.
    Own(u32),
    Number(f64),
    Moment(f64),
    Truth(bool),
}

#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) row: u16,
    pub(super) column: u16,
    pub(super) is_struck: bool,
    pub(super) value: Value,
}

/// What stands on a sheet, in the order of rows and columns.
#[derive(Default)]
pub(super) struct Page {
    pub(super) cells: Vec<Cell>,
    pub(super) texts: Vec<Box<str>>,
    pub(super) links: Links,
}

/// How a cell looks, as far as it says something.
#[derive(Clone, Copy, Default)]
struct Look {
    is_moment: bool,
    is_struck: bool,
}

pub(super) struct Book {
    pub(super) sheets: Vec<Sheet>,
    pub(super) shared: Shared,
    pub(super) is_1904: bool,
    letters: Letters,
    looks: Vec<Look>,
}

/// The record at `at`: its kind, its bytes, and where the next one begins.
fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let kind = u16_at(stream, at)?;
    let length = usize::from(u16_at(stream, at + 2)?);
    let data = stream.get(at + 4..at + 4 + length)?;
    Some((kind, data, at + 4 + length))
}

impl Book {
    /// Reads what stands before the sheets.
    pub(super) fn read(stream: &[u8]) -> Result<Self, Fault> {
        let mut book = Self {
            sheets: Vec::new(),
            shared: Shared::default(),
            is_1904: false,
            letters: Letters::Flagged,
            looks: Vec::new(),
        };
        let mut fonts: Vec<bool> = Vec::new();
        let mut formats: Vec<(u16, bool)> = Vec::new();
        let mut looks: Vec<(u16, u16)> = Vec::new();
        let mut names: Vec<(usize, &[u8])> = Vec::new();
        let mut is_old = false;
        let mut page = 1252;
        let mut at = 0;
        let mut is_ended = false;
        while let Some((kind, data, next)) = record(stream, at) {
            at = next;
            match kind {
                kind::BEGIN => is_old = u16_at(data, 0) == Some(0x0500),
                kind::PASSWORD => return Err(Fault::Damaged),
                kind::CODE_PAGE => page = u16_at(data, 0).unwrap_or(page),
                kind::DATE_MODE => book.is_1904 = u16_at(data, 0) == Some(1),
                kind::FONT => fonts.push(u16_at(data, 2).unwrap_or(0) & 8 != 0),
                kind::FORMAT => {
                    let letters = if is_old {
                        Letters::Plain(code_page(page))
                    } else {
                        Letters::Flagged
                    };
                    let width = if is_old { 1 } else { 2 };
                    let text = data.get(2..).and_then(|data| letters.text(data, width));
                    if let Some((number, text)) = u16_at(data, 0).zip(text) {
                        formats.push((number, is_moment(&text)));
                    }
                }
                kind::LOOK => {
                    looks.push((u16_at(data, 0).unwrap_or(0), u16_at(data, 2).unwrap_or(0)));
                }
                kind::SHEET => {
                    // Charts and macros hold no cells of ours.
                    let is_sheet = data.get(5) == Some(&0);
                    if let Some(begin) = u32_at(data, 0).filter(|_| is_sheet) {
                        names.push((begin as usize, data.get(6..).unwrap_or_default()));
                    }
                    if names.len() > MOST_SHEETS {
                        return Err(Fault::TooLarge);
                    }
                }
                kind::SHARED => {
                    let mut parts = vec![data];
                    while let Some((kind::GOES_ON, data, next)) = record(stream, at) {
                        parts.push(data);
                        at = next;
                    }
                    book.shared = Shared::read(&parts)?;
                }
                kind::END => {
                    is_ended = true;
                    break;
                }
                _ => {}
            }
        }
        // Cut off in the middle, it would pass for a shorter list.
        if !is_ended {
            return Err(Fault::Damaged);
        }
        if is_old {
            book.letters = Letters::Plain(code_page(page));
        }
        book.looks = seen(looks, &fonts, &formats);
        for (at, name) in names {
            let name = book.letters.text(name, 1).unwrap_or_default();
            book.sheets.push(Sheet {
                name: name.replace('\0', ""),
                at,
            });
        }
        Ok(book)
    }

    /// The cells of the sheet that begins at `at`; `walked` counts records over all sheets.
    pub(super) fn cells(
        &self,
        stream: &[u8],
        mut at: usize,
        walked: &mut usize,
    ) -> Result<Page, Fault> {
        let mut page = Page::default();
        // An embedded chart has records of its own within those of the sheet.
        let mut depth = 0;
        let mut formula = None;
        let mut is_ended = false;
        while let Some((kind, data, next)) = record(stream, at) {
            at = next;
            *walked += 1;
            if *walked > MOST_RECORDS || page.cells.len() > MOST_CELLS {
                return Err(Fault::TooLarge);
            }
            match kind {
                kind::BEGIN => depth += 1,
                kind::END if depth <= 1 => {
                    is_ended = true;
                    break;
                }
                kind::END => depth -= 1,
                _ if depth > 1 => {}
                kind::LINK => link(data, &mut page.links),
                kind::FORMULA_TEXT => {
                    if let (Some(place), Some(text)) = (formula.take(), self.letters.text(data, 2))
                    {
                        page.own(place, text);
                    }
                }
                _ => {
                    let is_formula = kind == kind::FORMULA;
                    let before = page.cells.len();
                    self.cell(kind, data, &mut page);
                    if is_formula && page.cells.len() == before {
                        formula = self.place(data);
                    }
                }
            }
        }
        if !is_ended {
            return Err(Fault::Damaged);
        }
        let key = |cell: &Cell| (cell.row, cell.column);
        if !page.cells.is_sorted_by_key(key) {
            page.cells.sort_by_key(key);
        }
        // Written over: the later one counts.
        page.cells.reverse();
        page.cells.dedup_by_key(|cell| key(cell));
        page.cells.reverse();
        Ok(page)
    }

    /// Row, column and look of a cell.
    fn place(&self, data: &[u8]) -> Option<(u16, u16, Look)> {
        let look = usize::from(u16_at(data, 4)?);
        let look = self.looks.get(look).copied().unwrap_or_default();
        Some((u16_at(data, 0)?, u16_at(data, 2)?, look))
    }

    fn cell(&self, kind: u16, data: &[u8], page: &mut Page) -> Option<()> {
        let place = self.place(data)?;
        let float = |at: usize| {
            let bytes = data.get(at..at + 8)?.try_into().ok()?;
            Some(f64::from_le_bytes(bytes))
        };
        match kind {
            kind::SHARED_TEXT => page.put(place, Value::Shared(u32_at(data, 6)?)),
            kind::TEXT | kind::RICH_TEXT => {
                page.own(place, self.letters.text(data.get(6..)?, 2)?);
            }
            kind::NUMBER => page.number(place, float(6)?),
            kind::SHORT_NUMBER => page.number(place, short_number(u32_at(data, 6)?)),
            kind::NUMBERS => {
                let (row, mut column, _) = place;
                // Each of six bytes; behind the last stands its column.
                for one in data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6) {
                    let look = usize::from(u16_at(one, 0)?);
                    let look = self.looks.get(look).copied().unwrap_or_default();
                    page.number((row, column, look), short_number(u32_at(one, 2)?));
                    column = column.checked_add(1)?;
                }
            }
            // With a one behind it, it is an error: nothing.
            kind::TRUTH if *data.get(7)? == 0 => page.put(place, Value::Truth(data[6] != 0)),
            kind::FORMULA if u16_at(data, 12)? != 0xffff => page.number(place, float(6)?),
            // Text stands in the record behind; an error and an empty text are nothing.
            kind::FORMULA if data[6] == 1 => page.put(place, Value::Truth(data[8] != 0)),
            _ => {}
        }
        Some(())
    }
}

impl Page {
    fn put(&mut self, (row, column, look): (u16, u16, Look), value: Value) {
        self.cells.push(Cell {
            row,
            column,
            is_struck: look.is_struck,
            value,
        });
    }

    fn own(&mut self, place: (u16, u16, Look), text: String) {
        let index = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into_boxed_str());
        self.put(place, Value::Own(index));
    }

    fn number(&mut self, place: (u16, u16, Look), number: f64) {
        let value = if place.2.is_moment && (0.0..3_000_000.0).contains(&number) {
            Value::Moment(number)
        } else {
            Value::Number(number)
        };
        self.put(place, value);
    }
}

/// A link of the cells from a first to a last row and column, here of the first. Where it leads stands
/// somewhere behind, in letters of two bytes, with a nought at its end.
fn link(data: &[u8], found: &mut Links) {
    let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 4)) else {
        return;
    };
    let text: Vec<u8> = "mailto:".bytes().flat_map(|letter| [letter, 0]).collect();
    let is_start = |part: &[u8]| part.eq_ignore_ascii_case(&text);
    let data = &data[..data.len().min(LONGEST_LINK)];
    let Some(at) = data.windows(text.len()).position(is_start) else {
        return;
    };
    let units = data[at..].chunks_exact(2);
    let units: Vec<u16> = units
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    if let Some(target) = links::target(&String::from_utf16_lossy(&units)) {
        found.add(u64::from(row) + 1, usize::from(column), target);
    }
}

/// What the looks say, of which each names its font and its format.
fn seen(looks: Vec<(u16, u16)>, fonts: &[bool], formats: &[(u16, bool)]) -> Vec<Look> {
    looks
        .into_iter()
        .map(|(font, format)| Look {
            is_struck: is_struck(fonts, font),
            is_moment: formats
                .iter()
                .rev()
                .find(|(number, _)| *number == format)
                .map_or_else(|| is_built_in_moment(format), |(_, is_moment)| *is_moment),
        })
        .collect()
}

/// Thirty bits of a number: the upper part of a long one or a whole one, and perhaps its hundredth.
fn short_number(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 {
        number
    } else {
        number / 100.0
    }
}

/// There is no fifth font: the number four is left out.
fn is_struck(fonts: &[bool], number: u16) -> bool {
    let place = usize::from(number);
    let place = if place > 4 { place - 1 } else { place };
    fonts.get(place).copied().unwrap_or(false)
}

/// Dates and times of the formats that every workbook has without saying so.
fn is_built_in_moment(format: u16) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// A format with a letter for a part of a date outside of quotation marks and brackets.
fn is_moment(format: &str) -> bool {
    let (mut is_quoted, mut depth, mut is_escaped) = (false, 0_u32, false);
    // Only what is said of positive numbers; "General" has no such letter but its e.
    for c in format.split(';').next().unwrap_or_default().chars() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match c {
            '\\' | '_' | '*' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}
