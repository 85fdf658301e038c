//! `dateline man`.

use std::path::PathBuf;

use clap::CommandFactory;

use crate::cli::Dateline;
use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem, hint_for_writing, in_words};

/// Write the manual pages into a folder
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline man /usr/local/share/man/man1")]
pub struct Man {
    /// Folder to write to; it is made if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let folder = context.path(&self.folder);
        std::fs::create_dir_all(&folder)
            .and_then(|()| clap_mangen::generate_to(Dateline::command(), &folder))
            .map_err(|error| {
                Problem::new(
                    Exit::Failed,
                    "man",
                    format!(
                        "the pages cannot be written to {}: {}",
                        folder.display(),
                        in_words(&error)
                    ),
                )
                .hint(hint_for_writing(&error))
            })?;
        context.output.done(format!(
            "Wrote the manual to {}. Read it: man {}/dateline.1",
            folder.display(),
            folder.display()
        ));
        Ok(Exit::Done)
    }
}
