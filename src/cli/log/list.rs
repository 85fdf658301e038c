//! `dateline log list`.

use crate::cli::context::Context;
use crate::cli::log::entries;
use crate::desk::journal;
use crate::desk::problem::{Exit, Problem};

/// List the newest entries of the log
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline log list --limit 20
  dateline log list --subject release --json

For one release: dateline release history RELEASE")]
pub struct List {
    /// Only about this: release, desk, run, contact, import …
    #[arg(long, value_name = "SUBJECT", default_value = "")]
    subject: String,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let found = journal::entries(&desk, &self.subject, self.limit).await?;
        entries(context, &desk, &found);
        Ok(Exit::Done)
    }
}
