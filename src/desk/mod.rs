//! What a press officer does, step by step: here, and only here, transactions begin and end.

pub mod problem;
