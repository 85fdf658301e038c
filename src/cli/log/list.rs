//! `dateline log list`.

use crate::cli::context::Context;
use crate::cli::log::entries;
use crate::desk::journal::{self, Wanted};
use crate::desk::problem::{Exit, Problem};

/// List the newest entries of the log
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline log list --limit 20
  dateline log list --subject release --json
  dateline log list --act block --since \"2026-11-01 00:00\"

For one release: dateline release history RELEASE")]
pub struct List {
    /// Only about this: release, desk, run, contact, import …
    #[arg(long, value_name = "SUBJECT", default_value = "")]
    subject: String,
    /// Only this act: send, schedule, approve, optout, block …
    #[arg(long, value_name = "ACT", default_value = "")]
    act: String,
    /// Only what this person did
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
    /// Only from this moment on, such as "2026-11-03 09:00"
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let wanted = Wanted {
            subject: self.subject,
            act: self.act,
            actor: self.by,
            since: None,
        };
        let found = journal::entries(&desk, wanted, self.since.as_deref(), self.limit).await?;
        entries(context, &desk, &found);
        Ok(Exit::Done)
    }
}
