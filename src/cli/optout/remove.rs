//! `dateline optout remove`.

use crate::cli::context::Context;
use crate::cli::optout::reach::{self, Reach};
use crate::desk::people::opt_out;
use crate::desk::problem::{Exit, Problem};

/// Lift an opt-out, because the person asked for it
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline optout remove ada@example.com --reason \"wrote on 3 March that she wants our news again\"

Only a person does this; no import ever does. The reach must be the one it was written down with.")]
pub struct Remove {
    /// The address, or the domain as @example.com
    #[arg(value_name = "ADDRESS")]
    address: String,
    #[command(flatten)]
    reach: Reach,
    /// Who asked for it, and when; asked for when it is missing
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Remove {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        // An empty answer is refused by the desk, which says what a reason is.
        let reason = self.reason.unwrap_or_else(|| {
            context
                .output
                .question("Who asked for it, and when?", None, "--reason")
                .unwrap_or_default()
        });
        let reach = self.reach.resolve();
        opt_out::remove(&desk, &self.address, &reach, &reason).await?;
        if context.output.is_json() {
            context.output.json(&serde_json::json!({"lifted": true}));
        } else {
            let who = self.address.trim();
            let words = reach::in_words(&reach);
            context.output.done(format!(
                "{who} may get mail{words} again. What was taken back stays so."
            ));
        }
        Ok(Exit::Done)
    }
}
