//! Every query: one file per noun. Functions take the connection, so that the same one works
//! inside a transaction; *when* a transaction begins is the desk's to say.

pub mod connection;
pub mod delivery;
pub mod desk_row;
pub(crate) mod entity;
pub mod error;
pub mod log;
pub(crate) mod sql;
