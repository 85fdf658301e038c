//! The letter: composed, previewed, tried out, and the way it leaves the house.

pub mod compose;
pub mod frozen;
pub mod logo;
pub mod opt_out_link;
pub mod preview;
pub mod rendition;
pub mod route;
pub mod templates;
pub mod test_mail;
pub mod way_out;
