//! The workbooks of Excel 95 to 2003, read by our own rules: what such a file says of its own size is the
//! stranger's word, so nothing is held that was not first counted.

mod compound;
mod records;
mod strings;

use std::fs::File;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use crate::intake::problem::IntakeProblem;
use crate::intake::workbook::lines::{Lines, Room};
use crate::intake::workbook::xls::compound::Fault;
use crate::intake::workbook::xls::records::{Book, Cell, Value};
use crate::intake::workbook::{Kind, damaged, written};

/// All sheets of `file` by name, in its order, with the rows of those that are to be `looked_at`.
pub(super) fn sheets(
    name: &str,
    file: File,
    size: u64,
    looked_at: &dyn Fn(&str) -> bool,
    room: &Room,
) -> Result<Vec<(String, Option<Lines>)>, IntakeProblem> {
    let refused = |fault| match fault {
        Fault::Damaged => damaged(name, Kind::Xls),
        Fault::TooLarge => IntakeProblem::TooLargeInside {
            file: name.to_owned(),
        },
        Fault::Io(error) => IntakeProblem::io(name, error),
    };
    let stream = compound::workbook(file, size).map_err(refused)?;
    let book = Book::read(&stream).map_err(refused)?;
    let mut walked = 0;
    let mut read = Vec::new();
    for sheet in &book.sheets {
        if !looked_at(&sheet.name) {
            read.push((sheet.name.clone(), None));
            continue;
        }
        let page = book
            .cells(&stream, sheet.at, &mut walked)
            .map_err(refused)?;
        let mut lines = super::lines_of(&sheet.name, name, room)?;
        lines.links = page.links;
        for cell in &page.cells {
            let (row, column) = (u32::from(cell.row), u32::from(cell.column));
            let made;
            let value = match text(&book, &page.texts, cell) {
                Text::Of(text) => text,
                Text::Made(text) => {
                    made = text;
                    &made
                }
            };
            lines.put(row, column, value)?;
            if cell.is_struck {
                lines.strike(row, value);
            }
        }
        lines.mind_links()?;
        read.push((sheet.name.clone(), Some(lines)));
    }
    Ok(read)
}

enum Text<'a> {
    Of(&'a str),
    Made(String),
}

fn text<'a>(book: &'a Book, texts: &'a [Box<str>], cell: &Cell) -> Text<'a> {
    match cell.value {
        Value::Shared(index) => Text::Of(book.shared.get(index)),
        Value::Own(index) => Text::Of(texts.get(index as usize).map_or("", |text| text)),
        Value::Number(number) => Text::Made(super::whole_number(number)),
        Value::Moment(number) => {
            let moment = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, book.is_1904);
            Text::Made(written(&calamine::Data::DateTime(moment)))
        }
        Value::Truth(truth) => Text::Of(if truth { "true" } else { "false" }),
    }
}

#[cfg(test)]
mod tests;
