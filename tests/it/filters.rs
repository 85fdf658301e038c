//! A filter means the same to the database as to a person who reads it, and a list with one means
//! whom it means at the moment of scheduling.

mod model;
mod scheduling;
