//! The vocabulary of other people's files: headers, countries, languages, kinds of contact.

mod address_books;
pub(crate) mod attachments;
mod bans;
pub(crate) mod consent;
pub(crate) mod countries;
pub(crate) mod headers;
pub(crate) mod kinds;
pub(crate) mod languages;
mod more_headers;
pub(crate) mod phrases;
mod sentences;
