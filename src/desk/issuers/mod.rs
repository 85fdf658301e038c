//! The issuers that we speak for: organizations, their "About" texts and their people.

pub mod boilerplates;
pub mod organizations;
pub mod press_contacts;
pub(crate) mod slug;
