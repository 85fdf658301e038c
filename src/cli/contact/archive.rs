//! `dateline contact archive`.

use crate::cli::contact::show::called;
use crate::cli::context::Context;
use crate::desk::people::contacts;
use crate::desk::problem::{Exit, Problem};

/// Archive a contact: kept, but never written to, and no import brings them back
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline contact archive ada@example.com

Back again: dateline contact edit ada@example.com --revive")]
pub struct Archive {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
}

impl Archive {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let is_new = contacts::archive(&desk, &self.who).await?;
        let card = contacts::show(&desk, &self.who).await?;
        if context.output.is_json() {
            context.output.json(&card);
            return Ok(Exit::Done);
        }
        let who = called(&card);
        context.output.done(if is_new {
            format!("Archived {who}: nothing is sent to them any more.")
        } else {
            format!("{who} was in the archive already.")
        });
        Ok(Exit::Done)
    }
}
