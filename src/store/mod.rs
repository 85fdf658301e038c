//! Every query: one file per noun. Functions take the connection, so that the same one works
//! inside a transaction; *when* a transaction begins is the desk's to say.

pub mod boilerplate;
pub mod card;
pub mod connection;
pub mod contact;
pub mod desk_row;
pub(crate) mod entity;
pub mod error;
pub mod import;
pub mod label;
pub mod log;
pub mod media_list;
pub mod organization;
pub mod outlet;
pub mod press_contact;
pub(crate) mod set;
pub(crate) mod sql;
pub mod suppression;
pub mod transaction;
