//! The vocabulary of other people's files: headers, countries, languages, kinds of contact.

pub(crate) mod countries;
pub(crate) mod headers;
pub(crate) mod kinds;
pub(crate) mod languages;
