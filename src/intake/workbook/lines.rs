//! A sheet as CSV text, as it grows: cells come in the order of rows and columns.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use crate::intake::problem::IntakeProblem;

/// Columns that are read; exports have dozens.
pub(super) const COLUMNS: u32 = 512;
/// Rows that a spreadsheet has; a file can name any number, and each empty one above takes a byte.
pub(super) const ROWS: u32 = 1_048_576;
/// Bytes of a sheet as text: beyond it, the file is a bomb or no list of contacts.
const LONGEST: u64 = 200 * 1024 * 1024;

pub(super) struct Lines {
    out: BufWriter<File>,
    name: String,
    row: u32,
    column: u32,
    bytes: u64,
    pub(super) holds_address: bool,
}

impl Lines {
    /// `name` is the file's, for problems.
    pub(super) fn new(name: &str) -> Result<Self, IntakeProblem> {
        let file = tempfile::tempfile().map_err(|error| IntakeProblem::io(name, error))?;
        Ok(Self {
            out: BufWriter::new(file),
            name: name.to_owned(),
            row: 0,
            column: 0,
            bytes: 0,
            holds_address: false,
        })
    }

    /// Rows and columns count from 0; what lies outside of a sheet, or before the last cell, is left
    /// out.
    pub(super) fn put(&mut self, row: u32, column: u32, value: &str) -> Result<(), IntakeProblem> {
        if value.is_empty()
            || column >= COLUMNS
            || row >= ROWS
            || row < self.row
            || (row == self.row && column < self.column)
        {
            return Ok(());
        }
        self.bytes += value.len() as u64 + 3;
        if self.bytes > LONGEST {
            return Err(IntakeProblem::TooLargeInside {
                file: self.name.clone(),
            });
        }
        self.holds_address |= value.contains('@');
        let moved = self.advance(row, column, value);
        moved.map_err(|error| IntakeProblem::io(&self.name, error))
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
