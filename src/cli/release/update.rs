//! `dateline release update`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::written;
use crate::desk::amend::correct;
use crate::desk::problem::{Exit, Problem};

/// Add to a release that is out: the whole text again, for those who hold a copy
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release update harbour-light --from more.md --note \"adds the opening hours\"
  dateline release diff harbour-light
  dateline release approve harbour-light
  dateline release schedule harbour-light

For news that grew: nothing was wrong. Where something was, say so: release correct. It is marked as an
update, what is new stands first, then the whole text; it goes to exactly those whose mail was accepted
or may have been, in answer to their own copy.")]
pub struct Update {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// The file with the new text
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// What is new, in a sentence for the reader
    #[arg(long, value_name = "TEXT")]
    note: String,
}

impl Update {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let written =
            correct::update(&desk, &self.release, &context.path(&self.from), &self.note).await?;
        written::amended(context, &written, "Update");
        Ok(Exit::Done)
    }
}
