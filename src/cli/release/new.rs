//! `dateline release new`.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::release::{skeleton, written};
use crate::cli::words::short;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::paste::{self, FromPage};
use crate::desk::release::write;

/// Make a release from a Markdown or Word file: version 1, a draft
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release new harbour-light.md     (with harbour-light.de.md beside it: German too)
  dateline release new harbour-light.docx   (Word: title, headings, lists, tables, pictures)
  dateline release new                      (a skeleton opens in $VISUAL or $EDITOR)
  dateline release new harbour-light --from page.txt --out harbour-light.md
                                            (text copied from a page or a mail: its rests are left out)

The file begins with its facts in TOML between two lines of +++; slug and headline are needed:
  +++
  slug = \"harbour-light\"
  headline = \"Harbour Light Opens Its First Tidal Plant\"
  dateline = { city = \"Vancouver\", region = \"British Columbia\", country = \"CA\" }
  embargo = \"2026-11-03 09:00 America/Vancouver\"
  +++
  The body, in Markdown.")]
pub struct New {
    /// Markdown with its facts in front, or a Word document; with --from the new release's slug;
    /// without it your editor opens
    #[arg(value_name = "FILE|SLUG")]
    file: Option<PathBuf>,
    /// Pasted or republished text, as plain text
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Language of the pasted text (default: the newsroom's)
    #[arg(long, value_name = "LANGUAGE", requires = "from")]
    language: Option<String>,
    /// Write what was recognised as a release file, to go on with
    #[arg(long, value_name = "FILE.md", requires = "from")]
    out: Option<PathBuf>,
}

impl New {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some(from) = &self.from {
            let Some(slug) = &self.file else {
                let message = "--from makes a release, and it has no slug";
                return Err(Problem::new(Exit::Usage, "no-slug", message)
                    .hint("dateline release new SLUG --from FILE"));
            };
            let slug = slug.to_string_lossy().into_owned();
            let from = context.path(from);
            let made = paste::new(&desk, &slug, &from, self.language.as_deref()).await?;
            return self.pasted(context, &desk, &made).await;
        }
        let path = match &self.file {
            Some(file) => context.path(file),
            None => skeleton::write(context)?,
        };
        let written = write::new(&desk, &path).await?;
        written::tell(context, &desk, &written).await?;
        Ok(Exit::Done)
    }

    /// What was recognised, what was left out, and what is missing.
    async fn pasted(
        &self,
        context: &mut Context,
        desk: &Desk,
        made: &FromPage,
    ) -> Result<Exit, Problem> {
        if let Some(out) = &self.out {
            let path = context.path(out);
            std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)
                .and_then(|mut file| file.write_all(made.file.as_bytes()))
                .map_err(|error| {
                    Problem::new(
                        Exit::Failed,
                        "unwritable",
                        format!(
                            "the release is in the database, but {} cannot be written: {error}",
                            path.display()
                        ),
                    )
                    .hint("nothing that exists is overwritten; name another file")
                })?;
        }
        if context.output.is_json() {
            context.output.json(made);
            return Ok(Exit::Done);
        }
        let slug = &made.written.release;
        context.output.say(format!("Headline: {}", made.headline));
        if !made.left_out.is_empty() {
            context.output.say("Left out as rests of the page:");
            for line in made.left_out.iter().take(12) {
                let text: String = line.text.chars().take(64).collect();
                context.output.say(format!("  {:>5}  {text}", line.line));
            }
            if made.left_out.len() > 12 {
                let more = made.left_out.len() - 12;
                context.output.say(format!("         … and {more} more"));
            }
        }
        if !made.missing.is_empty() {
            let missing = made.missing.join(", ");
            context.output.say(format!("Missing: {missing}."));
        }
        context.output.done(format!(
            "{slug} is a draft, version 1 ({}), from pasted text.",
            short(&made.written.content_hash)
        ));
        if let Some(advice) = written::advice(desk, slug).await? {
            context.output.done(advice);
        }
        let next = match &self.out {
            Some(out) => format!(
                "mend {0}, then: dateline release edit {slug} {0}",
                out.display()
            ),
            None => format!("dateline release check {slug}"),
        };
        context.output.done(format!("Next: {next}"));
        Ok(Exit::Done)
    }
}
