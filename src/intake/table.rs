//! Records of a delimited file with their true line numbers, in constant memory.
//!
//! The grammar is `csv-core`'s. What it lacks is done here: lines counted for LF, CRLF and lone CR
//! alike, a limit on the size of a record, and a quotation mark that is never closed does not
//! swallow the rest of the file.

use std::io::Read;

use csv_core::ReadRecordResult;

use crate::intake::encoding::Decoded;
use crate::intake::problem::IntakeProblem;

/// Bytes of UTF-8 that one record may have.
pub(crate) const RECORD_LIMIT: usize = 1_000_000;
/// Rows with a quotation mark never closed, after which the file is given up.
const UNCLOSED_LIMIT: u32 = 1000;

/// One record, its buffers used again for the next.
#[derive(Default)]
pub(crate) struct Record {
    text: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
    /// First physical line, 1-based, and how many lines it covers.
    pub(crate) line: u64,
    pub(crate) lines: u64,
    /// Its quotation mark is never closed; the cells are those of its first line, read plainly.
    pub(crate) unclosed: bool,
    /// Marks within a quoted cell are not doubled; the grammar's reading of them may be off.
    pub(crate) quotes_loose: bool,
}

impl Record {
    pub(crate) fn len(&self) -> usize {
        self.cells
    }

    /// The cell as it stands in the file; empty beyond the last one.
    pub(crate) fn cell(&self, index: usize) -> &str {
        if index >= self.cells {
            return "";
        }
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        std::str::from_utf8(&self.text[start..self.ends[index]]).unwrap_or("\u{fffd}")
    }

    /// The same with other texts in some cells.
    pub(crate) fn with(&self, replaced: &[(usize, &str)]) -> Self {
        let mut made = Self {
            cells: self.cells,
            line: self.line,
            lines: self.lines,
            unclosed: self.unclosed,
            quotes_loose: self.quotes_loose,
            ..Self::default()
        };
        for index in 0..self.cells {
            let other = replaced.iter().find(|(place, _)| *place == index);
            let text = other.map_or_else(|| self.cell(index), |(_, text)| text);
            made.text.extend_from_slice(text.as_bytes());
            made.ends.push(made.text.len());
        }
        made
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.cells).map(|index| self.cell(index))
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|cell| {
            cell.chars()
                .all(|c| c.is_whitespace() || crate::intake::cell::is_invisible(c))
        })
    }
}

pub(crate) struct Table<R> {
    file: String,
    text: Decoded<R>,
    grammar: csv_core::Reader,
    delimiter: u8,
    buffer: Vec<u8>,
    /// Where in `buffer` the next record starts, and its line.
    at: usize,
    line: u64,
    unclosed: u32,
}

impl<R: Read> Table<R> {
    pub(crate) fn new(file: &str, text: Decoded<R>, delimiter: u8) -> Self {
        Self {
            file: file.to_owned(),
            text,
            grammar: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            unclosed: 0,
        }
    }

    /// Whether our own header stands above the first line of the file that the rows came from.
    pub(crate) fn begins_above(&mut self, is_above: bool) {
        self.line = u64::from(!is_above);
    }

    /// Reads the next record that is not an empty line; `false` at the end of the file.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, IntakeProblem> {
        if !self.skip_empty_lines()? {
            return Ok(false);
        }
        record.unclosed = false;
        record.quotes_loose = false;
        record.line = self.line;
        let mut taken = 0;
        let (mut written, mut ended) = (0, 0);
        loop {
            let input = &self.buffer[self.at + taken..];
            let at_end = input.is_empty() && !self.fill()?;
            let input = if at_end {
                &b"\n"[..]
            } else {
                &self.buffer[self.at + taken..]
            };
            make_room(record, written, ended);
            let (result, read, out, ends) = self.grammar.read_record(
                input,
                &mut record.text[written..],
                &mut record.ends[ended..],
            );
            written += out;
            ended += ends;
            taken += if at_end { 0 } else { read };
            if taken > RECORD_LIMIT {
                return Err(IntakeProblem::RowTooLong {
                    file: self.file.clone(),
                    line: self.line,
                    limit: RECORD_LIMIT,
                });
            }
            match result {
                ReadRecordResult::InputEmpty if at_end => {
                    self.read_plainly(record)?;
                    return Ok(true);
                }
                ReadRecordResult::Record | ReadRecordResult::End => break,
                _ => {}
            }
        }
        record.cells = ended;
        let raw = &self.buffer[self.at..self.at + taken];
        let is_odd =
            record.text[..written].contains(&b'"') || raw.trim_ascii_end().contains(&b'\n');
        match if is_odd {
            quotes(raw, self.delimiter)
        } else {
            Quotes::Right
        } {
            Quotes::Right => {}
            Quotes::Loose => record.quotes_loose = true,
            Quotes::Swallowing => {
                self.read_plainly(record)?;
                return Ok(true);
            }
        }
        self.take(taken, record)?;
        Ok(true)
    }

    /// Moves past the record's `taken` bytes and counts its lines.
    fn take(&mut self, taken: usize, record: &mut Record) -> Result<(), IntakeProblem> {
        let mut end = self.at + taken;
        if self.buffer[..end].last() == Some(&b'\r') {
            // A CRLF counts once, also where the chunk ends between its two bytes.
            if end == self.buffer.len() {
                let start = self.at;
                self.fill()?;
                end = end - start + self.at;
            }
            if self.buffer.get(end) == Some(&b'\n') {
                end += 1;
            }
        }
        let bytes = &self.buffer[self.at..end];
        let breaks = line_breaks(bytes);
        record.lines = breaks + u64::from(!matches!(bytes.last(), Some(b'\n' | b'\r')));
        self.line += breaks;
        self.at = end;
        Ok(())
    }

    /// Takes the first line alone, quotation marks as letters, so that those below are not lost.
    fn read_plainly(&mut self, record: &mut Record) -> Result<(), IntakeProblem> {
        self.unclosed += 1;
        if self.unclosed > UNCLOSED_LIMIT {
            return Err(IntakeProblem::UnclosedQuotes {
                file: self.file.clone(),
                line: self.line,
            });
        }
        self.grammar.reset();
        let rest = &self.buffer[self.at..];
        let length = rest
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        record.text.clear();
        record.ends.clear();
        for cell in rest[..length].split(|b| *b == self.delimiter) {
            record.text.extend_from_slice(cell);
            record.ends.push(record.text.len());
        }
        record.cells = record.ends.len();
        record.lines = 1;
        record.unclosed = true;
        // The line's break is skipped, and counted, as the empty rest of the line.
        self.at += length;
        Ok(())
    }

    fn skip_empty_lines(&mut self) -> Result<bool, IntakeProblem> {
        loop {
            if self.at == self.buffer.len() && !self.fill()? {
                return Ok(false);
            }
            match self.buffer[self.at] {
                b'\n' => self.at += 1,
                b'\r' => {
                    if self.at + 1 == self.buffer.len() {
                        self.fill()?;
                    }
                    self.at += 1;
                    if self.buffer.get(self.at) == Some(&b'\n') {
                        self.at += 1;
                    }
                }
                _ => return Ok(true),
            }
            self.line += 1;
        }
    }

    /// Reads more text behind what is not yet taken; `false` at the end.
    fn fill(&mut self) -> Result<bool, IntakeProblem> {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.text
            .more(&mut self.buffer)
            .map_err(|error| IntakeProblem::io(&self.file, error))
    }
}

fn make_room(record: &mut Record, written: usize, ended: usize) {
    if written + 64 > record.text.len() {
        record.text.resize((record.text.len() * 2).max(4096), 0);
    }
    if ended + 8 > record.ends.len() {
        record.ends.resize((record.ends.len() * 2).max(64), 0);
    }
}

/// How the quotation marks of a record stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Right,
    /// A closing mark is followed by more text.
    Loose,
    /// The same for a cell over several lines: its opening mark was one too many, and the "closing"
    /// one opens a cell some lines below.
    Swallowing,
}

fn quotes(record: &[u8], delimiter: u8) -> Quotes {
    let mut found = Quotes::Right;
    let mut rest = record;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let length = quoted_length(quoted);
            let (cell, after) = (&quoted[..length], quoted.get(length + 1).copied());
            if after.is_some_and(|b| b != delimiter && !matches!(b, b'\n' | b'\r' | b' ')) {
                if cell.contains(&b'\n') || cell.contains(&b'\r') {
                    return Quotes::Swallowing;
                }
                found = Quotes::Loose;
            }
            rest = &quoted[length..];
        }
        match rest.iter().position(|b| *b == delimiter) {
            Some(length) => rest = &rest[length + 1..],
            None => return found,
        }
    }
}

/// Bytes up to the closing mark, doubled ones passed over.
fn quoted_length(quoted: &[u8]) -> usize {
    let mut at = 0;
    while at < quoted.len() && (quoted[at] != b'"' || quoted.get(at + 1) == Some(&b'"')) {
        at += if quoted[at] == b'"' { 2 } else { 1 };
    }
    at.min(quoted.len())
}

fn line_breaks(bytes: &[u8]) -> u64 {
    let breaks = bytes
        .iter()
        .filter(|b| matches!(**b, b'\n' | b'\r'))
        .count();
    let pairs = if bytes.contains(&b'\r') {
        bytes.windows(2).filter(|pair| *pair == b"\r\n").count()
    } else {
        0
    };
    (breaks - pairs) as u64
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn records(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut table = Table::new("t.csv", Decoded::new(text.as_bytes(), UTF_8), b',');
        let mut record = Record::default();
        let mut all = Vec::new();
        while table.next(&mut record).unwrap() {
            all.push((record.line, record.cells().map(str::to_owned).collect()));
        }
        all
    }

    #[test]
    fn lines_are_physical_for_every_kind_of_break() {
        for newline in ["\n", "\r\n", "\r"] {
            let text = "a,b~~\"c~d\",e~f,g~~~h".replace('~', newline);
            let lines: Vec<u64> = records(&text).iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 3, 5, 8], "{newline:?}");
        }
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let all = records("a,b\n\"c,d\ne,f\n\"g\",h\n");
        assert_eq!(all[1], (2, vec!["\"c".to_owned(), "d".to_owned()]));
        assert_eq!(all[2], (3, vec!["e".to_owned(), "f".to_owned()]));
        assert_eq!(all[3], (4, vec!["g".to_owned(), "h".to_owned()]));
    }

    #[test]
    fn quotes_within_a_cell_are_letters() {
        assert_eq!(records("5\" disk,x\n")[0].1, ["5\" disk", "x"]);
        assert_eq!(records("\"a \"\"b\"\"\",\n")[0].1, ["a \"b\"", ""]);
    }

    #[test]
    fn marks_out_of_place_are_noticed() {
        assert!(quotes(b"\"a \"\"b\"\"\",c", b',') == Quotes::Right);
        assert!(quotes(b"5\" disk,c", b',') == Quotes::Right);
        assert!(quotes(b"x,\"The \"Daily\" Example\"", b',') == Quotes::Loose);
        assert!(quotes(b"\"a\nb,\"c\",d", b',') == Quotes::Swallowing);
    }

    #[test]
    fn an_endless_line_is_refused() {
        let text = "x".repeat(RECORD_LIMIT + 100_000);
        let mut table = Table::new("t.csv", Decoded::new(text.as_bytes(), UTF_8), b',');
        let problem = table.next(&mut Record::default()).unwrap_err();
        assert_eq!(problem.code(), "row-too-long");
    }
}
