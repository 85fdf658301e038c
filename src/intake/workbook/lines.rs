//! A sheet as CSV text, as it grows: cells come in the order of rows and columns.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::rc::Rc;

use crate::domain::address;
use crate::intake::links::Links;
use crate::intake::problem::IntakeProblem;

/// Columns that are read; exports have dozens.
pub(super) const COLUMNS: u32 = 512;
/// Rows that a spreadsheet has; a file can name any number, and each empty one above takes a byte.
pub(super) const ROWS: u32 = 1_048_576;
/// Bytes of all sheets as text: beyond it, the file is a bomb or no list of contacts.
const LONGEST: u64 = 200 * 1024 * 1024;
/// Cells over several rows that are minded; a list has one an outlet.
const MOST_MERGED: usize = 100_000;
/// Addresses that are held of sheets that say no.
const MOST_REFUSED: usize = 400_000;

/// The bytes that the sheets of one file may still take.
#[derive(Clone)]
pub(super) struct Room(Rc<Cell<u64>>);

impl Room {
    pub(super) fn new() -> Self {
        Self(Rc::new(Cell::new(LONGEST)))
    }

    fn take(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes as u64);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

pub(super) struct Lines {
    out: BufWriter<File>,
    name: String,
    row: u32,
    column: u32,
    /// Something stands in `column` already.
    is_filled: bool,
    room: Room,
    pub(super) holds_address: bool,
    /// Rows, from 1, whose address is struck through.
    pub(super) struck: Vec<u64>,
    /// Rows, from 1, with a comment on a cell that says no, and why.
    pub(super) remarked: Vec<(u64, &'static str)>,
    /// Cells that are links to an address.
    pub(super) links: Links,
    /// The addresses on it, as they are compared, of a sheet that says no by its name.
    pub(super) refused: Option<HashSet<String>>,
    /// The last row of cells that reach over several rows, by their first row and column.
    merged: HashMap<(u32, u32), u32>,
    /// Those of them that reach into the row: by column, the last row and the text.
    reaching: BTreeMap<u32, (u32, String)>,
}

impl Lines {
    /// `name` is the file's, for problems.
    pub(super) fn new(name: &str, room: &Room) -> Result<Self, IntakeProblem> {
        let file = tempfile::tempfile().map_err(|error| IntakeProblem::io(name, error))?;
        Ok(Self {
            out: BufWriter::new(file),
            name: name.to_owned(),
            row: 0,
            column: 0,
            is_filled: false,
            room: room.clone(),
            holds_address: false,
            struck: Vec::new(),
            remarked: Vec::new(),
            links: Links::default(),
            refused: None,
            merged: HashMap::new(),
            reaching: BTreeMap::new(),
        })
    }

    /// A cell reaches down to the row `last`: what stands in it is said of each of them. Told before
    /// the cell is put.
    pub(super) fn merge(&mut self, row: u32, column: u32, last: u32) {
        if last > row && column < COLUMNS && self.merged.len() < MOST_MERGED {
            self.merged.insert((row, column), last);
        }
    }

    /// The cell that was put last is struck through.
    ///
    /// Links of the row are told before.
    pub(super) fn strike(&mut self, row: u32, value: &str) {
        let row = u64::from(row) + 1;
        let is_address = value.contains('@') || !self.links.of(row).is_empty();
        if is_address && self.struck.last() != Some(&row) {
            self.struck.push(row);
        }
    }

    /// Rows and columns count from 0; what lies outside of a sheet, or before the last cell, is left
    /// out.
    pub(super) fn put(&mut self, row: u32, column: u32, value: &str) -> Result<(), IntakeProblem> {
        if value.is_empty()
            || column >= COLUMNS
            || row >= ROWS
            || row < self.row
            || (row == self.row && column < self.column)
            || (row == self.row && column == self.column && self.is_filled)
        {
            return Ok(());
        }
        if let Some(last) = self.merged.remove(&(row, column)) {
            self.reaching.insert(column, (last, value.to_owned()));
        }
        self.reach(row, column)?;
        self.write(row, column, value)
    }

    /// Writes what reaches into the row from above and stands before `column`.
    fn reach(&mut self, row: u32, column: u32) -> Result<(), IntakeProblem> {
        if self.reaching.is_empty() {
            return Ok(());
        }
        if row > self.row {
            self.end_of_row()?;
            self.reaching.retain(|_, (last, _)| *last >= row);
        }
        let from = if row > self.row { 0 } else { self.column };
        let due: Vec<(u32, String)> = self
            .reaching
            .range(from..column)
            .filter(|(at, _)| row > self.row || **at > self.column || !self.is_filled)
            .map(|(at, (_, text))| (*at, text.clone()))
            .collect();
        for (at, text) in due {
            self.write(row, at, &text)?;
        }
        Ok(())
    }

    /// What reaches into the row and stands behind its last cell.
    fn end_of_row(&mut self) -> Result<(), IntakeProblem> {
        if !self.is_filled {
            return Ok(());
        }
        let (row, column) = (self.row, self.column);
        let behind = self.reaching.range(column + 1..);
        let due: Vec<(u32, String)> = behind
            .filter(|(_, (last, _))| *last >= row)
            .map(|(at, (_, text))| (*at, text.clone()))
            .collect();
        for (at, text) in due {
            self.write(row, at, &text)?;
        }
        Ok(())
    }

    fn write(&mut self, row: u32, column: u32, value: &str) -> Result<(), IntakeProblem> {
        if !self.room.take(value.len() + 3) {
            return Err(self.too_large());
        }
        if value.contains('@') {
            self.holds_address = true;
            self.mind(value)?;
        }
        let moved = self.advance(row, column, value);
        moved.map_err(|error| IntakeProblem::io(&self.name, error))
    }

    /// Keeps who says no.
    fn mind(&mut self, value: &str) -> Result<(), IntakeProblem> {
        let Some(refused) = &mut self.refused else {
            return Ok(());
        };
        if let Ok(read) = address::read(value) {
            refused.extend(read.addresses.iter().map(address::Address::key));
        }
        if refused.len() > MOST_REFUSED {
            return Err(self.too_large());
        }
        Ok(())
    }

    /// Looks at the links as at addresses that stand in the cells.
    pub(super) fn mind_links(&mut self) -> Result<(), IntakeProblem> {
        self.holds_address |= !self.links.is_empty();
        if self.refused.is_none() {
            return Ok(());
        }
        let links = std::mem::take(&mut self.links);
        for target in links.targets() {
            self.mind(target)?;
        }
        self.links = links;
        Ok(())
    }

    fn too_large(&self) -> IntakeProblem {
        IntakeProblem::TooLargeInside {
            file: self.name.clone(),
        }
    }

    fn advance(&mut self, row: u32, column: u32, value: &str) -> std::io::Result<()> {
        if row > self.row {
            self.column = 0;
        }
        while self.row < row {
            self.out.write_all(b"\n")?;
            self.row += 1;
        }
        while self.column < column {
            self.out.write_all(b",")?;
            self.column += 1;
        }
        self.is_filled = true;
        // One line per row, so that a problem is told with the row's own number.
        let between = if value.contains('@') { ", " } else { " " };
        let one_line: Vec<&str> = value
            .split(['\n', '\r'])
            .filter(|part| !part.is_empty())
            .collect();
        let cell = one_line.join(between).replace('"', "\"\"");
        write!(self.out, "\"{cell}\"")
    }

    pub(super) fn finish(mut self, name: &str) -> Result<File, IntakeProblem> {
        self.end_of_row()?;
        let ended = self.out.write_all(b"\n").and_then(|()| self.out.flush());
        ended.map_err(|error| IntakeProblem::io(name, error))?;
        let mut file = self
            .out
            .into_inner()
            .map_err(|error| IntakeProblem::io(name, error.into_error()))?;
        file.rewind()
            .map_err(|error| IntakeProblem::io(name, error))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Lines, Room};

    #[test]
    fn what_reaches_over_rows_is_said_of_each() {
        let mut lines = Lines::new("t.xlsx", &Room::new()).unwrap();
        lines.merge(1, 0, 2);
        lines.merge(1, 3, 2);
        for (row, column, text) in [
            (0, 0, "Outlet"),
            (0, 1, "Name"),
            (0, 2, "Email"),
            (0, 3, "Beat"),
            (1, 0, "The Daily"),
            (1, 1, "Ana"),
            (1, 2, "ana@daily.example"),
            (1, 3, "energy"),
            (2, 1, "Bo"),
            (2, 2, "bo@daily.example"),
            (3, 2, "cy@tide.example"),
        ] {
            lines.put(row, column, text).unwrap();
        }
        let mut text = String::new();
        lines
            .finish("t.xlsx")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let plain = text.replace('"', "");
        assert_eq!(
            plain,
            "Outlet,Name,Email,Beat\nThe Daily,Ana,ana@daily.example,energy\nThe Daily,Bo,bo@daily.example,energy\n,,cy@tide.example\n"
        );
    }
}
