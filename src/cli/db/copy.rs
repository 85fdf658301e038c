//! `dateline db copy`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::words::grouped;
use crate::desk::data::copy;
use crate::desk::problem::{Exit, Problem};

/// Move the desk into another database, for example from SQLite to PostgreSQL; every row is compared
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db copy --to postgres://dateline@db.example.com/dateline --password-file /etc/dateline/db.password
  dateline db copy --to sqlite:///var/lib/dateline/new.db

The new database must be empty. Afterwards the desk is at home there, and the old database sends
nothing any more; write the new address into [database] url. No run may be at work meanwhile.")]
pub struct Copy {
    /// Where to: an address as in `[database] url`, without a password
    #[arg(long, value_name = "URL")]
    to: String,
    /// A file with the password of the new database
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Copy {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let password = match &self.password_file {
            None => None,
            Some(path) => Some(copy::password(&context.path(path)).await?),
        };
        let desk = context.desk().await?;
        let done = copy::copy(&desk, &self.to, password.as_deref()).await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "Copied {} rows of {} tables, each compared.",
            grouped(done.rows),
            done.tables
        ));
        context.output.done(format!(
            "The desk is at home in {} now. Write it into [database] url of config.toml; {} sends nothing any more.",
            done.to, done.from
        ));
        Ok(Exit::Done)
    }
}
