//! `dateline optout list`.

use std::collections::HashMap;

use crate::cli::context::Context;
use crate::cli::words::day;
use crate::desk::Desk;
use crate::desk::issuers::organizations;
use crate::desk::people::lists;
use crate::desk::people::opt_out::{self, OptOutEntry};
use crate::desk::problem::{Exit, Problem};

/// List the opt-outs, newest first
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline optout list
  dateline optout list --limit 1000 --json

No address stands there: whom we do not know is shown by the hash of their address.")]
pub struct List {
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// Only those older than the entry with this number, to read on
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    before: i64,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let entries = opt_out::list(&desk, self.before, self.limit).await?;
        if context.output.is_json() {
            context.output.json(&entries);
            return Ok(Exit::Done);
        }
        if entries.is_empty() {
            context.output.say("No opt-out.");
            return Ok(Exit::Done);
        }
        let names = names(&desk, &entries).await?;
        let last = entries.last().map_or(0, |entry| entry.id);
        let is_full = i64::try_from(entries.len()).is_ok_and(|count| count == self.limit);
        let rows = entries
            .into_iter()
            .map(|entry| {
                let key = (entry.scope.clone(), entry.scope_id);
                let who = match entry.contact {
                    Some(contact) => format!("contact {contact}"),
                    None => format!("{} {}", entry.target, entry.hash),
                };
                vec![
                    entry.id.to_string(),
                    day(&desk, entry.at),
                    who,
                    names.get(&key).cloned().unwrap_or(entry.scope),
                    entry.reason,
                    entry.source,
                ]
            })
            .collect();
        let headers = ["Id", "Since", "Who", "Reach", "Reason", "Source"];
        context.output.table(&headers, rows);
        if is_full {
            context
                .output
                .say(format!("Older ones: dateline optout list --before {last}"));
        }
        Ok(Exit::Done)
    }
}

/// What the entries' scopes are called.
async fn names(
    desk: &Desk,
    entries: &[OptOutEntry],
) -> Result<HashMap<(String, i64), String>, Problem> {
    let mut names = HashMap::new();
    if entries.iter().any(|entry| entry.scope == "list") {
        for list in lists::list(desk).await? {
            names.insert(("list".to_owned(), list.id), format!("list {}", list.slug));
        }
    }
    if entries.iter().any(|entry| entry.scope == "organization") {
        for one in organizations::list(desk).await? {
            names.insert(("organization".to_owned(), one.id), one.slug);
        }
    }
    Ok(names)
}
