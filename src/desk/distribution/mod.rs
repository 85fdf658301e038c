//! The distribution: planned, frozen, and steered by a person.

pub mod control;
pub(crate) mod follow_up;
pub mod freeze;
pub mod hindrance;
pub(crate) mod moment;
pub mod resolve;
pub mod schedule;
pub mod tell;
pub mod whom;
