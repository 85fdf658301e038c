//! `dateline outlet list`.

use crate::cli::context::Context;
use crate::desk::people::outlets;
use crate::desk::people::outlets_alike::{self, Alike};
use crate::desk::problem::{Exit, Problem};

/// List the outlets by name
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet list
  dateline outlet list --search daily --json
  dateline outlet list --alike      which may be one house by two names")]
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
    /// Pairs that may be one house: alike by name, and their people write from one domain
    #[arg(long, conflicts_with_all = ["search", "limit"])]
    alike: bool,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if self.alike {
            let pairs = outlets_alike::alike(&desk).await?;
            show(context, &pairs);
            return Ok(Exit::Done);
        }
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

fn show(context: &mut Context, pairs: &[Alike]) {
    if context.output.is_json() {
        context.output.json(&pairs);
        return;
    }
    if pairs.is_empty() {
        context
            .output
            .say("No two outlets are alike by name and write from one domain.");
        return;
    }
    let rows = pairs
        .iter()
        .map(|pair| {
            vec![
                pair.from.to_string(),
                pair.from_name.clone(),
                pair.into.to_string(),
                pair.into_name.clone(),
                pair.domain.clone(),
                pair.why.to_owned(),
            ]
        })
        .collect();
    context
        .output
        .table(&["Id", "Outlet", "Id", "Perhaps", "Domain", "Why"], rows);
    context.output.say(
        "Make one of two: dateline outlet merge ID ID. Different papers of one house are left as they are.",
    );
}
