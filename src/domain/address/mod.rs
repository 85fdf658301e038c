//! The one reader of e-mail addresses, behind every door: cells of spreadsheets, the command line, settings.
//!
//! It cleans what people paste and refuses what a server would refuse, or what would let one cell
//! write to somebody it does not name. What is doubtful but legal is accepted with a warning.

mod cell;
mod doubt;
mod host;
mod mailbox;

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A mailbox as it is mailed: local part as written (NFC), domain in lower-case A-labels (RFC 5890).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    text: String,
    /// Where the `@` stands.
    at: usize,
}

/// What one cell held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// At least one; in the order written, each once.
    pub addresses: Vec<Address>,
    /// The name written beside the address, where there is one address.
    pub display_name: Option<String>,
    /// Sentences about what is legal but doubtful; they hold no local part.
    pub warnings: Vec<String>,
}

/// Why a text is no address. The reason never repeats the text: it may end in a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct AddressProblem {
    /// `no-address`, `exchange-address` or `invalid-address`.
    pub code: &'static str,
    pub reason: String,
}

impl AddressProblem {
    fn invalid(reason: impl Into<String>) -> Self {
        Self {
            code: "invalid-address",
            reason: reason.into(),
        }
    }
}

impl Address {
    /// From parts that were checked.
    fn new(local: &str, domain: &str) -> Self {
        Self {
            text: format!("{local}@{domain}"),
            at: local.len(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// What two spellings of one mailbox share: the whole address case-folded, in NFC.
    ///
    /// RFC 5321 lets a server tell `Jane` from `jane`; none that people have does, and writing
    /// twice to one person is the likelier harm.
    pub fn key(&self) -> String {
        if self.text.is_ascii() {
            return self.text.to_ascii_lowercase();
        }
        // Through upper case, so that ß and ss, σ and ς meet.
        self.text
            .nfc()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .nfc()
            .collect()
    }

    /// Whether it can be mailed without SMTPUTF8 (RFC 6531).
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }
}

/// Hides the address: a struct that holds one may be printed into a log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// Reads one cell of a spreadsheet, which may hold several addresses.
///
/// If one of several cannot be read, none is: half a cell would go unnoticed.
pub fn read(cell: &str) -> Result<Reading, AddressProblem> {
    let text = cell::tidy(cell);
    if cell::is_placeholder(&text) {
        return Err(AddressProblem {
            code: "no-address",
            reason: "there is no address".to_owned(),
        });
    }
    let exchange = || AddressProblem {
        code: "exchange-address",
        reason: "not an e-mail address (Exchange X.500)".to_owned(),
    };
    if cell::is_exchange(&text) {
        return Err(exchange());
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(AddressProblem::invalid("it holds a control character"));
    }
    let mut reading = Reading {
        addresses: Vec::new(),
        display_name: None,
        warnings: Vec::new(),
    };
    for piece in cell::split(&text)? {
        if cell::is_exchange(&piece) {
            return Err(exchange());
        }
        let found = mailbox::read(&piece)?;
        // Within angle brackets, behind a name.
        if cell::is_exchange(found.address.as_str()) {
            return Err(exchange());
        }
        let key = found.address.key();
        if reading.addresses.iter().any(|known| known.key() == key) {
            continue;
        }
        reading.warnings.extend(found.warning);
        for warning in doubt::about(&found.address) {
            if !reading.warnings.contains(&warning) {
                reading.warnings.push(warning);
            }
        }
        reading.display_name = found.display_name;
        reading.addresses.push(found.address);
    }
    if reading.addresses.len() > 1 {
        reading.display_name = None;
    }
    if reading.addresses.is_empty() {
        return Err(AddressProblem {
            code: "no-address",
            reason: "there is no address".to_owned(),
        });
    }
    Ok(reading)
}

/// Reads exactly one address.
pub fn parse(text: &str) -> Result<Address, AddressProblem> {
    let mut addresses = read(text)?.addresses;
    match (addresses.pop(), addresses.is_empty()) {
        (Some(address), true) => Ok(address),
        _ => Err(AddressProblem::invalid(
            "several addresses stand where one is wanted",
        )),
    }
}

#[cfg(test)]
mod tests;
