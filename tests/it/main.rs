//! One test binary, a file per promise.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod amend;
mod asking;
mod bad_input;
mod bounces;
mod certificate;
mod checks;
mod cli;
mod config;
mod config_mistakes;
mod contacts;
mod control;
mod crash;
mod data;
mod docs;
mod embargo_desk;
mod follow_up;
mod foresight;
mod history;
mod house;
mod import;
mod import_faults;
mod importing;
mod incidents;
mod kill_at_work;
mod letters;
mod limits;
mod lists;
mod model;
mod never_early;
mod never_lost;
mod newsdesk;
mod no_means_no;
mod office;
mod on_time;
mod opt_out;
mod opt_out_history;
mod opt_out_queue;
mod outlets;
mod people_cli;
mod preview;
mod proof;
mod refusals;
mod release;
mod replies;
mod resolve;
mod rights;
mod sending;
mod service;
mod setting_up;
mod stopping;
mod terminal;
mod told;
mod unsubscribe;
mod way_home;
mod whose_fault;
mod workbooks;
mod world;
mod writing;
