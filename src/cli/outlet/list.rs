//! `dateline outlet list`.

use crate::cli::context::Context;
use crate::desk::people::outlets;
use crate::desk::problem::{Exit, Problem};

/// List the outlets by name
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet list
  dateline outlet list --search daily --json")]
pub struct List {
    /// Only those with this text in their name
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    search: String,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let outlets = outlets::list(&desk, &self.search, self.limit).await?;
        if context.output.is_json() {
            context.output.json(&outlets);
            return Ok(Exit::Done);
        }
        if outlets.is_empty() {
            context
                .output
                .say("No outlet. An import makes them, or: dateline outlet add NAME");
            return Ok(Exit::Done);
        }
        let is_full = i64::try_from(outlets.len()).is_ok_and(|count| count == self.limit);
        let rows = outlets
            .into_iter()
            .map(|outlet| {
                vec![
                    outlet.id.to_string(),
                    outlet.name,
                    outlet.country,
                    outlet.domain.unwrap_or_default(),
                    outlet.contacts.to_string(),
                ]
            })
            .collect();
        context
            .output
            .table(&["Id", "Outlet", "Country", "Domain", "Contacts"], rows);
        if is_full {
            context.output.say(format!(
                "The first {} are shown; narrow them with --search, or give a larger --limit.",
                self.limit
            ));
        }
        Ok(Exit::Done)
    }
}
