//! Pages for the browser.

pub mod catcher;
pub mod preview;
