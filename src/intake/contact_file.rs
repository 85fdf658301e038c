//! A file of contacts: opened, understood, and read row by row in constant memory.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use crate::intake::columns;
use crate::intake::delimiter::{self, Layout};
use crate::intake::draft::Row;
use crate::intake::encoding::{self, Choice, Decoded};
use crate::intake::footer;
use crate::intake::foreign;
use crate::intake::header::{self, Field, Mapping, OPT_OUT_COLUMN};
use crate::intake::plan::Plan;
use crate::intake::problem::IntakeProblem;
use crate::intake::section::{self, Section};
use crate::intake::sheet_marks::SheetMarks;
use crate::intake::survey::Survey;
use crate::intake::table::{Record, Table};
use crate::intake::{address_lines, vcard, workbook};

/// Warnings of the file that are kept one by one.
const WARNINGS: usize = 100;

/// What the user says where the file does not.
#[derive(Clone, Default, Debug)]
pub struct Options {
    /// `--map COLUMN=FIELD`; COLUMN is a header or a number from 1.
    pub map: Vec<(String, String)>,
    pub encoding: Option<String>,
    /// `,` `;` `tab` or `|`.
    pub delimiter: Option<String>,
    /// Of a workbook, where several sheets hold addresses.
    pub sheet: Option<String>,
}

/// An opened file of contacts.
pub struct ContactFile {
    table: Table<File>,
    plan: Plan,
    columns: Vec<(String, Option<Field>)>,
    header: Vec<String>,
    encoding: String,
    delimiter: &'static str,
    sha256: String,
    /// Bytes of text.
    size: u64,
    /// What the rows were taken out of, where that is no text.
    container: Option<&'static str>,
    warnings: Vec<(u64, String)>,
    record: Record,
    /// `record` is read but not yet handed out.
    is_peeked: bool,
    is_ended: bool,
    row: u64,
    /// The line behind the last record, and whether that was a remark.
    behind: u64,
    is_below_remark: bool,
    /// Rows with nothing but delimiters: the first one's line, and how many.
    hollow: (u64, u64),
    /// What of a spreadsheet no cell says.
    marks: SheetMarks,
    /// What the heading above the rows says of all of them.
    section: Option<Section>,
    /// Further people of the row that was read last, the last one first.
    further: Vec<Record>,
}

impl ContactFile {
    /// Opens a file and understands its encoding, delimiter and header. Reads it once to its end
    /// (hash, encoding), then stands before the first row.
    ///
    /// Errors: whatever makes the file as a whole unusable; see `IntakeProblem`.
    pub fn open(path: &Path, options: &Options) -> Result<Self, IntakeProblem> {
        let mapping = Mapping::parse(&options.map)?;
        let forced = options
            .delimiter
            .as_deref()
            .map(delimiter::parse)
            .transpose()?;
        let name = path.display().to_string();
        let Opened {
            mut file,
            survey,
            sha256,
            container,
            remark,
            sheet,
            marks,
        } = survey(path, &name, options)?;
        // What was written as text by us is UTF-8, whatever the user says of the file.
        let said = options.encoding.as_deref().filter(|_| container.is_none());
        let choice = encoding::choose(&name, &survey, said)?;
        let mut warnings: Vec<(u64, String)> = remark
            .into_iter()
            .chain(choice.warning.clone())
            .map(|text| (1, text))
            .collect();
        warnings.extend(nuls(&survey, &choice));
        let layout = delimiter::sniff(
            &survey.sample,
            survey.is_cut(),
            choice.encoding,
            forced,
            &mapping,
            &marks.links,
        );
        file.seek(SeekFrom::Start(0))
            .map_err(|error| IntakeProblem::io(&name, error))?;
        let mut table = Table::new(&name, Decoded::new(file, choice.encoding), layout.delimiter);
        table.begins_above(container == Some(address_lines::FORMAT));
        let header = columns::read_header(&name, &mut table, &layout, &mapping, &mut warnings)?;
        let is_headerless = layout.header.is_none();
        let plan = columns::plan(
            &columns::Called {
                name: &name,
                path,
                sheet: sheet.as_deref(),
            },
            header,
            is_headerless,
            &layout,
            &mapping,
            &mut warnings,
        )?;
        let shown = shown(&plan);
        warnings.extend(remarks(&layout, &marks));
        let mut opened = Self {
            table,
            header: shown.iter().map(|(cell, _)| cell.clone()).collect(),
            columns: shown,
            plan,
            encoding: encoding::name(choice.encoding),
            delimiter: delimiter::name(layout.delimiter),
            sha256,
            size: survey.size,
            container,
            warnings,
            record: Record::default(),
            is_peeked: false,
            is_ended: false,
            row: 0,
            behind: 0,
            is_below_remark: false,
            hollow: (0, 0),
            marks,
            section: None,
            further: Vec::new(),
        };
        if !opened.advance()? {
            return Err(IntakeProblem::HeaderOnly { file: name });
        }
        opened.is_peeked = true;
        Ok(opened)
    }

    /// The program that wrote it: `google`, `outlook`, `mailchimp`, `hubspot`, `listmonk`,
    /// `prowly` …, else `csv`, or `xlsx`, `ods`, `xls`, `vcard`.
    pub fn format(&self) -> &str {
        match (self.plan.format, self.container) {
            ("csv", Some(container)) => container,
            (format, _) => format,
        }
    }

    pub fn encoding(&self) -> &str {
        &self.encoding
    }

    /// `,` `;` `tab` or `|`.
    pub fn delimiter(&self) -> &str {
        self.delimiter
    }

    /// Each header with the field it fills; `None` is ignored.
    pub fn columns(&self) -> &[(String, Option<Field>)] {
        &self.columns
    }

    /// The headers, as the reject file repeats them.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Of the file's bytes, in hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Bytes of the text that the rows stand in.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Warnings about the file, with lines; complete only after the last row.
    pub fn warnings(&self) -> &[(u64, String)] {
        &self.warnings
    }

    /// The next row, `None` after the last; a row about several people is one for each. An error ends
    /// the reading.
    pub fn next_row(&mut self) -> Option<Result<Row, IntakeProblem>> {
        if let Some(record) = self.further.pop() {
            return Some(Ok(self.row(&record, true)));
        }
        if !self.is_peeked {
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(problem) => {
                    self.is_ended = true;
                    return Some(Err(problem));
                }
            }
        }
        self.is_peeked = false;
        self.further = self.plan.people(&self.record);
        self.further.reverse();
        let row = if let Some(first) = self.further.pop() {
            self.row(&first, true)
        } else {
            let record = std::mem::take(&mut self.record);
            let row = self.row(&record, false);
            self.record = record;
            row
        };
        Some(Ok(row))
    }

    fn row(&mut self, record: &Record, is_shared: bool) -> Row {
        self.row += 1;
        let links = self.marks.links.of(record.line);
        let mut row = self.plan.read(record, links, self.row);
        self.marks.tell(&mut row);
        if let Some(section) = &self.section {
            section.tell(&mut row);
        }
        if let Row::Draft(draft) = &mut row
            && is_shared
        {
            draft.warnings.push(
                "several people stand in this row: each became a contact of their own".to_owned(),
            );
        }
        row
    }

    /// Reads up to the next record that is a row: not hollow, not the header again.
    fn advance(&mut self) -> Result<bool, IntakeProblem> {
        while !self.is_ended {
            let is_below_remark = std::mem::take(&mut self.is_below_remark);
            let behind = self.behind;
            if !self.table.next(&mut self.record)? {
                self.end();
                continue;
            }
            self.behind = self.record.line + self.record.lines;
            let is_apart = is_below_remark || (behind > 0 && self.record.line > behind);
            if self.record.is_blank() {
                if self.record.len() > 1 {
                    let first = if self.hollow.1 == 0 {
                        self.record.line
                    } else {
                        self.hollow.0
                    };
                    self.hollow = (first, self.hollow.1 + 1);
                }
            } else if self.record.line == 1 && delimiter::is_sep(self.record.cell(0)) {
                // Excel's own line, in a file without a header row.
            } else if let Some(section) = Section::of(&self.record, self.plan.header.len()) {
                self.warn(self.record.line, section.remark());
                self.section = Some(section);
            } else if let Some(remark) = footer::remark(&self.record) {
                self.warn(self.record.line, remark);
                self.is_below_remark = true;
            } else if let Some(remark) =
                footer::heading(&self.record, self.plan.header.len(), is_apart)
            {
                self.warn(self.record.line, remark);
                self.section = None;
                self.is_below_remark = is_apart;
            } else if self.is_header_again() {
                self.warn(self.record.line, "the header row again; skipped".to_owned());
            } else {
                if section::is_alone(&self.record) {
                    self.section = None;
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn end(&mut self) {
        self.is_ended = true;
        if self.hollow.1 > 0 {
            let text = format!(
                "rows without any content, from here on: {}; skipped",
                self.hollow.1
            );
            self.warnings.push((self.hollow.0, text));
        }
    }

    fn is_header_again(&self) -> bool {
        let header = &self.plan.header;
        self.record.len() == header.len()
            && self
                .record
                .cells()
                .zip(header)
                .all(|(cell, wanted)| header::cell(cell).eq_ignore_ascii_case(wanted))
    }

    fn warn(&mut self, line: u64, text: String) {
        if self.warnings.len() < WARNINGS {
            self.warnings.push((line, text));
        }
    }
}

/// What to say of the file before its rows.
fn remarks(layout: &Layout, marks: &SheetMarks) -> Vec<(u64, String)> {
    let garbled = encoding::garbled(&layout.rows);
    let all = garbled.into_iter().chain(marks.remarks());
    all.map(|text| (1, text)).collect()
}

/// NUL bytes in a file whose letters take one byte each.
fn nuls(survey: &Survey, choice: &Choice) -> Option<(u64, String)> {
    let is_wide =
        choice.encoding == encoding_rs::UTF_16LE || choice.encoding == encoding_rs::UTF_16BE;
    (survey.nuls > 0 && !is_wide).then(|| {
        let text = format!("NUL bytes, from here on: {}; left out", survey.nuls);
        (survey.nul_line, text)
    })
}

/// The columns with their fields, and the one that the file's name adds.
fn shown(plan: &Plan) -> Vec<(String, Option<Field>)> {
    let own = plan.header.iter().cloned().zip(plan.fields.iter().copied());
    let added = plan
        .adds_opt_out
        .then(|| (OPT_OUT_COLUMN.to_owned(), Some(Field::OptOut)));
    own.chain(added).collect()
}

/// A file that was looked at, as text.
struct Opened {
    file: File,
    survey: Survey,
    /// Of the user's file.
    sha256: String,
    container: Option<&'static str>,
    remark: Option<String>,
    /// Of a workbook: the sheet's name, and what of it no cell says.
    sheet: Option<String>,
    marks: SheetMarks,
}

fn survey(path: &Path, name: &str, options: &Options) -> Result<Opened, IntakeProblem> {
    let problem = |error| IntakeProblem::io(name, error);
    // Asked before opening: to open a named pipe would wait for its writer.
    let metadata = std::fs::metadata(path).map_err(problem)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() {
            "directory"
        } else {
            "device or pipe"
        };
        return Err(IntakeProblem::NotAFile {
            file: name.to_owned(),
            what,
        });
    }
    let mut file = File::open(path).map_err(problem)?;
    let survey = Survey::of(&mut file).map_err(problem)?;
    if survey.size == 0 {
        return Err(IntakeProblem::EmptyFile {
            file: name.to_owned(),
        });
    }
    let sha256 = survey.sha256.clone();
    if let Some(kind) = workbook::recognise(&survey.sample) {
        let sheet = workbook::to_csv(name, file, kind, options.sheet.as_deref())?;
        let remark = format!("read from the sheet \"{}\"", sheet.name);
        let opened = as_text(name, sheet.text, sha256, kind.name(), Some(remark))?;
        return Ok(Opened {
            sheet: Some(sheet.name),
            marks: sheet.marks,
            ..opened
        });
    }
    if vcard::recognise(&survey.sample) {
        let choice = encoding::choose(name, &survey, options.encoding.as_deref())?;
        let text = vcard::to_csv(name, file, choice.encoding)?;
        return as_text(name, text, sha256, "vcard", choice.warning);
    }
    if let Some((what, remedy)) = foreign::recognise(&survey.sample) {
        return Err(IntakeProblem::NotCsv {
            file: name.to_owned(),
            what,
            remedy,
        });
    }
    if options.map.is_empty() && options.delimiter.is_none() {
        let choice = encoding::choose(name, &survey, options.encoding.as_deref());
        if let Ok(choice) = choice
            && address_lines::recognise(&survey, choice.encoding)
        {
            let text = address_lines::to_csv(name, file, choice.encoding)?;
            return as_text(name, text, sha256, address_lines::FORMAT, choice.warning);
        }
    }
    Ok(Opened {
        file,
        survey,
        sha256,
        container: None,
        remark: None,
        sheet: None,
        marks: SheetMarks::default(),
    })
}

fn as_text(
    name: &str,
    mut file: File,
    sha256: String,
    container: &'static str,
    remark: Option<String>,
) -> Result<Opened, IntakeProblem> {
    let survey = Survey::of(&mut file).map_err(|error| IntakeProblem::io(name, error))?;
    Ok(Opened {
        file,
        survey,
        sha256,
        container: Some(container),
        remark,
        sheet: None,
        marks: SheetMarks::default(),
    })
}
