//! Strangers' files into drafts, one file per format; each problem carries its line.

pub mod release_file;
