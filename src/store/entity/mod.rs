//! One file per table, private to `store`: rows become domain types at its door. Tables that are
//! only ever written and read as sets (queue, memberships, log) have no entity.
#![expect(unreachable_pub, reason = "the derives of sea-orm want pub items")]

pub(crate) mod approval;
pub(crate) mod blob;
pub(crate) mod distribution;
pub(crate) mod embargo;
pub(crate) mod organization;
pub(crate) mod release;
pub(crate) mod release_text;
pub(crate) mod release_version;
pub(crate) mod rendition;
pub(crate) mod version_asset;
pub(crate) mod version_boilerplate;
