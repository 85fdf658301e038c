//! `dateline db check`.

use crate::cli::context::Context;
use crate::desk::data::check;
use crate::desk::problem::{Exit, Problem};

/// Look through the whole database for damage and contradictions; exit 5 if there are any
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db check
  dateline db check --json

It changes nothing. If something is wrong, keep the database as it is and restore the last backup, and
after it the opt-outs of the time since: dateline optout import FILE.")]
pub struct Check {}

impl Check {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let checked = check::check(&desk).await?;
        if context.output.is_json() {
            context.output.json(&checked);
        } else {
            for fault in &checked.faults {
                context.output.line(fault);
            }
            if checked.faults.is_empty() {
                context
                    .output
                    .done(format!("All is well: {}.", checked.looked_at.join(", ")));
            }
        }
        Ok(if checked.faults.is_empty() {
            Exit::Done
        } else {
            Exit::Found
        })
    }
}
