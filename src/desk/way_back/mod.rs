//! The way back: what comes home after sending, whose it is, and what follows from it.

pub mod mailbox;
pub mod replies;
