//! Every query: one file per noun. Functions take the connection, so that the same one works
//! inside a transaction; *when* a transaction begins is the desk's to say.

pub mod blob;
pub mod connection;
pub mod delivery;
pub mod desk_row;
pub mod embargo;
pub(crate) mod entity;
pub mod error;
pub mod log;
pub mod place;
pub mod release;
pub mod run;
pub(crate) mod sql;
