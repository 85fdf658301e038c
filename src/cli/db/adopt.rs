//! `dateline db adopt`.

use crate::cli::context::Context;
use crate::desk::opening::adopt;
use crate::desk::problem::{Exit, Problem};

/// Say that this copy of the database is the real one from now on
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db adopt

A database that was copied or moved sends nothing until you say so: if two copies sent, everybody
would get everything twice. See first that no other copy is at work. Out of an older backup, bring back
first who has said no since: dateline optout import FILE.")]
pub struct Adopt {}

impl Adopt {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if !adopt::is_home(&desk).await? {
            context.output.confirm_typed(
                "If another copy of this database sends too, everybody gets everything twice.",
                "adopt",
            )?;
        }
        let adopted = adopt::adopt(&desk).await?;
        if context.output.is_json() {
            context.output.json(&adopted);
        } else if adopted.changed {
            context.output.done(format!(
                "{} is at home here now; what is scheduled in it goes out from here.",
                adopted.database
            ));
            context.output.say(
                "Restored from a backup? It knows no opt-out that came after it: dateline optout import FILE, with the newest file of optout export.",
            );
        } else {
            context
                .output
                .done(format!("{} is at home here already.", adopted.database));
        }
        Ok(Exit::Done)
    }
}
