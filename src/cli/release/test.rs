//! `dateline release test`.

use crate::cli::context::Context;
use crate::desk::letter::test_mail;
use crate::desk::problem::{Exit, Problem};

/// Send the current version to yourselves, marked `[TEST]`
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release test harbour-light --to me@example.com --to desk@example.com

Refused for a contact's address, and under an embargo for any domain outside [newsroom]
team_domains: a test is no way round an embargo. Each is logged.")]
pub struct Test {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Your own address; give it again for more
    #[arg(long, required = true, value_name = "ADDRESS")]
    to: Vec<String>,
    /// This language version (default: the original)
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

impl Test {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let tested =
            test_mail::test(&desk, &self.release, &self.to, self.language.as_deref()).await?;
        let sent = tested
            .mails
            .iter()
            .filter(|mail| mail.status == "sent")
            .count();
        let exit = match sent {
            0 => Exit::Failed,
            _ if sent == tested.mails.len() => Exit::Done,
            _ => Exit::Partly,
        };
        if context.output.is_json() {
            context.output.json(&tested);
            return Ok(exit);
        }
        for mail in &tested.mails {
            match (mail.status, &tested.folder) {
                ("sent", Some(folder)) => context.output.done(format!(
                    "Wrote the test mail for {} into {folder}; nothing was sent.",
                    mail.to
                )),
                ("sent", None) => context.output.done(format!(
                    "Test mail sent to {} (subject marked [TEST]).",
                    mail.to
                )),
                (status, _) => context
                    .output
                    .warn(format!("{}: {status}: {}", mail.to, mail.reply)),
            }
        }
        if exit == Exit::Done {
            context
                .output
                .done(format!("Next: dateline release show {}", tested.release));
        }
        Ok(exit)
    }
}
