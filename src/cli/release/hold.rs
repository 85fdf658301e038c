//! `dateline release hold`.

use crate::cli::context::Context;
use crate::cli::release::told::holders;
use crate::desk::amend::withdraw;
use crate::desk::problem::{Exit, Problem};

/// Ask those who have a release to wait with it, and let nothing more go for now
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release hold harbour-light --note \"we are checking the second paragraph\"

Going on: dateline release resume harbour-light, after a correction if there is something to correct.
For good: dateline release kill")]
pub struct Hold {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Why; those who have it read it
    #[arg(long, value_name = "TEXT")]
    note: String,
}

impl Hold {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = withdraw::hold(&desk, &self.release, &self.note).await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "{} is held; {} mails wait.",
            done.release, done.unsent
        ));
        holders(&mut context.output, &done.told);
        Ok(Exit::Done)
    }
}
