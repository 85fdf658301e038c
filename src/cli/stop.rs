//! `dateline stop`.

use crate::cli::context::Context;
use crate::desk::distribution::control;
use crate::desk::problem::{Exit, Problem};
use crate::domain::when::in_words;

/// Stop all sending, on all machines, before the next mail
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline stop
  dateline stop --reason \"wrong figures in the lead\"

Nothing is lost and nothing is forgotten; dateline start lets it go on.")]
pub struct Stop {
    /// For those who find it stopped
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    reason: String,
}

impl Stop {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let stopped = control::stop(&desk, &self.reason).await?;
        if context.output.is_json() {
            context.output.json(&stopped);
        } else if stopped.changed {
            context.output.done(
                "Stopped. No mail is begun any more, on any machine. Go on with: dateline start",
            );
        } else {
            let since = stopped
                .at
                .map_or_else(String::new, |at| in_words(desk.now(), at));
            context.output.done(format!(
                "It is stopped already: {since}, by {}. Go on with: dateline start",
                stopped.by.unwrap_or_default()
            ));
        }
        Ok(Exit::Done)
    }
}
