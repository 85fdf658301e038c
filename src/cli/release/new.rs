//! `dateline release new`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::{skeleton, written};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;

/// Make a release from a Markdown or Word file: version 1, a draft
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release new harbour-light.md     (with harbour-light.de.md beside it: German too)
  dateline release new harbour-light.docx   (Word: title, headings, lists, tables, pictures)
  dateline release new                      (a skeleton opens in $VISUAL or $EDITOR)

The file begins with its facts in TOML between two lines of +++; slug and headline are needed:
  +++
  slug = \"harbour-light\"
  headline = \"Harbour Light Opens Its First Tidal Plant\"
  dateline = { city = \"Vancouver\", region = \"British Columbia\", country = \"CA\" }
  embargo = \"2026-11-03 09:00 America/Vancouver\"
  +++
  The body, in Markdown.")]
pub struct New {
    /// Markdown with its facts in front, or a Word document; without it your editor opens
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl New {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let path = match &self.file {
            Some(file) => context.path(file),
            None => skeleton::write(context)?,
        };
        let written = write::new(&desk, &path).await?;
        written::tell(context, &desk, &written);
        Ok(Exit::Done)
    }
}
