//! The reading rooms of Dateline, compiled without the rest of the house, and what must hold in them
//! for every byte.

#[path = "../../src/config/mod.rs"]
pub mod config;
#[path = "../../src/domain/mod.rs"]
pub mod domain;
#[path = "../../src/intake/mod.rs"]
pub mod intake;
#[path = "../../src/mail"]
pub mod mail {
    pub mod bounce;
}

mod ledger;
mod package;
mod sheet;
mod story;

pub use crate::package::package;
pub use crate::sheet::{contacts, stands};
pub use crate::story::story;

use std::path::PathBuf;

#[global_allocator]
static LEDGER: ledger::Ledger = ledger::Ledger::new();

/// A file of these bytes, always the same one of this process.
pub fn place(extension: &str, bytes: &[u8]) -> PathBuf {
    let name = format!("dateline-fuzz-{}.{extension}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}
