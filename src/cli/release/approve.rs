//! `dateline release approve`.

use crate::cli::context::Context;
use crate::cli::release::aside::Aside;
use crate::cli::words::short;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::show;

/// Put your name under the current version; it is what will be sent
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release approve harbour-light
  dateline release approve harbour-light --as \"Ana Reyes\" --comment \"figures checked\"
  dateline release approve harbour-light --override CHK-10 --reason \"backdated on purpose\"

An approval is for exactly this text under exactly this embargo; changing either takes it away.
Errors of `release check` refuse it, unless the rule is set aside with a reason, which is logged.")]
pub struct Approve {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Remark, kept with the approval
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    aside: Aside,
}

impl Approve {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        self.aside.set(&desk, &self.release).await?;
        let approved = approve::approve(&desk, &self.release, self.comment).await?;
        if context.output.is_json() {
            context.output.json(&approved);
            return Ok(Exit::Done);
        }
        let slug = &approved.release;
        context.output.done(format!(
            "{slug} version {} ({}) is approved by {}.",
            approved.version,
            short(&approved.content_hash),
            desk.actor
        ));
        let missing = approved.needed.saturating_sub(approved.approvals);
        for id in &approved.begun {
            context.output.warn(format!(
                "distribution {id} had begun with an older version and stays blocked; its others get this one after: dateline release cancel {slug} --distribution {id}"
            ));
        }
        if missing > 0 {
            context.output.done(format!(
                "{} of {} names. Next, by somebody else: dateline release approve {slug} --as NAME",
                approved.approvals, approved.needed
            ));
        } else {
            if !approved.repinned.is_empty() {
                context
                    .output
                    .done("What was scheduled goes on with this version.");
            }
            let next = show::show(&desk, slug).await?.next;
            context.output.done(format!("Next: {next}"));
        }
        Ok(Exit::Done)
    }
}
