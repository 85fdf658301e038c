//! Programs that send newsletters.

mod active_campaign;
mod brevo;
mod campaign_monitor;
mod clever_reach;
mod constant_contact;
mod klaviyo;
pub(crate) mod listmonk;
pub(crate) mod mailchimp;
mod mailerlite;
mod substack;
pub(crate) mod wordpress;

use crate::intake::formats::Format;

pub(super) const FORMATS: &[&Format] = &[
    &mailchimp::FORMAT,
    &listmonk::FORMAT,
    &brevo::FORMAT,
    &mailerlite::FORMAT,
    &constant_contact::FORMAT,
    &campaign_monitor::FORMAT,
    &klaviyo::FORMAT,
    &active_campaign::FORMAT,
    &clever_reach::FORMAT,
    &substack::FORMAT,
    &wordpress::FORMAT,
];
