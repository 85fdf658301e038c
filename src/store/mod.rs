//! Every query: one file per noun. Functions take the connection, so that the same one works
//! inside a transaction; *when* a transaction begins is the desk's to say.

pub mod audience;
pub mod blob;
pub mod boilerplate;
pub mod bounce;
pub mod card;
pub mod claim;
pub mod connection;
pub mod contact;
pub mod delivery;
pub mod desk_row;
pub mod distribution;
pub mod embargo;
pub(crate) mod entity;
pub mod error;
pub mod import;
pub mod label;
pub mod ledger;
pub mod log;
pub mod mailbox_cursor;
pub mod media_list;
pub mod notice;
pub mod opt_out;
pub mod organization;
pub mod outlet;
pub mod place;
pub mod press_contact;
pub mod release;
pub mod reply;
pub mod resolution;
pub mod run;
pub mod server_clock;
pub(crate) mod set;
pub(crate) mod sql;
pub mod suppression;
pub mod throttle;
