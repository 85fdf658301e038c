//! One test binary, a file per promise.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod cli;
mod config;
mod config_mistakes;
mod contacts;
mod crash;
mod house;
mod import;
mod import_faults;
mod lists;
mod newsdesk;
mod opt_out;
mod opt_out_history;
mod opt_out_queue;
mod people_cli;
mod sending;
mod terminal;
mod world;
