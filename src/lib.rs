//! Dateline, the press office in one binary.
//!
//! Floors, from the top; a room imports only from floors below it, and rooms on one floor do not
//! know each other (`tests/it/house.rs` fails otherwise):
//!
//! | floor | rooms | |
//! |---|---|---|
//! | 5 | `main.rs` | parses, runs, exits |
//! | 4 | `cli` | words in, words out at the terminal; starts `web` |
//! | 3 | `web` | pages and routes: the catcher |
//! | 2 | `desk` | what a press officer does, step by step |
//! | 1 | `store`, `mail`, `intake`, `config` | database, post, strangers' files, settings |
//! | 0 | `domain`, `clock` | the trade's own rules, and the time |

pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod domain;
pub mod intake;
pub mod mail;
pub mod store;
pub mod web;

pub use crate::cli::run;
pub use crate::cli::world::{Io, World};
