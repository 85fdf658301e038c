//! Opening the desk: the database, its key, and the place where it is at home.

pub mod adopt;
pub mod key;
pub mod open;
pub mod signing;
pub mod update;
