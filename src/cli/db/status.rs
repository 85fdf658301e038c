//! `dateline db status`.

use crate::cli::context::Context;
use crate::desk::opening::adopt;
use crate::desk::problem::{Exit, Problem};

/// Tell whether the database is there, of this version, and at home here; exit 10 if not usable
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline db status")]
pub struct Status {}

impl Status {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let home = adopt::is_home(&desk).await?;
        let shown = desk.store.shown();
        if context.output.is_json() {
            context
                .output
                .json(&serde_json::json!({"database": shown, "up_to_date": true, "home": home}));
            return Ok(Exit::Done);
        }
        context.output.line(format!("{shown} is up to date."));
        if !home {
            context.output.warn(
                "it was made in another place and sends nothing here; if this is the real one: dateline db adopt",
            );
        }
        Ok(Exit::Done)
    }
}
