//! `dateline release new`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::written;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;

/// Make a release from a Markdown file: version 1, a draft
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release new harbour-light.md     (with harbour-light.de.md beside it: German too)

The file begins with its facts in TOML between two lines of +++; slug and headline are needed:
  +++
  slug = \"harbour-light\"
  headline = \"Harbour Light Opens Its First Tidal Plant\"
  dateline = { city = \"Vancouver\", region = \"British Columbia\", country = \"CA\" }
  embargo = \"2026-11-03 09:00 America/Vancouver\"
  +++
  The body, in Markdown.")]
pub struct New {
    /// Markdown with its facts in front
    #[arg(value_name = "FILE.md")]
    file: PathBuf,
}

impl New {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let written = write::new(&desk, &context.path(&self.file)).await?;
        written::tell(context, &desk, &written);
        Ok(Exit::Done)
    }
}
