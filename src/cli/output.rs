//! The only place that prints: results on stdout, everything else on stderr, tables or JSON.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};

use clap::builder::styling::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;

use crate::cli::global::{Color, Global};
use crate::cli::world::Io;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::diff::Change;

/// In characters: a dozen lines of a terminal.
const LONGEST_REFUSAL: usize = 1200;

/// Where words go out and answers come in. Printing never fails a verb: a reader that has gone
/// away (`| head`) is success, any other trouble is told by [`Output::finish`].
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers another question"
)]
pub struct Output {
    stdin: BufReader<Box<dyn Read + Send>>,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    may_ask: bool,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    width: Option<u16>,
    json: bool,
    quiet: bool,
    verbose: bool,
    yes: bool,
    color: bool,
    /// Results too, whatever they go into: `--color always | less -R`.
    colors_results: bool,
    /// A line about progress stands on the terminal.
    has_progress: bool,
    trouble: Option<ErrorKind>,
}

impl Output {
    pub fn new(io: Io, global: &Global, no_color: bool) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io.stderr_is_terminal && !no_color,
        };
        Self {
            stdin: BufReader::new(io.stdin),
            stdout: io.stdout,
            stderr: io.stderr,
            may_ask: io.stdin_is_terminal && io.stderr_is_terminal && !global.no_input,
            stdout_is_terminal: io.stdout_is_terminal,
            stderr_is_terminal: io.stderr_is_terminal,
            width: io.width,
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose > 0,
            yes: global.yes,
            color,
            colors_results: io.stdout_is_terminal || global.color == Color::Always,
            has_progress: false,
            trouble: None,
        }
    }

    /// `--json`: print one with [`Output::json`] instead of words.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// `-v`: more than what is usually wanted.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// `--yes`: what would be asked is answered.
    pub fn says_yes(&self) -> bool {
        self.yes
    }

    /// Whether a person reads the results; cron does not.
    pub fn is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Columns of the terminal that shows the results.
    pub fn columns(&self) -> Option<usize> {
        self.width
            .filter(|_| self.stdout_is_terminal)
            .map(usize::from)
    }

    /// Whether a person is there to answer.
    pub fn may_ask(&self) -> bool {
        self.may_ask && !self.yes
    }

    /// Whether only what was asked for, and what is wrong, is to be said.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether progress may be drawn.
    pub fn shows_progress(&self) -> bool {
        self.stderr_is_terminal && !self.quiet && !self.json
    }

    /// How far something is, in place of what was said of it before; an empty text takes it away.
    pub fn progress(&mut self, text: &str) {
        if !self.shows_progress() || (text.is_empty() && !self.has_progress) {
            return;
        }
        self.has_progress = !text.is_empty();
        // One less than there are columns: a full line would wrap.
        let room = usize::from(self.width.unwrap_or(80)).saturating_sub(1);
        let text: String = harmless(text).chars().take(room).collect();
        // A stderr that is gone must not stop the work.
        let _ = write!(self.stderr, "\r{text}\x1b[K");
        let _ = self.stderr.flush();
    }

    /// A result as one line of JSON.
    pub fn json(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.result(&text),
            Err(_) => self.trouble = Some(ErrorKind::InvalidData),
        }
    }

    /// A line that was asked for. Control characters, which could steer a terminal, are replaced.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.result(&harmless(text.as_ref()));
    }

    /// A text with what went and what came in it: coloured on a terminal, marked elsewhere.
    pub fn changes(&mut self, pieces: &[(Change, &str)]) {
        let colored = self.color && self.colors_results;
        let mut text = String::new();
        for (change, piece) in pieces {
            let piece = harmless(piece);
            let (color, open, close) = match change {
                Change::Same => {
                    text.push_str(&piece);
                    continue;
                }
                Change::Deleted => (AnsiColor::Red, "[-", "-]"),
                Change::Inserted => (AnsiColor::Green, "{+", "+}"),
            };
            if colored {
                text.push_str(&self.paint(color, &piece));
            } else {
                text.extend([open, &piece, close]);
            }
        }
        self.result(text.trim_end());
    }

    /// Bytes that were asked for, as they are: a file, a raw mail, CSV.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let result = self.stdout.write_all(bytes);
        self.note(result);
    }

    /// Rows under headers: fitted to a terminal, plainly aligned in a pipe.
    pub fn table(&mut self, headers: &[&str], rows: Vec<Vec<String>>) {
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|row| row.iter().map(|cell| harmless(cell)).collect())
            .collect();
        let whole = whole_columns(headers, &rows, self.width.unwrap_or(80));
        let mut table = Table::new();
        table.set_header(headers.iter().copied());
        table.add_rows(rows);
        if self.stdout_is_terminal {
            let line = LineStyle::none().fill('─').junction('─');
            table
                .load_style(TableStyle::new().header_separator(line))
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(self.width.unwrap_or(80));
        } else {
            table.load_style(NOTHING);
        }
        // The line below the header brings a gap of its own.
        let gap = if self.stdout_is_terminal { 1 } else { 2 };
        for (index, column) in table.column_iter_mut().enumerate() {
            let is_last = index + 1 == headers.len();
            column.set_padding((0, if is_last { 0 } else { gap }));
            if self.stdout_is_terminal && whole.contains(&index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        self.result(&table.trim_fmt());
    }

    /// What was done, and the next command; nothing with `-q` or `--json`.
    pub fn done(&mut self, text: impl AsRef<str>) {
        if !self.quiet && !self.json {
            self.line(text);
        }
    }

    /// A remark for the person at the terminal, on stderr; nothing with `-q`.
    pub fn say(&mut self, text: impl AsRef<str>) {
        if !self.quiet {
            self.remark(&harmless(text.as_ref()));
        }
    }

    /// A remark that only `-v` wants.
    pub fn detail(&mut self, text: impl AsRef<str>) {
        if self.verbose {
            self.remark(&harmless(text.as_ref()));
        }
    }

    /// Something to look after, though the work goes on.
    pub fn warn(&mut self, text: impl AsRef<str>) {
        let label = self.paint(AnsiColor::Yellow, "warning:");
        self.remark(&format!("{label} {}", harmless(text.as_ref())));
    }

    /// A refusal: `error: what`, then why, indented, then `try: …`; or one JSON object.
    pub fn problem(&mut self, problem: &Problem) {
        let whole = plain(short(&problem.message));
        if self.json {
            let object = serde_json::json!({"error": {
                "code": problem.code, "message": whole, "hint": problem.hint,
            }});
            self.remark(&object.to_string());
            return;
        }
        let label = self.paint(AnsiColor::Red, "error:");
        let message = harmless(&whole).replace('\n', "\n  ");
        self.remark(&format!("{label} {message}"));
        if let Some(hint) = &problem.hint {
            self.remark(&format!(
                "  try: {}",
                harmless(hint).replace('\n', "\n       ")
            ));
        }
    }

    /// Asks to type `expected` before something that cannot be taken back. `--yes` answers;
    /// where nobody can be asked it is refused, and the hint names the flag.
    pub fn confirm_typed(&mut self, question: &str, expected: &str) -> Result<(), Problem> {
        if self.yes {
            return Ok(());
        }
        if !self.may_ask {
            return Err(Problem::new(
                Exit::Usage,
                "needs-confirmation",
                format!("this needs a confirmation, and nobody can be asked here: {question}"),
            )
            .hint("add --yes"));
        }
        let answer = self.ask(&format!("{question} Type {expected} to go on: "));
        if answer.as_deref() == Some(expected) {
            return Ok(());
        }
        Err(Problem::new(
            Exit::Failed,
            "not-confirmed",
            "nothing was done: the answer was another one",
        ))
    }

    /// Asks for a value that `flag` would have given; an empty answer takes the default.
    pub fn question(
        &mut self,
        question: &str,
        default: Option<&str>,
        flag: &str,
    ) -> Result<String, Problem> {
        if self.may_ask && !self.yes {
            let shown = default.map_or_else(String::new, |default| format!(" [{default}]"));
            // Without a default an empty line is no answer; the end of the input is.
            while let Some(answer) = self.ask(&format!("{question}{shown}: ")) {
                if !answer.is_empty() {
                    return Ok(answer);
                }
                if default.is_some() {
                    break;
                }
            }
        }
        default.map(str::to_owned).ok_or_else(|| {
            Problem::new(
                Exit::Usage,
                "needs-answer",
                format!("there is no answer to this question: {question}"),
            )
            .hint(format!("give it with {flag}"))
        })
    }

    /// Everything on standard input, for `-` in place of a file; more than `most` bytes are refused,
    /// because whoever writes there may never end.
    pub fn read_stdin(&mut self, most: u64) -> std::io::Result<Vec<u8>> {
        let (bytes, is_more) = self.read_beginning(most)?;
        if is_more {
            let why = format!("it is longer than {} MB", most / 1024 / 1024);
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why));
        }
        Ok(bytes)
    }

    /// The first `most` bytes on standard input, and whether there are more.
    pub fn read_beginning(&mut self, most: u64) -> std::io::Result<(Vec<u8>, bool)> {
        let mut bytes = Vec::new();
        (&mut self.stdin).take(most).read_to_end(&mut bytes)?;
        let is_more = !self.stdin.fill_buf()?.is_empty();
        Ok((bytes, is_more))
    }

    /// Reads to the end and drops it: who hands over a mail must not be cut off in its midst.
    pub fn drop_stdin(&mut self) -> std::io::Result<()> {
        std::io::copy(&mut self.stdin, &mut std::io::sink()).map(drop)
    }

    /// Lets a reader see at once what was printed so far.
    pub fn flush(&mut self) {
        let flushed = self.stdout.flush();
        self.note(flushed);
    }

    /// Flushes; a result that could not be written turns success into failure.
    pub fn finish(&mut self, exit: Exit) -> Exit {
        let flushed = self.stdout.flush();
        self.note(flushed);
        match self.trouble {
            Some(ErrorKind::BrokenPipe) | None => exit,
            Some(kind) => {
                let problem = Problem::new(
                    Exit::Failed,
                    "output",
                    format!("the result could not be written: {kind}"),
                )
                .hint("look where the output goes, make room there, and ask again");
                self.problem(&problem);
                if exit == Exit::Done {
                    Exit::Failed
                } else {
                    exit
                }
            }
        }
    }

    fn ask(&mut self, prompt: &str) -> Option<String> {
        // stderr may be gone; then the answer stays away too, and nothing is done.
        let prompted = self.stderr.write_all(harmless(prompt).as_bytes());
        prompted.and_then(|()| self.stderr.flush()).ok()?;
        let mut answer = String::new();
        let read = self.stdin.read_line(&mut answer).ok()?;
        (read > 0).then(|| answer.trim().to_owned())
    }

    fn result(&mut self, text: &str) {
        let result = writeln!(self.stdout, "{text}");
        self.note(result);
    }

    /// A stderr that is gone must not stop the work.
    fn remark(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{text}");
    }

    fn note(&mut self, result: std::io::Result<()>) {
        if let Err(error) = result {
            self.trouble.get_or_insert(error.kind());
        }
    }

    /// A word of a result to stand out on a terminal: red for an error, else yellow. Plain in a pipe.
    pub fn emphasis(&self, text: &str, is_error: bool) -> String {
        if !self.colors_results {
            return text.to_owned();
        }
        let color = if is_error {
            AnsiColor::Red
        } else {
            AnsiColor::Yellow
        };
        self.paint(color, text)
    }

    /// A result with emphasis in it: the words themselves must be harmless already.
    pub fn styled(&mut self, text: &str) {
        self.result(text);
    }

    fn paint(&self, color: AnsiColor, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let style = Style::new().bold().fg_color(Some(color.into()));
        format!("{style}{text}{style:#}")
    }
}

/// Columns that a narrow terminal must not break: a cell of one word, such as an address or a status,
/// has no good place for it. None where they alone would fill the screen.
fn whole_columns(headers: &[&str], rows: &[Vec<String>], width: u16) -> Vec<usize> {
    let cells = |index: usize| rows.iter().filter_map(move |row| row.get(index));
    let columns: Vec<usize> = (0..headers.len())
        .filter(|index| cells(*index).all(|cell| !cell.contains(char::is_whitespace)))
        .collect();
    let needed: usize = columns
        .iter()
        .map(|index| {
            let longest = cells(*index).map(|cell| cell.chars().count()).max();
            longest.unwrap_or(0).max(headers[*index].chars().count()) + 2
        })
        .sum();
    if needed * 4 > usize::from(width) * 3 {
        return Vec::new();
    }
    columns
}

/// A refusal may quote what it was given: of a page of nonsense the beginning is enough.
fn short(message: &str) -> String {
    let Some((end, _)) = message.char_indices().nth(LONGEST_REFUSAL) else {
        return message.to_owned();
    };
    format!("{} …", &message[..end])
}

/// Without the numbers that the system adds to its own words, ` (os error 13)`.
fn plain(mut message: String) -> String {
    while let Some(at) = message.find(" (os error ") {
        let Some(end) = message[at..].find(')') else {
            break;
        };
        message.replace_range(at..=at + end, "");
    }
    message
}

/// Without characters that steer a terminal or turn the reading direction (Trojan Source).
pub(in crate::cli) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            _ if c.is_control() => '\u{fffd}',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests;
