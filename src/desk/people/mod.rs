//! The people we write to: contacts, lists, imports and opt-outs.

pub mod attachment_wish;
pub mod contacts;
pub mod duplicates;
pub mod filters;
pub mod import_contacts;
pub mod imports;
pub mod key_rotation;
pub mod lists;
pub mod merge;
pub(crate) mod older_keys;
pub mod opt_out;
pub mod opt_out_export;
pub mod opt_out_import;
pub mod opt_out_link;
pub mod outlets;
pub mod outlets_alike;
pub mod provenance;
pub mod rights;
pub mod stale;
pub mod undo_import;
pub(crate) mod who;
