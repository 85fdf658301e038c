//! `dateline release resolve`.

use crate::cli::context::Context;
use crate::cli::release::told::{Which, resolved};
use crate::cli::words::count;
use crate::desk::distribution::resolve::{Decision, outlook, resolve};
use crate::desk::problem::{Exit, Problem};

/// Decide about mails that the server may or may not have taken
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release resolve harbour-light --unknown accept    (the server's log has their Message-IDs)
  dateline release resolve harbour-light --unknown resend    (it has not; or rather twice than never)

A mail is unknown when the connection died after its text was on the way. `release report` lists
them with their Message-IDs; a second mail carries the same one, and many mailboxes show only one.")]
pub struct Resolve {
    #[command(flatten)]
    which: Which,
    /// What to do with them
    #[arg(long, value_enum, value_name = "WHAT")]
    unknown: Unknown,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Unknown {
    /// Send them again
    Resend,
    /// Take them as sent
    Accept,
}

impl Resolve {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let (slug, only) = (&self.which.release, self.which.distribution);
        let decision = match self.unknown {
            Unknown::Resend => Decision::Resend,
            Unknown::Accept => Decision::Accept,
        };
        let looked = outlook(&desk, slug, only, decision).await?;
        if looked.mails > 0 {
            let who = count(looked.mails, "recipient");
            let question = match self.unknown {
                Unknown::Resend => format!(
                    "{who} may have {slug} already and will be sent it again, with the same Message-ID."
                ),
                Unknown::Accept => {
                    format!("{who} will count as having {slug}, and will not be sent it again.")
                }
            };
            context.output.confirm_typed(&question, slug)?;
        }
        let done = resolve(&desk, slug, only, decision).await?;
        resolved(context, &done, "nobody's mail is unknown");
        Ok(Exit::Done)
    }
}
