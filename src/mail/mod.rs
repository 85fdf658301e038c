//! The post: builds messages, drives SMTP connections, and catches mail for rehearsals.
//!
//! `message` turns facts into bytes; `transport` opens a `connection`, which says for each message
//! what became of it (`outcome`); `sink` is a mail server of our own. Never here: the database, a
//! retry, a decision about a recipient.

pub mod answer;
mod auth;
pub mod bounce;
pub mod connection;
mod conversation;
pub mod dkim;
pub mod dns;
pub mod envelope;
mod folder;
mod header_text;
pub mod imap;
pub mod message;
mod mime;
pub mod mold;
pub mod outcome;
pub mod probe;
pub mod read_back;
pub mod render;
pub mod route_problem;
pub mod sink;
pub mod transport;
mod wire;
