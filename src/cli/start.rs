//! `dateline start`.

use crate::cli::context::Context;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};

/// Let sending go on after a stop
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline start

What came due meanwhile goes out with the next run, unless it is later than [run] max_lateness: that
asks first.")]
pub struct Start {}

impl Start {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let stopped = control::start(&desk).await?;
        if context.output.is_json() {
            context.output.json(&stopped);
        } else if stopped.changed {
            context
                .output
                .done("Started. What is due goes out with the next run. Look: dateline status");
        } else {
            context
                .output
                .done("It was not stopped. Look: dateline status");
        }
        Ok(Exit::Done)
    }
}
