//! The post: builds messages, drives SMTP connections, and catches mail for rehearsals.
//!
//! `message` turns facts into bytes; `transport` opens a `connection`, which says for each message
//! what became of it (`outcome`); `sink` is a mail server of our own. Never here: the database, a
//! retry, a decision about a recipient.

pub mod connection;
pub mod envelope;
pub mod message;
pub mod outcome;
pub mod route_problem;
pub mod sink;
pub mod transport;

mod auth;
mod conversation;
mod folder;
mod header_text;
mod mime;
mod wire;
