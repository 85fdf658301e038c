//! `dateline optout export`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::opt_out_export;
use crate::desk::problem::{Exit, Problem};

/// Write all opt-outs into a file: hashes, no addresses
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline optout export /backup/optouts.csv
  dateline optout import /backup/optouts.csv      (after an older backup was restored)

Let cron do it every hour: the file is replaced in one step. It holds no address; only with the key file
can anybody tell whose no it is.")]
pub struct Export {
    /// The file; one that is there is replaced
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Export {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let file = context.path(&self.file);
        let exported = opt_out_export::export(&desk, &file).await?;
        if context.output.is_json() {
            context.output.json(&exported);
        } else {
            context.output.done(format!(
                "Wrote {} to {}.",
                count(
                    i64::try_from(exported.entries).unwrap_or(i64::MAX),
                    "opt-out"
                ),
                exported.file
            ));
        }
        Ok(Exit::Done)
    }
}
