//! `dateline embargo lift`.

use crate::cli::context::Context;
use crate::cli::release::told::holders;
use crate::desk::embargo::changes;
use crate::desk::problem::{Exit, Problem};

/// Lift an embargo now: what waits for it goes, and those who hold a copy may publish
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo lift harbour-light --now --reason \"published elsewhere by mistake\"

After a leak: to everybody at once with: dateline release schedule harbour-light --all --now")]
pub struct Lift {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// This moment; there is no other, a later one is a move
    #[arg(long, required = true)]
    now: bool,
    /// Why; the holders read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Lift {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        context
            .output
            .confirm_typed("The news is out with that, for good.", &self.release)?;
        let changed = changes::lift(&desk, &self.release, &self.reason).await?;
        if context.output.is_json() {
            context.output.json(&changed);
            return Ok(Exit::Done);
        }
        context
            .output
            .done(format!("The embargo of {} is lifted.", changed.release));
        holders(&mut context.output, &changed.told);
        if changed.followed.is_empty() {
            context.output.done(format!(
                "Nothing waited for it. To everybody: dateline release schedule {} --all --now",
                changed.release
            ));
        } else {
            context
                .output
                .done("What waited for it goes with the next run: dateline run");
        }
        Ok(Exit::Done)
    }
}
