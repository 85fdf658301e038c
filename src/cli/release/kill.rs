//! `dateline release kill`.

use crate::cli::context::Context;
use crate::cli::release::told::holders;
use crate::desk::amend::withdraw;
use crate::desk::problem::{Exit, Problem};

/// Withdraw a release for good: nothing more goes, and those who have it are told to kill it
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release kill harbour-light --reason \"the order was never placed\" --second \"Bo Lund\"

First every mail that is not out yet is canceled, of every version and on every machine; no mail is
begun later than 250 ms after that. Then exactly those who hold a copy are told, in answer to their
own copy. A kill takes two different people: you, and whom you name with --second; more where
[run] approvals asks for more. Names count as with approvals, and all of them stand in the log.")]
pub struct Kill {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Why; those who have it read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The second person who stands behind it; again for a third
    #[arg(long, value_name = "NAME", required = true)]
    second: Vec<String>,
}

impl Kill {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        context
            .output
            .confirm_typed("This cannot be taken back.", &self.release)?;
        let seconds: Vec<&str> = self.second.iter().map(String::as_str).collect();
        let done = withdraw::kill(&desk, &self.release, &self.reason, &seconds).await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "{} is killed; {} mails do not go any more.",
            done.release, done.unsent
        ));
        holders(&mut context.output, &done.told);
        Ok(Exit::Done)
    }
}
