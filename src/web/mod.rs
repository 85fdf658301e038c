//! Pages for the browser.

pub mod catcher;
