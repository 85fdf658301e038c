//! The addresses of one row, and why there is none.

use crate::domain::address::{self, Address};
use crate::intake::cell;
use crate::intake::formats::address_book::outlook;
use crate::intake::header::Field;
use crate::intake::plan::Plan;
use crate::intake::spelled;
use crate::intake::table::Record;
use crate::intake::words::headers;

#[derive(Default)]
pub(crate) struct Found {
    pub(crate) addresses: Vec<Address>,
    pub(crate) display_name: Option<String>,
    /// Code, reason and cell of the first that is no address.
    pub(crate) problem: Option<(&'static str, String, String)>,
}

impl Found {
    fn add(&mut self, read: address::Reading, warnings: &mut Vec<String>) -> usize {
        let before = self.addresses.len();
        for address in read.addresses {
            let is_known = |known: &Address| known.key() == address.key();
            if !self.addresses.iter().any(is_known) {
                self.addresses.push(address);
            }
        }
        warnings.extend(read.warnings);
        self.display_name = self.display_name.take().or(read.display_name);
        self.addresses.len() - before
    }
}

impl Plan {
    /// All addresses of the row, the primary one first. An address that is none is only a warning
    /// as long as another one is.
    ///
    /// `links`: by column, where its cells lead.
    pub(crate) fn addresses(
        &self,
        record: &Record,
        links: &[(usize, String)],
        warnings: &mut Vec<String>,
    ) -> Found {
        let mut found = Found::default();
        let mut ignored = Vec::new();
        for field in [Field::Email, Field::MoreEmail] {
            for index in self.columns(field) {
                let text = record.cell(index);
                let link = links.iter().find(|(column, _)| *column == index);
                if let Some((_, link)) = link
                    && linked(text, link, &mut found, warnings)
                {
                    continue;
                }
                // Google's " ::: " is its own; the address reader knows the usual marks between two.
                for part in text.split(":::") {
                    let text = cell::one_line(part);
                    let text = outlook::without_apostrophes(&text);
                    if text.is_empty() {
                        continue;
                    }
                    match read_address(text) {
                        Ok(read) => {
                            let more = found.add(read, warnings);
                            if field == Field::Email && more > 1 && self.format != "google" {
                                warnings.push(format!(
                                    "{more} addresses in one cell are taken as one person's, and mail goes to the first; two people need a row each"
                                ));
                            }
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
        }
        if found.addresses.is_empty() {
            self.behind_links(record, links, &mut found, warnings);
        }
        if found.addresses.is_empty() {
            self.of_the_desk(record, &mut found, warnings);
        } else {
            warnings.extend(ignored);
        }
        found
    }

    /// The address to which another cell of the row leads: the person's name, a cell "write".
    fn behind_links(
        &self,
        record: &Record,
        links: &[(usize, String)],
        found: &mut Found,
        warnings: &mut Vec<String>,
    ) {
        let is_own = |column: usize| {
            !self.desk_addresses.contains(&column)
                && !matches!(self.fields.get(column), Some(Some(Field::Outlet)))
        };
        let named = |column: usize| matches!(self.fields.get(column), Some(Some(Field::Name)));
        let mut own = links.iter().filter(|(column, _)| is_own(*column));
        let Some((column, link)) = own
            .clone()
            .find(|(column, _)| named(*column))
            .or_else(|| own.next())
        else {
            return;
        };
        if let Ok(read) = read_address(link) {
            let header = self.header.get(*column).map_or("", String::as_str);
            warnings.push(format!(
                "no address is written in the row: the one that the cell in column \"{header}\" links to is taken"
            ));
            found.add(read, warnings);
            if !named(*column) {
                found.display_name = found.display_name.take().or(name_in(record.cell(*column)));
            }
        }
    }

    /// The outlet's own address, for a row that is about no person. To a person's row it is not
    /// given: the next person of that outlet would be taken for the same contact.
    fn of_the_desk(&self, record: &Record, found: &mut Found, warnings: &mut Vec<String>) {
        let is_filled = |index: &usize| record.cell(*index).contains('@');
        let Some(index) = self.desk_addresses.iter().copied().find(is_filled) else {
            return;
        };
        let is_person = [Field::Name, Field::GivenName, Field::FamilyName]
            .into_iter()
            .flat_map(|field| self.columns(field))
            .any(|index| !cell::value(record.cell(index)).is_empty());
        let column = &self.header[index];
        if is_person {
            found.problem.get_or_insert((
                "no-address",
                format!("no e-mail address of the person; the outlet's own stands in \"{column}\""),
                String::new(),
            ));
        } else if let Ok(read) = read_address(&cell::one_line(record.cell(index))) {
            found.add(read, warnings);
        }
    }
}

/// Takes the address that a cell leads to where it shows none; true where that was done.
fn linked(text: &str, link: &str, found: &mut Found, warnings: &mut Vec<String>) -> bool {
    let Ok(behind) = read_address(link) else {
        return false;
    };
    match read_address(&cell::one_line(text)) {
        Ok(shown) => {
            let is_shown = |address: &Address| {
                let mut all = shown.addresses.iter();
                all.any(|shown| shown.key() == address.key())
            };
            if !behind.addresses.iter().all(is_shown) {
                warnings.push(
                    "the cell shows one address and links to another: the one shown is taken"
                        .to_owned(),
                );
            }
            false
        }
        Err(_) if text.contains('@') => false,
        Err(_) => {
            let before = found.addresses.len();
            found.add(behind, warnings);
            if before == 0 {
                found.display_name = found.display_name.take().or(name_in(text));
            }
            true
        }
    }
}

/// What a link shows, where that is a person's name and not what to do with it.
fn name_in(text: &str) -> Option<String> {
    let text = cell::value(text);
    let words = cell::words(&text);
    let is_said = words.iter().any(|word| {
        headers::field(word).is_some()
            || ["mail", "write", "schreib", "send", "click", "here", "hier"]
                .iter()
                .any(|stem| word.contains(stem))
    });
    let is_name = (2..=4).contains(&words.len())
        && !is_said
        && text
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | ','));
    is_name.then_some(text)
}

fn read_address(text: &str) -> Result<address::Reading, (&'static str, String)> {
    let exchange = (
        "exchange-address",
        "not an e-mail address (Exchange X.500)".to_owned(),
    );
    if outlook::is_exchange_name(text) {
        return Err(exchange);
    }
    let read = address::read(text).or_else(|problem| {
        let alone = among_words(text).and_then(|address| address::read(address).ok());
        alone.or_else(|| spelled_out(text)).ok_or(problem)
    });
    read.map_err(|problem| match problem.code {
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

/// An address that was hidden from robots. No server takes it so; a person who copied it means it.
fn spelled_out(text: &str) -> Option<address::Reading> {
    let mut read = address::read(&spelled::with_its_mark(text)?).ok()?;
    read.warnings
        .push("written with a word in place of the @, which was put back".to_owned());
    Some(read)
}

/// The one address in a cell that holds more: "E-Mail: ada@daily.example, Tel. 030 1", or monday.com's
/// "ada@daily.example - Ada". A blank before or behind is no mark: "ada byrne@…" would be cut wrongly.
fn among_words(text: &str) -> Option<&str> {
    let at = text.find('@')?;
    if text.matches('@').count() > 1 && !text.contains(" - ") {
        return None;
    }
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '<' | '>' | '|');
    let before = text[..at].trim_end_matches(|c| !is_end(c) && c != ':');
    let start = before.len();
    let end = text[at..]
        .find(is_end)
        .map_or(text.len(), |length| at + length);
    let (before, behind) = (before.trim_end(), text[end..].trim_start());
    let is_begun = before.is_empty() || before.ends_with([':', ',', ';', '(', '<', '|']);
    let is_closed = behind.is_empty()
        || behind.starts_with([',', ';', ')', '(', '>', '|'])
        || behind.starts_with("- ");
    (is_begun && is_closed && end - start < text.len()).then(|| &text[start..end])
}

#[cfg(test)]
mod tests {
    use super::among_words;

    #[test]
    fn an_address_among_words_is_found_where_it_is_certain() {
        for text in [
            "E-Mail: ada@daily.example, Tel. 030 1",
            "Mail: ada@daily.example",
            "Mail:\u{2003}ada@daily.example",
            "ada@daily.example, Tel. 030 1",
            "ada@daily.example - ada@daily.example",
            "ada@daily.example - Ada",
        ] {
            assert_eq!(among_words(text), Some("ada@daily.example"), "{text}");
        }
        for text in [
            "ada byrne@daily.example",
            "ada@daily. example",
            "ada@daily.examp le",
            "a@b@c",
        ] {
            assert_eq!(among_words(text), None, "{text}");
        }
    }
}
