//! `dateline contact dossier`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::people::rights;
use crate::desk::problem::{Exit, Problem};

/// Write out all that is held about a person, as JSON
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact dossier ada@example.com > dossier.json
  dateline contact dossier ada@example.com --vcard ada.vcf

For a person who asks what you know about them. Times in the rows are milliseconds since 1970 in UTC.")]
pub struct Dossier {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
    /// Write their contact data to this file as well, as a vCard
    #[arg(long, value_name = "FILE")]
    vcard: Option<PathBuf>,
}

impl Dossier {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let dossier = rights::dossier(&desk, &self.who).await?;
        if let Some(path) = &self.vcard {
            let path = context.path(path);
            std::fs::write(&path, rights::vcard(&dossier.card)).map_err(|why| {
                let message = format!("{} could not be written: {why}", path.display());
                Problem::new(Exit::Failed, "file", message).hint("choose another place")
            })?;
        }
        if context.output.is_json() {
            context.output.json(&dossier);
        } else {
            let text = serde_json::to_string_pretty(&dossier).map_err(|_| {
                Problem::new(Exit::Failed, "export", "the dossier could not be written")
            })?;
            context.output.bytes(text.as_bytes());
            context.output.bytes(b"\n");
        }
        Ok(Exit::Done)
    }
}
