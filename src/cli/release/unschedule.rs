//! `dateline release unschedule`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, turned};
use crate::cli::words::count;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};

/// Take a scheduling back, as long as no mail of it was begun
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release unschedule harbour-light

The release keeps its approval and can be scheduled again, at once or for another time.")]
pub struct Unschedule {
    #[command(flatten)]
    which: Which,
}

impl Unschedule {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let which = self.which;
        let done = control::unschedule(&desk, &which.release, which.distribution).await?;
        turned(
            context,
            &done,
            |one| {
                format!(
                    "taken back; {} will not get it.",
                    count(one.canceled, "recipient")
                )
            },
            "dateline release schedule SLUG --list LIST",
        );
        Ok(Exit::Done)
    }
}
