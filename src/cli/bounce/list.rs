//! `dateline bounce list`.

use crate::cli::context::Context;
use crate::cli::words::day;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::ledger;

/// List what came back, newest first, and who waits for a decision
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline bounce list
  dateline bounce list --contact ada@example.com
  dateline bounce list --limit 1000 --json

\"not ours\" could not be tied to a mail that we sent, and changed nothing. A bounced contact is
written to again after: dateline contact edit CONTACT --revive")]
pub struct List {
    /// Only of this contact
    #[arg(long, value_name = "CONTACT")]
    contact: Option<String>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// Only those older than the bounce with this number, to read on
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    before: i64,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let whose = self.contact.as_deref();
        let bounces = ledger::list(&desk, whose, self.before, self.limit).await?;
        if context.output.is_json() {
            context.output.json(&bounces);
            return Ok(Exit::Done);
        }
        if bounces.is_empty() {
            context.output.say("No bounce.");
            return Ok(Exit::Done);
        }
        let last = bounces.last().map_or(0, |bounce| bounce.id);
        let is_full = i64::try_from(bounces.len()).is_ok_and(|count| count == self.limit);
        let rows = bounces
            .into_iter()
            .map(|bounce| {
                vec![
                    bounce.id.to_string(),
                    day(&desk, bounce.at),
                    bounce.email.unwrap_or_else(|| "not ours".to_owned()),
                    bounce.class,
                    bounce.reason,
                    bounce.release.unwrap_or_default(),
                    bounce.contact_status.unwrap_or_default(),
                ]
            })
            .collect();
        let headers = [
            "Id", "Since", "Contact", "Class", "Reason", "Release", "Now",
        ];
        context.output.table(&headers, rows);
        if is_full {
            context
                .output
                .say(format!("Older ones: dateline bounce list --before {last}"));
        }
        let waiting = ledger::to_decide(&desk).await?;
        if !waiting.is_empty() && whose.is_none() {
            let ids: Vec<_> = waiting.iter().take(20).map(i64::to_string).collect();
            context.output.say(format!(
                "Mail to {} came back {} times or more in {} days; decide: dateline contact archive CONTACT",
                ids.join(", "),
                ledger::OFTEN,
                ledger::WITHIN_DAYS
            ));
        }
        Ok(Exit::Done)
    }
}
