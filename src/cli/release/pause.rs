//! `dateline release pause`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, turned};
use crate::cli::words::grouped;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};

/// Hold a release's distributions until you resume them
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release pause harbour-light
  dateline release pause harbour-light --distribution 4

Nothing is begun after it; a mail that is under way ends as the server says. For everything at once:
dateline stop")]
pub struct Pause {
    #[command(flatten)]
    which: Which,
}

impl Pause {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = control::pause(&desk, &self.which.release, self.which.distribution).await?;
        turned(
            context,
            &done,
            |one| {
                format!(
                    "paused after {}; {} wait. Nobody gets it twice on resume.",
                    grouped(one.sent),
                    grouped(one.waiting)
                )
            },
            "dateline release resume SLUG",
        );
        Ok(Exit::Done)
    }
}
