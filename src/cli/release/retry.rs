//! `dateline release retry`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, resolved};
use crate::cli::words::count;
use crate::desk::distribution::resolve::{Decision, outlook, resolve};
use crate::desk::problem::{Exit, Problem};

/// Try once more to send what was refused or given up
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release retry harbour-light --failed
  dateline release retry harbour-light --failed --distribution 4

For when the reason is mended: see the server's words with `dateline release report`. Contacts that
bounced or opted out meanwhile get nothing.")]
pub struct Retry {
    #[command(flatten)]
    which: Which,
    /// Those that failed: what is deferred is tried again by itself
    #[arg(long, required = true)]
    failed: bool,
}

impl Retry {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let (slug, only) = (&self.which.release, self.which.distribution);
        let looked = outlook(&desk, slug, only, Decision::Retry).await?;
        if looked.mails > 0 {
            let question = format!(
                "{} will be sent {slug} once more.",
                count(looked.mails, "recipient")
            );
            context.output.confirm_typed(&question, slug)?;
        }
        let done = resolve(&desk, slug, only, Decision::Retry).await?;
        resolved(context, &done, "nobody's mail has failed");
        Ok(Exit::Done)
    }
}
