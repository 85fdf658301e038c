//! `dateline release history`.

use crate::cli::context::Context;
use crate::cli::log::entries;
use crate::desk::journal;
use crate::desk::problem::{Exit, Problem};

/// List what was done to a release, by whom and when
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release history harbour-light")]
pub struct History {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl History {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let found = journal::history(&desk, &self.release).await?;
        entries(context, &desk, &found);
        Ok(Exit::Done)
    }
}
