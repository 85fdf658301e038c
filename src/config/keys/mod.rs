//! The keys of `config.toml`, one struct per table, with their defaults.

pub mod limits;
pub mod mailbox;
pub mod newsroom;
pub mod run;
pub mod serve;
pub mod smtp;
