//! `dateline contact list`.

use crate::cli::contact::filter::Filter;
use crate::cli::contact::sheet;
use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// List contacts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact list --search example
  dateline contact list --list tech --status opted-out
  dateline contact list --where \"beat:energy country:DE,FR -tag:trade last_sent>90d\"
  dateline contact list --where \"outlet:'The Daily Example' or list:vip -country:none\"
  dateline contact list --tag energy --format csv > energy.csv

How filters are written: docs/filters.md")]
pub struct List {
    #[command(flatten)]
    filter: Filter,
    /// A table to look at, or CSV with every field
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    #[default]
    Table,
    Csv,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let filter = self.filter.resolve(context, &desk).await?;
        if context.output.is_json() {
            sheet::json(context, &desk, &filter).await?;
        } else if self.format == Format::Csv {
            sheet::csv(context, &desk, &filter).await?;
        } else if sheet::table(context, &desk, &filter).await? == 0 {
            context
                .output
                .say("No contact matches. Import some: dateline contact import FILE --source TEXT");
        }
        Ok(Exit::Done)
    }
}
