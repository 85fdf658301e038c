//! Programs whose exports are known by their headers, and what is peculiar to each.

pub(crate) mod address_book;
mod crm;
pub(crate) mod dateline;
mod media;
pub(crate) mod newsletter;

use crate::intake::header::Field;

/// A header row, its cells as `cell::key` writes them.
pub(crate) struct Header<'a> {
    keys: &'a [String],
}

impl Header<'_> {
    pub(crate) fn has(&self, word: &str) -> bool {
        self.keys.iter().any(|key| key == word)
    }

    pub(crate) fn any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.has(word))
    }

    pub(crate) fn all(&self, words: &[&str]) -> bool {
        words.iter().all(|word| self.has(word))
    }

    pub(crate) fn starts(&self, beginning: &str) -> bool {
        self.keys.iter().any(|key| key.starts_with(beginning))
    }
}

/// A program whose export we know.
pub struct Format {
    /// As reports name it.
    pub name: &'static str,
    /// Its page in `docs/importing/`, without the ending.
    pub page: &'static str,
    wrote: fn(&Header) -> bool,
    /// Columns that mean something else here than their words say, by their keys.
    means: &'static [(&'static str, Option<Field>)],
}

/// Every format, the more peculiar a header the earlier: the first that fits is the one.
const ROOMS: [&[&Format]; 5] = [
    &[&dateline::FORMAT],
    address_book::FORMATS,
    media::FORMATS,
    newsletter::FORMATS,
    crm::FORMATS,
];

/// Every format that is recognised by its header.
pub fn all() -> impl Iterator<Item = &'static Format> {
    ROOMS.into_iter().flatten().copied()
}

/// The program that wrote a header row, `csv` where none is recognised; puts right what its words
/// mean there.
pub(crate) fn recognise(keys: &[String], fields: &mut [Option<Field>]) -> &'static str {
    let header = Header { keys };
    let Some(format) = all().find(|format| (format.wrote)(&header)) else {
        return "csv";
    };
    for (key, field) in keys.iter().zip(fields) {
        if let Some((_, meant)) = format.means.iter().find(|(word, _)| word == key) {
            *field = *meant;
        }
    }
    format.name
}
