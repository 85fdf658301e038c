//! `dateline release diff`.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::diff::{self, Change, Part};

/// Show what changed between two versions, part by part
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release diff harbour-light            (the last two versions)
  dateline release diff harbour-light 1          (version 1 and the newest)
  dateline release diff harbour-light 1 3 --json

On a terminal what went is red and what came is green; elsewhere [-gone-] and {+new+}.")]
pub struct Diff {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// The older version (default: the one before the newer)
    #[arg(value_name = "V1")]
    from: Option<i64>,
    /// The newer version (default: the newest)
    #[arg(value_name = "V2")]
    to: Option<i64>,
}

impl Diff {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let found = diff::diff(&desk, &self.release, self.from, self.to).await?;
        if context.output.is_json() {
            context.output.json(&found);
            return Ok(Exit::Done);
        }
        if found.parts.is_empty() {
            context.output.line(format!(
                "Versions {} and {} of {} say the same.",
                found.from, found.to, found.release
            ));
            return Ok(Exit::Done);
        }
        context.output.line(format!(
            "{}, version {} to {}",
            found.release, found.from, found.to
        ));
        tell(&mut context.output, &found.parts);
        Ok(Exit::Done)
    }
}

/// The parts, each under its name.
pub(in crate::cli) fn tell(output: &mut Output, parts: &[Part]) {
    for part in parts {
        let language = part.language.as_deref();
        let language = language.map_or_else(String::new, |language| format!(" ({language})"));
        output.line(format!("\n{}{language}", part.part));
        let pieces: Vec<(Change, &str)> = part
            .pieces
            .iter()
            .map(|piece| (piece.change, piece.text.as_str()))
            .collect();
        output.changes(&pieces);
    }
}
