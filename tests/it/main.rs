//! One test binary, a file per promise.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod cli;
mod config;
mod config_mistakes;
mod control;
mod house;
mod import;
mod lists;
mod newsdesk;
mod office;
mod opt_out;
mod preview;
mod release;
mod sending;
mod setting_up;
mod terminal;
mod world;
