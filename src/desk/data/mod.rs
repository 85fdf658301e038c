//! Looking after the data: backups that were opened again, checks, and the move to another database.

pub mod backup;
pub mod check;
pub mod copy;
