//! `dateline release resume`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, turned};
use crate::cli::words::grouped;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};

/// Let paused or blocked distributions go on
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release resume harbour-light
  dateline release resume harbour-light --late     (its time passed; send it all the same)

What was blocked goes on only when its reason is mended; otherwise it says what is missing.")]
pub struct Resume {
    #[command(flatten)]
    which: Which,
    /// Send although its time passed more than `[run] max_lateness` ago
    #[arg(long)]
    late: bool,
}

impl Resume {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let which = self.which;
        let done = control::resume(&desk, &which.release, which.distribution, self.late).await?;
        turned(
            context,
            &done,
            |one| {
                format!(
                    "{} again; {} wait, {} have it.",
                    one.status.as_str(),
                    grouped(one.waiting),
                    grouped(one.sent)
                )
            },
            "dateline run (cron does it by itself)",
        );
        Ok(Exit::Done)
    }
}
