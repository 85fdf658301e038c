//! `OpenDocument` sheets, read as a stream: such a file says "this cell 16,000 times", so that reading
//! it whole lets a stranger choose how much memory that takes.

mod looks;

use std::io::{BufReader, Read, Seek};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::intake::links;
use crate::intake::problem::IntakeProblem;
use crate::intake::workbook::lines::{COLUMNS, Lines, ROWS, Room};
use crate::intake::workbook::ods::looks::Looks;
use crate::intake::workbook::{Kind, MOST_SHEETS, damaged, whole_number};

/// Bytes of a cell's text: `LibreOffice` takes as many.
const LONGEST_CELL: usize = 65_535;

/// A cell, and the columns in which it stands.
struct Cell {
    from: u32,
    to: u32,
    /// Rows that it reaches over.
    rows: u32,
    text: String,
    is_struck: bool,
    /// Behind `mailto:`.
    link: Option<String>,
}

/// What a cell says of itself, and its text as far as it was read.
#[derive(Default)]
struct Reading {
    /// Said by an attribute; goes before the text, which is formatted for the eye.
    value: Option<String>,
    text: String,
    columns: u32,
    rows: u32,
    is_error: bool,
    paragraphs: usize,
    /// Inside a paragraph, where text counts.
    open: usize,
    /// Inside a comment, where it does not.
    notes: usize,
    /// A line goes through the cell, or through the address in it.
    is_struck: bool,
    /// Parts of the text that have a look of their own, one in the other; whether it is struck.
    spans: Vec<bool>,
    link: Option<String>,
}

struct Walk<'a> {
    name: &'a str,
    looked_at: &'a dyn Fn(&str) -> bool,
    room: Room,
    /// Names of sheets with their rows, where they are looked at.
    sheets: Vec<(String, Option<Lines>)>,
    /// Tables inside tables.
    depth: usize,
    row: u32,
    row_repeats: u32,
    column: u32,
    cells: Vec<Cell>,
    cell: Option<Reading>,
    looks: Looks,
}

/// All sheets of `file` by name, with the rows of those that are to be `looked_at`.
pub(super) fn sheets<R: Read + Seek>(
    name: &str,
    file: R,
    looked_at: &dyn Fn(&str) -> bool,
    room: &Room,
) -> Result<Vec<(String, Option<Lines>)>, IntakeProblem> {
    let broken = || damaged(name, Kind::Ods);
    let mut package = ZipArchive::new(file).map_err(|_| broken())?;
    let content = package.by_name("content.xml").map_err(|_| broken())?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk {
        name,
        looked_at,
        room: room.clone(),
        sheets: Vec::new(),
        depth: 0,
        row: 0,
        row_repeats: 1,
        column: 0,
        cells: Vec::new(),
        cell: None,
        looks: Looks::default(),
    };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| broken())? {
            Event::Start(start) => walk.start(&start)?,
            Event::End(end) => walk.end(end.name().as_ref())?,
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => walk.text(c.encode_utf8(&mut [0; 4])),
                _ => walk.text(resolve_predefined_entity(&entity).unwrap_or_default()),
            },
            Event::DocType(_) => return Err(broken()),
            Event::Eof => break,
            _ => {}
        }
    }
    // Cut off in the middle, it would pass for a shorter list.
    if walk.depth > 0 {
        return Err(broken());
    }
    for lines in walk
        .sheets
        .iter_mut()
        .filter_map(|(_, lines)| lines.as_mut())
    {
        lines.mind_links()?;
    }
    Ok(walk.sheets)
}

impl Walk<'_> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), IntakeProblem> {
        match start.name().as_ref() {
            "table:table" => {
                self.depth += 1;
                if self.depth == 1 {
                    self.sheet(start)?;
                }
            }
            "table:table-row" if self.depth == 1 => {
                let repeats = attribute(start, "table:number-rows-repeated");
                self.row_repeats = number(repeats);
                self.column = 0;
                self.cells.clear();
                self.looks.row(start);
            }
            "table:table-cell" | "table:covered-table-cell" if self.depth == 1 => {
                let is_struck = self.looks.is_struck(start, self.column);
                self.cell = Some(Reading {
                    is_struck,
                    ..Reading::of(start)
                });
            }
            "table:table-column" if self.depth == 1 => self.looks.column(start),
            name => {
                if let Some(cell) = &mut self.cell {
                    cell.start(name, start, &self.looks);
                } else if self.depth == 0 {
                    self.looks.start(name, start);
                }
            }
        }
        Ok(())
    }

    fn sheet(&mut self, start: &BytesStart<'_>) -> Result<(), IntakeProblem> {
        let sheet = attribute(start, "table:name").unwrap_or_default();
        if self.sheets.len() == MOST_SHEETS {
            let file = self.name.to_owned();
            return Err(IntakeProblem::TooLargeInside { file });
        }
        let lines = (self.looked_at)(&sheet)
            .then(|| super::lines_of(&sheet, self.name, &self.room))
            .transpose()?;
        self.sheets.push((sheet, lines));
        self.row = 0;
        self.looks.sheet();
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), IntakeProblem> {
        match name {
            "table:table" => self.depth = self.depth.saturating_sub(1),
            "table:table-row" if self.depth == 1 => return self.end_of_row(),
            "table:table-cell" | "table:covered-table-cell" if self.depth == 1 => {
                if let Some(cell) = self.cell.take() {
                    self.end_of_cell(cell);
                }
            }
            name => {
                if let Some(cell) = &mut self.cell {
                    cell.end(name);
                }
            }
        }
        Ok(())
    }

    fn end_of_cell(&mut self, cell: Reading) {
        let from = self.column;
        self.column = from.saturating_add(cell.columns);
        let text = match cell.value {
            _ if cell.is_error => return,
            Some(value) => value,
            None => cell.text,
        };
        if !text.is_empty() && from < COLUMNS {
            let to = self.column.min(COLUMNS);
            self.cells.push(Cell {
                from,
                to,
                rows: cell.rows,
                text,
                is_struck: cell.is_struck,
                link: cell.link,
            });
        }
    }

    fn end_of_row(&mut self) -> Result<(), IntakeProblem> {
        let first = self.row;
        self.row = first.saturating_add(self.row_repeats);
        if self.cells.is_empty() {
            return Ok(());
        }
        let Some((_, Some(lines))) = self.sheets.last_mut() else {
            return Ok(());
        };
        for row in first..self.row.min(ROWS) {
            for cell in &self.cells {
                for column in cell.from..cell.to {
                    lines.merge(row, column, row.saturating_add(cell.rows - 1));
                    lines.put(row, column, &cell.text)?;
                    if let Some(link) = &cell.link {
                        let line = u64::from(row) + 1;
                        lines.links.add(line, column as usize, link.clone());
                    }
                    if cell.is_struck {
                        lines.strike(row, &cell.text);
                    }
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.open > 0
            && cell.notes == 0
        {
            cell.push(text);
            let is_address = cell.link.is_some() || text.contains('@');
            cell.is_struck |= is_address && cell.spans.last() == Some(&true);
        }
    }
}

impl Reading {
    fn of(start: &BytesStart<'_>) -> Self {
        let kind = attribute(start, "office:value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "float" | "percentage" | "currency" => attribute(start, "office:value").map(|value| {
                value
                    .parse()
                    .map_or(value, |number: f64| whole_number(number))
            }),
            "date" => attribute(start, "office:date-value"),
            "time" => attribute(start, "office:time-value"),
            "boolean" => attribute(start, "office:boolean-value").map(|it| it.to_lowercase()),
            _ => attribute(start, "office:string-value"),
        };
        Self {
            value,
            columns: number(attribute(start, "table:number-columns-repeated")),
            rows: number(attribute(start, "table:number-rows-spanned")),
            is_error: attribute(start, "calcext:value-type").is_some_and(|it| it == "error"),
            link: attribute(start, "table:formula").and_then(|it| links::in_formula(&it)),
            ..Self::default()
        }
    }

    fn start(&mut self, name: &str, start: &BytesStart<'_>, looks: &Looks) {
        match name {
            "office:annotation" => self.notes += 1,
            "text:span" => {
                let is_within = self.spans.last() == Some(&true);
                self.spans.push(is_within || looks.is_struck_part(start));
            }
            "text:a" if self.link.is_none() => {
                self.link = attribute(start, "xlink:href").and_then(|it| links::target(&it));
            }
            "text:p" | "text:h" => {
                self.open += 1;
                if self.notes == 0 {
                    self.paragraphs += 1;
                    if self.paragraphs > 1 {
                        self.push("\n");
                    }
                }
            }
            "text:s" if self.notes == 0 => {
                let blanks = number(attribute(start, "text:c")).min(100);
                (0..blanks).for_each(|_| self.push(" "));
            }
            "text:tab" if self.notes == 0 => self.push("\t"),
            "text:line-break" if self.notes == 0 => self.push("\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "office:annotation" => self.notes = self.notes.saturating_sub(1),
            "text:span" => {
                self.spans.pop();
            }
            "text:p" | "text:h" => self.open = self.open.saturating_sub(1),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.text.len() + text.len() <= LONGEST_CELL {
            self.text.push_str(text);
        }
    }
}

/// An attribute's value; none, too, where it cannot be read.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|one| one.key.as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    (value.len() <= LONGEST_CELL).then(|| value.into_owned())
}

/// How often something stands there: at least once.
fn number(written: Option<String>) -> u32 {
    written
        .and_then(|written| written.parse::<u64>().ok())
        .map_or(1, |number| u32::try_from(number).unwrap_or(u32::MAX))
        .max(1)
}

#[cfg(test)]
mod tests;
