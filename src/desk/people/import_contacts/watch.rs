//! Who waits for an import: hears how it goes on, and may stop it.

use tokio::sync::watch;

use crate::desk::people::import_contacts::FileReport;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A file is understood, and nothing of it is used yet.
    Understood(&'a FileReport),
    /// A chunk is done: rows so far, the last one's line, and how many lines there are, if known.
    Rows {
        rows: u64,
        line: u64,
        lines: Option<u64>,
    },
    /// A file is through.
    Through(&'a FileReport),
}

/// The caller's ears and brake.
pub struct Watch<'a> {
    /// Turns true when the import has to stop after the present chunk.
    pub stop: Option<watch::Receiver<bool>>,
    /// Whether the number of a file's lines is worth a look through it.
    pub counts_lines: bool,
    pub tell: &'a mut (dyn FnMut(News<'_>) + Send),
}

impl Watch<'_> {
    pub(crate) fn must_stop(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop.borrow())
    }
}
