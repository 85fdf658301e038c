//! `dateline db backup`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::data::backup;
use crate::desk::problem::{Exit, Problem};

/// Write everything into one file, while others work, and open it again before it counts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db backup /backup/dateline-2026-11-25.db
  dateline db backup \"/backup/dateline-$(date +%F).db\"      in cron's line, % is written \\%

Keep the key file with it, in another place: without the key no opt-out in the backup can be
recognised. PostgreSQL is dumped by pg_dump, which has to be installed. Restoring: docs/admin.md.")]
pub struct Backup {
    /// The file to write; one that is there already is not overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = backup::backup(&desk, &context.path(&self.file)).await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        let newest = done
            .newest_at
            .map_or_else(String::new, |at| format!(", newest change {at}"));
        context.output.done(format!(
            "Backed up {} kB, opened again and whole{newest}.",
            done.bytes.div_ceil(1024)
        ));
        context
            .output
            .done(format!("Keep the key with it: {}", done.key_file.display()));
        Ok(Exit::Done)
    }
}
