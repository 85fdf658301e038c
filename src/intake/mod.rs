//! Strangers' files into drafts, each problem with its line; never a database, never a silent guess.

mod address_lines;
mod by_content;
mod cell;
mod columns;
pub mod contact_file;
mod delimiter;
pub mod docx;
pub mod draft;
pub mod encoding;
#[cfg(test)]
mod exports;
mod footer;
mod foreign;
pub mod formats;
#[cfg(test)]
mod hard_cases;
pub mod header;
mod header_above;
mod header_parts;
mod headerless;
mod links;
mod mailboxes;
mod many_people;
#[cfg(test)]
mod no_means_no;
mod opt_out;
pub mod opt_out_file;
pub mod pasted;
mod person_name;
mod plan;
pub mod problem;
pub mod rejects;
pub mod release_file;
mod row;
#[cfg(test)]
mod samples;
mod section;
mod shared_row;
mod sheet_marks;
mod spelled;
mod survey;
pub mod svg;
pub mod table;
mod turned_names;
mod vcard;
pub(crate) mod words;
mod workbook;
