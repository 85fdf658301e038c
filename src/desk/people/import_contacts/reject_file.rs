//! The file of rejected rows, written as they come: however many there are, none is held.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::desk::problem::{Exit, Problem};
use crate::intake::draft::Reject;
use crate::intake::rejects;

/// An opened file of rejects, with its header written.
pub(crate) struct RejectFile {
    path: PathBuf,
    file: File,
    header: Vec<String>,
    /// How many bytes mark and header take; later rows are written without them.
    head: usize,
}

impl RejectFile {
    /// Creates the file, for its owner only: it holds whatever the rows held.
    ///
    /// Errors: exit 2 where it cannot be written, or is the file that is being imported.
    pub(crate) fn create(path: &Path, source: &Path, header: &[String]) -> Result<Self, Problem> {
        let is_source = match (path.canonicalize(), source.canonicalize()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        };
        if is_source {
            let message = format!("{} is the file that is being imported", path.display());
            return Err(Problem::new(Exit::Usage, "rejects-over-source", message)
                .hint("give --rejects another name"));
        }
        let mut head = Vec::new();
        let refused = |error: std::io::Error| refused(path, &error);
        rejects::write(&mut head, header, []).map_err(refused)?;
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .map_err(refused)?;
        file.write_all(&head).map_err(refused)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            header: header.to_vec(),
            head: head.len(),
        })
    }

    pub(crate) fn add(&mut self, rejects: &[Reject]) -> Result<(), Problem> {
        if rejects.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        rejects::write(&mut bytes, &self.header, rejects)
            .and_then(|()| {
                self.file
                    .write_all(bytes.get(self.head..).unwrap_or_default())
            })
            .map_err(|error| refused(&self.path, &error))
    }
}

fn refused(path: &Path, error: &std::io::Error) -> Problem {
    let message = format!(
        "the file of rejects {} cannot be written: {error}",
        path.display()
    );
    Problem::new(Exit::Usage, "rejects-file", message)
        .hint("give --rejects a file in a folder that you may write to")
}
