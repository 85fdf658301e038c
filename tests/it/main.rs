//! One test binary, a file per promise.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod cli;
mod config;
mod config_mistakes;
mod contacts;
mod control;
mod crash;
mod docs;
mod house;
mod import;
mod import_faults;
mod lists;
mod newsdesk;
mod office;
mod opt_out;
mod opt_out_history;
mod opt_out_queue;
mod people_cli;
mod preview;
mod proof;
mod release;
mod sending;
mod setting_up;
mod terminal;
mod world;
