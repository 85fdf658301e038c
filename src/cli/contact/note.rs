//! `dateline contact note`.

use crate::cli::contact::show::called;
use crate::cli::context::Context;
use crate::desk::people::contacts;
use crate::desk::problem::{Exit, Problem};

/// Write a note on a contact: a line with today's date, below those that are there
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact note ada@example.com \"prefers the telephone before noon\"
  dateline contact note 14 \"on leave until June\"

Notes never leave this house, but the person may ask to read them: dateline contact dossier.
To write them anew: dateline contact edit WHO --notes TEXT")]
pub struct Note {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
    /// What is worth knowing
    #[arg(value_name = "TEXT")]
    text: String,
}

impl Note {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let card = contacts::note(&desk, &self.who, &self.text).await?;
        if context.output.is_json() {
            context.output.json(&card);
        } else {
            context.output.done(format!(
                "Noted on {}. See: dateline contact show {}",
                called(&card),
                card.contact.id
            ));
        }
        Ok(Exit::Done)
    }
}
