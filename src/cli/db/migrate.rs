//! `dateline db migrate`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::opening::open::{self, Created};
use crate::desk::opening::update::Backup;
use crate::desk::problem::{Exit, Problem};

/// Make the database, or bring it up to this version after a backup; safe to run twice
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db migrate                                       with the new program, after an update
  dateline db migrate --backup /backup/before-update.db
  dateline db migrate --no-backup                           somebody has one already

Before the first change a backup is written, opened again and looked through: beside an SQLite
database; of PostgreSQL by pg_dump, beside the key file. Where nothing is to be done, none is. All steps
are done or none: after a failure the database is as it was.")]
pub struct Migrate {
    /// Write the backup into this new file
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Make no backup first
    #[arg(long, conflicts_with = "backup")]
    no_backup: bool,
}

impl Migrate {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let wish = match self.backup {
            Some(file) => Backup::To(context.path(&file)),
            None if self.no_backup => Backup::Declined,
            None => Backup::Beside,
        };
        let (_, created) = open::migrate(context.setup()?, &wish).await?;
        if context.output.is_json() {
            context.output.json(&created);
            return Ok(Exit::Done);
        }
        for name in &created.migrations {
            context.output.detail(format!("ran {name}"));
        }
        if let Some(kept) = backup_line(&created) {
            context.output.done(kept);
        }
        let what = if created.new_desk {
            "made"
        } else if created.migrations.is_empty() {
            "up to date"
        } else {
            "brought up to date"
        };
        context
            .output
            .done(format!("The database {} is {what}.", created.database));
        Ok(Exit::Done)
    }
}

/// Where the database lies as it was before.
pub(in crate::cli) fn backup_line(created: &Created) -> Option<String> {
    let file = created.backup.as_ref()?;
    Some(format!(
        "Backed up as it was before, opened again and whole: {}",
        file.display()
    ))
}
