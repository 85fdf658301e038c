//! `dateline embargo move`.

use crate::cli::context::Context;
use crate::cli::release::told::holders;
use crate::desk::embargo::changes;
use crate::desk::problem::{Exit, Problem};
use crate::domain::when::say;

/// Move the lift of an embargo; exactly those who hold a copy are told
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo move harbour-light --to \"2026-11-04 09:00 America/Vancouver\"
  dateline embargo move harbour-light --to \"2026-11-04 09:00\" --reason \"the regulator asked\"

What waits for the lift follows it. The text has to be approved again, and agreements to an earlier
lift do not count for a later one: ask again. The notice shows the old and the new moment.")]
pub struct Move {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// When it lifts from now on
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Why; the holders read it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Move {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        context
            .output
            .confirm_typed("Everybody who holds a copy is told.", &self.release)?;
        let changed =
            changes::move_to(&desk, &self.release, &self.to, self.reason.as_deref()).await?;
        if context.output.is_json() {
            context.output.json(&changed);
            return Ok(Exit::Done);
        }
        let moment =
            |moment: &crate::domain::when::Moment| say(moment.instant, &moment.zone, &desk.zones);
        context
            .output
            .done(format!("Moved to   {}", moment(&changed.to)));
        context
            .output
            .done(format!("It was     {}", moment(&changed.from)));
        holders(&mut context.output, &changed.told);
        context.output.done(format!(
            "Approve it again: dateline release approve {}",
            changed.release
        ));
        Ok(Exit::Done)
    }
}
