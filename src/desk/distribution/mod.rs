//! The distribution: planned, frozen, and steered by a person.

pub mod control;
pub mod freeze;
pub mod hindrance;
mod moment;
pub mod resolve;
pub mod schedule;
pub(crate) mod tell;
