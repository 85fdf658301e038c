//! How the cells of one file are picked, so that each row is read alike.

use crate::domain::formula;
use crate::intake::cell;
use crate::intake::formats::newsletter::listmonk;
use crate::intake::header::Field;
use crate::intake::table::Record;

/// How the columns of this file are read; made once, when its header is understood.
pub(crate) struct Plan {
    pub(crate) header: Vec<String>,
    pub(crate) fields: Vec<Option<Field>>,
    /// The columns in the order in which they fill a field.
    pub(crate) order: Vec<usize>,
    pub(crate) format: &'static str,
    /// Columns that could be about a wish and whose words are not: only a plain no counts there.
    pub(crate) loose: Vec<usize>,
    /// Columns about something else, in which a plain "unsubscribed" counts all the same.
    pub(crate) watched: Vec<usize>,
    /// Columns with the outlet's own address, for rows about no person.
    pub(crate) desk_addresses: Vec<usize>,
    /// Names are written family name first, with a comma.
    pub(crate) turns_names: bool,
    /// What the file's name says of every row in it.
    pub(crate) opt_out_by_name: Option<&'static str>,
    /// Rejects get a column of their own for that word.
    pub(crate) adds_opt_out: bool,
}

/// Fields that came in one cell together, with their values.
pub(crate) type Extra = Vec<(Field, Vec<String>)>;

impl Plan {
    /// The row's cells for the reject file, with the word of the file's name where there is one:
    /// that file has another name, and a no must not get lost on the way.
    pub(crate) fn cells(&self, record: &Record) -> Vec<String> {
        let unguarded = |cell| formula::unguarded(cell).to_owned();
        let mut cells: Vec<String> = record.cells().map(unguarded).collect();
        if self.adds_opt_out {
            while cells.len() < self.header.len() {
                cells.push(String::new());
            }
            let reason = self.opt_out_by_name.unwrap_or_default();
            cells.insert(self.header.len(), reason.to_owned());
        }
        cells
    }

    /// Warnings about the row's shape.
    pub(crate) fn shape(&self, record: &Record) -> Vec<String> {
        let mut warnings = Vec::new();
        let (have, want) = (record.len(), self.header.len());
        if have < want {
            let lines = match record.lines {
                0 | 1 => String::new(),
                more => format!(
                    "; lines {} to {} were read as one row: check its quotation marks",
                    record.line,
                    record.line + more - 1
                ),
            };
            warnings.push(format!(
                "{have} of {want} cells: the missing ones are taken as empty{lines}"
            ));
        }
        if (want..have).any(|index| !record.cell(index).trim().is_empty()) {
            warnings.push(format!(
                "{have} cells where the header has {want}: the extra ones are ignored"
            ));
        }
        if record.quotes_loose {
            warnings.push(
                "quotation marks within a cell are not doubled, so some may be misplaced"
                    .to_owned(),
            );
        }
        if record.cells().any(|cell| cell.contains('\u{fffd}')) {
            warnings.push("a letter could not be read and stands as \u{fffd}".to_owned());
        }
        warnings
    }

    pub(crate) fn columns(&self, field: Field) -> impl Iterator<Item = usize> {
        self.order
            .iter()
            .copied()
            .filter(move |index| self.fields[*index] == Some(field))
    }

    /// The first column of the field that is filled in, else the attribute of that name.
    pub(crate) fn one(&self, record: &Record, extra: &Extra, field: Field) -> String {
        self.columns(field)
            .map(|index| cell::value(record.cell(index)))
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| Self::attribute(extra, field))
    }

    /// The first attribute of that name that is filled in.
    pub(crate) fn attribute(extra: &Extra, field: Field) -> String {
        extra
            .iter()
            .filter(|(f, _)| *f == field)
            .map(|(_, values)| cell::value(&values.join(", ")))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// All remarks, one below the other, each once.
    pub(crate) fn notes(&self, record: &Record, extra: &Extra) -> String {
        let own = self
            .columns(Field::Notes)
            .map(|index| cell::clean(record.cell(index)));
        let attributes = extra
            .iter()
            .filter(|(f, _)| *f == Field::Notes)
            .map(|(_, values)| cell::clean(&values.join("\n")));
        let mut notes: Vec<String> = Vec::new();
        for text in own.chain(attributes) {
            if !cell::is_none(&text) && !notes.contains(&text) {
                notes.push(text);
            }
        }
        notes.join("\n")
    }

    /// The values of all columns of the field: lists unite.
    pub(crate) fn many(&self, record: &Record, extra: &Extra, field: Field) -> Vec<String> {
        let mut values = Vec::new();
        for index in self.columns(field) {
            for value in cell::list(record.cell(index)) {
                cell::add(&mut values, value);
            }
        }
        for (_, texts) in extra.iter().filter(|(f, _)| *f == field) {
            for value in texts.iter().flat_map(|text| cell::list(text)) {
                cell::add(&mut values, value);
            }
        }
        values
    }

    pub(crate) fn attributes(&self, record: &Record, warnings: &mut Vec<String>) -> Extra {
        let mut extra = Vec::new();
        for index in self.columns(Field::Attributes) {
            let text = record.cell(index).trim();
            match listmonk::attributes(text) {
                Ok(read) => extra.extend(read),
                Err(()) if text.is_empty() => {}
                Err(()) => warnings.push(format!(
                    "column \"{}\" is no JSON object and is ignored",
                    self.header[index]
                )),
            }
        }
        extra
    }
}
