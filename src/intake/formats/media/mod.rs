//! Databases of journalists.

mod agility;
mod cision;
mod meltwater;
mod muck_rack;
mod prezly;
mod prmax;
mod prowly;

use crate::intake::formats::Format;

pub(super) const FORMATS: &[&Format] = &[
    &prowly::FORMAT,
    &cision::FORMAT,
    &agility::FORMAT,
    &muck_rack::FORMAT,
    &meltwater::FORMAT,
    &prmax::FORMAT,
    &prezly::FORMAT,
];
