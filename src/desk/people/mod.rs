//! The people we write to: contacts, lists, imports and opt-outs.

pub mod contacts;
pub mod import_contacts;
pub mod imports;
pub mod lists;
pub mod opt_out;
pub mod opt_out_link;
pub mod provenance;
pub mod rights;
pub mod undo_import;
