//! `dateline organization list`.

use crate::cli::context::Context;
use crate::desk::issuers::organizations;
use crate::desk::problem::{Exit, Problem};

/// List the organizations
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline organization list")]
pub struct List {}

impl List {
    pub(in crate::cli) async fn run(context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let organizations = organizations::list(&desk).await?;
        if context.output.is_json() {
            context.output.json(&organizations);
        } else if organizations.is_empty() {
            context
                .output
                .say("No organization yet. Add one: dateline organization add SLUG --name NAME");
        } else {
            let rows = organizations
                .into_iter()
                .map(|one| vec![one.slug, one.name, one.tickers.join(", ")])
                .collect();
            context
                .output
                .table(&["Organization", "Name", "Tickers"], rows);
        }
        Ok(Exit::Done)
    }
}
