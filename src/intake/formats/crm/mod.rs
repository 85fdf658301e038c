//! Programs that keep customers.

mod civicrm;
mod dynamics;
mod hubspot;
mod pipedrive;
mod salesforce;
mod sugar;
mod zoho;

use crate::intake::formats::Format;

pub(super) const FORMATS: &[&Format] = &[
    &zoho::FORMAT,
    &hubspot::FORMAT,
    &pipedrive::FORMAT,
    &civicrm::FORMAT,
    &dynamics::FORMAT,
    &sugar::FORMAT,
    &salesforce::FORMAT,
];
