//! `dateline log verify`.

use crate::cli::context::Context;
use crate::cli::words::grouped;
use crate::desk::journal;
use crate::desk::problem::{Exit, Problem};

/// Prove that no entry of the log was changed or taken out; exit 5 if one was
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline log verify
  dateline log verify --json      for a monitor: exit 5 if an entry was changed

Each entry carries a hash of the one before. Note the last hash down somewhere else: it proves later
that the end of the log was not cut off.")]
pub struct Verify {}

impl Verify {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let verified = journal::verify(&desk).await?;
        let exit = if verified.ok { Exit::Done } else { Exit::Found };
        if context.output.is_json() {
            context.output.json(&verified);
            return Ok(exit);
        }
        let entries = grouped(i64::try_from(verified.entries).unwrap_or(i64::MAX));
        if let Some(id) = verified.broken_at {
            return Err(Problem::new(
                Exit::Found,
                "broken-log",
                format!("the log was changed: {entries} entries hold, entry {id} does not follow"),
            )
            .hint("keep this database as it is, and compare it with your backups"));
        }
        context.output.done(format!("{entries} entries, unbroken."));
        if let Some(hash) = verified.last_hash {
            context.output.done(format!("Last hash: {hash}"));
        }
        Ok(exit)
    }
}
