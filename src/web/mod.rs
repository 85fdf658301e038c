//! Pages for the browser.

pub mod catcher;
pub mod door;
pub mod files;
pub mod preview;
pub mod unsubscribe;
