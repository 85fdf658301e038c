//! `dateline release cancel`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, turned};
use crate::cli::words::count;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};

/// End a release's distributions for good: who has not got it does not get it
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release cancel harbour-light
  dateline release cancel harbour-light --distribution 4

Mail that is out stays out. Scheduling again reaches those who have not got it.")]
pub struct Cancel {
    #[command(flatten)]
    which: Which,
}

impl Cancel {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = control::cancel(&desk, &self.which.release, self.which.distribution).await?;
        turned(
            context,
            &done,
            |one| {
                let had = match one.sent {
                    0 => "nobody had it".to_owned(),
                    sent => format!("{} had it", count(sent, "recipient")),
                };
                format!(
                    "canceled; {had}, {} will not get it.",
                    count(one.canceled, "recipient")
                )
            },
            "dateline release report SLUG",
        );
        Ok(Exit::Done)
    }
}
