//! `dateline release hold`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::amend::withdraw::{self, Withdrawn};
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
        told(context, &done);
        Ok(Exit::Done)
    }
}

/// Who is told, and who has to be called.
pub(in crate::cli) fn told(context: &mut Context, done: &Withdrawn) {
    if done.notice.is_none() {
        context
            .output
            .done("Nobody holds a copy, so nobody has to be told.");
    } else {
        context.output.done(format!(
            "{} will be told by the next run: dateline run",
            count(done.told, "holder")
        ));
    }
    for (contact, name, why) in &done.to_call {
        context.output.warn(format!(
            "call {name} (contact {contact}): mail does not reach them ({why})"
        ));
    }
}
