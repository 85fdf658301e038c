//! `dateline db migrate`.

use crate::cli::context::Context;
use crate::desk::opening::open;
use crate::desk::problem::{Exit, Problem};

/// Make the database, or bring it up to this version; safe to run twice
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db backup before.db      with the old program, before it is updated
  dateline db migrate               with the new one")]
pub struct Migrate {}

impl Migrate {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let (_, created) = open::create(context.setup()?).await?;
        if context.output.is_json() {
            context.output.json(&created);
            return Ok(Exit::Done);
        }
        for name in &created.migrations {
            context.output.detail(format!("ran {name}"));
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
