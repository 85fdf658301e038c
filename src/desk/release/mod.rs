//! The release: written, approved, shown and reported.

pub mod approve;
mod assets;
pub mod certificate;
pub mod check;
pub mod diff;
pub mod draft;
pub mod enclosed;
mod files;
pub mod holders;
pub mod linked_file;
pub mod paste;
pub mod prepare;
pub mod repin;
pub mod report;
pub mod show;
pub mod write;
