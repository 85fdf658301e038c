//! The people we write to: contacts, lists, imports and opt-outs.

pub mod attachment_wish;
pub mod contacts;
pub mod import_contacts;
pub mod lists;
pub mod opt_out;
pub mod opt_out_link;
pub mod rights;
