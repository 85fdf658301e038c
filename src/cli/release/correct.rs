//! `dateline release correct`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::written;
use crate::desk::amend::correct;
use crate::desk::problem::{Exit, Problem};

/// Correct a release that is out: the whole text again, for those who hold a copy
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release correct harbour-light --from fixed.md --note \"9,000 homes, not 90,000\"
  dateline release diff harbour-light
  dateline release approve harbour-light
  dateline release schedule harbour-light

What was wrong stands first, then the whole corrected text. It goes to exactly those whose mail was
accepted or may have been, in answer to their own copy; under an embargo, too, which stands.")]
pub struct Correct {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// The file with the corrected text
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// What was wrong and what is right, in a sentence for the reader
    #[arg(long, value_name = "TEXT")]
    note: String,
}

impl Correct {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let written =
            correct::correct(&desk, &self.release, &context.path(&self.from), &self.note).await?;
        written::amended(context, &written, "Correction");
        Ok(Exit::Done)
    }
}
