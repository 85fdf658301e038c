//! `dateline contact export`.

use crate::cli::contact::filter::Filter;
use crate::cli::contact::sheet;
use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Write contacts out as CSV, or with --json as JSON
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact export > contacts.csv
  dateline contact export --list tech --json
  dateline contact export --where \"country:DE status:active\" > germany.csv

UTF-8, one row a contact; several beats, tags and lists in a cell stand behind semicolons. Those who
opted out are among them and marked: keep the mark wherever the file goes. A cell that a spreadsheet
would run as a formula (=, +, -, @ in front) has an apostrophe before it.")]
pub struct Export {
    #[command(flatten)]
    filter: Filter,
}

impl Export {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let filter = self.filter.resolve(context, &desk).await?;
        if context.output.is_json() {
            sheet::json(context, &desk, &filter).await?;
        } else {
            sheet::csv(context, &desk, &filter).await?;
        }
        Ok(Exit::Done)
    }
}
