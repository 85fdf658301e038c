//! `dateline contact history`.

use crate::cli::context::Context;
use crate::cli::words::minute;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::history;

/// Where a contact comes from, what changed them, and what passed between us: mails, bounces, answers
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact history ada@example.com
  dateline contact history 14 --json

Answers are kept as long as `[privacy] keep_message_text_days` says. A yes to an embargo stands there
as the command that writes it down.")]
pub struct History {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
}

impl History {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let events = history::of(&desk, &self.who).await?;
        if context.output.is_json() {
            context.output.json(&events);
            return Ok(Exit::Done);
        }
        if events.is_empty() {
            context.output.done("Nothing was sent to this contact yet.");
            return Ok(Exit::Done);
        }
        let rows = events
            .into_iter()
            .map(|event| {
                vec![
                    minute(&desk, event.at),
                    event.what.to_owned(),
                    event.release,
                    event.words,
                ]
            })
            .collect();
        context
            .output
            .table(&["When", "What", "Release", "Words"], rows);
        Ok(Exit::Done)
    }
}
