//! Strangers' files into drafts, each problem with its line; never a database, never a silent guess.

pub mod contact_file;
pub mod draft;
pub mod encoding;
pub mod formats;
pub mod header;
pub mod problem;
pub mod rejects;
pub mod release_file;
pub mod table;

mod cell;
mod columns;
mod delimiter;
mod foreign;
mod opt_out;
mod plan;
mod row;
mod survey;
mod words;

#[cfg(test)]
mod hard_cases;
#[cfg(test)]
mod samples;
