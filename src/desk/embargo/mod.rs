//! The embargo desk: who agreed, who may have it early, and what everybody is told when it changes.

pub mod agreements;
pub mod ask;
pub mod breach;
pub mod calendar;
pub mod changes;
pub mod explain;
pub(crate) mod letters;
pub(crate) mod permit;
