//! Address books of people.

pub(crate) mod google;
mod linkedin;
pub(crate) mod outlook;
mod thunderbird;

use crate::intake::formats::Format;

pub(super) const FORMATS: &[&Format] = &[
    &google::FORMAT,
    &outlook::FORMAT,
    &thunderbird::FORMAT,
    &linkedin::FORMAT,
];
