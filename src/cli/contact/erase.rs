//! `dateline contact erase`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::{contacts, rights};
use crate::desk::problem::{Exit, Problem};

/// Forget a person for good: only a hash stays that stops all mail to them
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact dossier ada@example.com > dossier.json
  dateline contact erase ada@example.com
  dateline contact erase ada@example.com --yes

Name, addresses, notes, answers and what imports wrote are emptied, in mails that were sent too. Counts
stay. It cannot be taken back. Backups keep the person until they are deleted: see docs/privacy.md.")]
pub struct Erase {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
}

impl Erase {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let id = contacts::find(&desk, &self.who).await?;
        let question = format!(
            "This forgets contact {id} for good. Type {} to do it:",
            self.who.trim()
        );
        context.output.confirm_typed(&question, self.who.trim())?;
        let erased = rights::erase(&desk, &self.who).await?;
        if context.output.is_json() {
            context.output.json(&erased);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "Erased contact {id}; {} were emptied, {} taken back. No import brings them back.",
            count(i64::try_from(erased.mails).unwrap_or(i64::MAX), "mail"),
            erased.withdrawn,
        ));
        if !erased.rewritten {
            context.output.warn(
                "another program works with the database, so its file keeps old pages: run sqlite3 on it with VACUUM later",
            );
        }
        context
            .output
            .say("Backups from before still hold them: docs/privacy.md.");
        Ok(Exit::Done)
    }
}
