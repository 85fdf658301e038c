//! `dateline list list`.

use crate::cli::context::Context;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// List the lists
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline list list
  dateline list list --json")]
pub struct List {}

impl List {
    pub(in crate::cli) async fn run(context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let lists = lists::list(&desk).await?;
        if context.output.is_json() {
            context.output.json(&lists);
        } else if lists.is_empty() {
            context
                .output
                .say("No list yet. Create one: dateline list create tech --name \"Tech press\"");
        } else {
            let rows = lists
                .into_iter()
                .map(|list| {
                    vec![
                        list.slug,
                        list.name,
                        list.organization.unwrap_or_default(),
                        list.members.to_string(),
                        list.per_outlet
                            .map(|limit| limit.to_string())
                            .unwrap_or_default(),
                        list.filter.unwrap_or_default(),
                    ]
                })
                .collect();
            let headers = [
                "List",
                "Name",
                "Organization",
                "Members",
                "Per outlet",
                "Filter",
            ];
            context.output.table(&headers, rows);
        }
        Ok(Exit::Done)
    }
}
