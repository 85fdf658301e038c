//! `dateline contact archive`.

use crate::cli::contact::many;
use crate::cli::contact::show::called;
use crate::cli::context::Context;
use crate::desk::people::contacts::{self, Whom};
use crate::desk::problem::{Exit, Problem};

/// Archive contacts: kept, but never written to, and no import brings them back
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact archive ada@example.com
  dateline contact archive --where \"last_sent>2y created>2y\"

Back again: dateline contact edit ada@example.com --revive")]
pub struct Archive {
    /// An address of theirs, or their number
    #[arg(
        value_name = "WHO",
        required_unless_present = "words",
        conflicts_with = "words"
    )]
    who: Option<String>,
    /// Everybody whom this filter means
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    words: Option<String>,
}

impl Archive {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some(words) = &self.words {
            let (words, meant) = many::confirm(context, &desk, words, "Archive").await?;
            let done = contacts::archive_many(&desk, Whom::Where(&words), Some(meant)).await?;
            many::told(context, done, &words.to_string());
            return Ok(Exit::Done);
        }
        let who = self.who.unwrap_or_default();
        let is_new = contacts::archive(&desk, &who).await?;
        let card = contacts::show(&desk, &who).await?;
        if context.output.is_json() {
            context.output.json(&card);
            return Ok(Exit::Done);
        }
        let who = called(&card);
        context.output.done(if is_new {
            format!("Archived {who}: nothing is sent to them any more.")
        } else {
            format!("{who} was in the archive already.")
        });
        Ok(Exit::Done)
    }
}
