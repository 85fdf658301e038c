//! The trade's own rules: types that cannot be wrong, and pure functions; no file, no socket, no clock.

pub mod address;
pub mod agreement;
pub mod answer;
pub mod asset_link;
pub mod check;
pub mod color;
pub mod contact;
pub mod content;
pub mod delivery;
pub mod distribution;
pub mod embargo;
pub mod hex;
pub mod instant;
pub mod name;
pub mod opt_out_token;
pub mod picture;
pub mod prose;
pub mod release;
pub mod slot;
pub mod suppression;
pub mod when;
pub mod zones;
