//! `dateline release edit`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::written;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;

/// Make a new version of a release from its changed file
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release edit harbour-light harbour-light.md

What is scheduled and not begun waits until the new version is approved, and then sends that.")]
pub struct Edit {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Markdown with its facts in front
    #[arg(value_name = "FILE.md")]
    file: PathBuf,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let path = context.path(&self.file);
        let written = write::edit(&desk, &self.release, &path).await?;
        written::tell(context, &desk, &written).await?;
        Ok(Exit::Done)
    }
}
