//! `dateline release approve`.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::release::aside::Aside;
use crate::cli::release::diff;
use crate::cli::words::{count, short};
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::repin::{self, Repinning};
use crate::desk::release::show;
use crate::domain::when::say;

/// Put your name under the current version; it is what will be sent
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release approve harbour-light
  dateline release approve harbour-light --as \"Ana Reyes\" --comment \"figures checked\"
  dateline release approve harbour-light --override CHK-10 --reason \"backdated on purpose\"

An approval is for exactly this text under exactly this embargo; changing either takes it away.
Was an older version scheduled, then it is shown what changes for whom, and you type the slug to let
the new one go in its place; --yes answers.
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
        let repinning = repin::repinning(&desk, &self.release).await?;
        if !repinning.distributions.is_empty() {
            if !context.output.is_json() {
                explain(&mut context.output, &desk, &repinning);
            }
            let recipients = repinning.distributions.iter().map(|one| one.recipients);
            let question = format!(
                "Another text than was scheduled goes to {}.",
                count(recipients.sum(), "recipient")
            );
            context
                .output
                .confirm_typed(&question, &repinning.release)?;
        }
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
        for file in &approved.files {
            context.output.done(format!(
                "  with {} ({}, {})",
                file.name,
                short(&file.sha256),
                file.goes.as_str()
            ));
        }
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

/// Which distributions get another text, and what is other in it.
fn explain(output: &mut Output, desk: &Desk, repinning: &Repinning) {
    for one in &repinning.distributions {
        let rehearsal = if one.rehearsal { ", a REHEARSAL" } else { "" };
        output.line(format!(
            "distribution {} ({}{rehearsal}), {}, {}: version {} in place of version {}",
            one.distribution,
            one.purpose,
            say(one.send_at, &one.zone, &desk.zones),
            count(one.recipients, "recipient"),
            one.to,
            one.from
        ));
    }
    for difference in &repinning.differences {
        output.line(format!(
            "\nVersion {} to {}:",
            difference.from, difference.to
        ));
        if difference.parts.is_empty() {
            output.line("the same words");
        }
        diff::tell(output, &difference.parts);
    }
    output.line("");
}
