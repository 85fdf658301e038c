//! The embargo desk: who agreed, who may have it early, and what everybody is told when it changes.

pub(crate) mod permit;
