//! `dateline embargo ics`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::embargo::calendar;
use crate::desk::problem::{Exit, Problem};
use crate::domain::when::say;

/// Write the lift as a calendar file (.ics) for the team
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo ics harbour-light lift.ics
  dateline embargo ics harbour-light - --title \"Embargo lifts: project H\"

Open the file with a calendar, or mail it to the team. After a move or a lift write it again: it is
the same entry, and calendars move it. It names the release by its slug and never by its headline;
--title says something else. Times are in UTC, so that every calendar shows its own.")]
pub struct Ics {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Where to write it; an older file there is replaced. "-" is standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the entry is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

impl Ics {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let entry = calendar::entry(&desk, &self.release, self.title.as_deref()).await?;
        if self.file.as_os_str() == "-" {
            context.output.bytes(entry.text.as_bytes());
            return Ok(Exit::Done);
        }
        let path = context.path(&self.file);
        std::fs::write(&path, &entry.text).map_err(|why| {
            let message = format!("{} could not be written: {why}", path.display());
            Problem::new(Exit::Failed, "file", message).hint("choose another place")
        })?;
        if context.output.is_json() {
            context.output.json(&entry);
            return Ok(Exit::Done);
        }
        let zone = desk.config.newsroom.time_zone.as_deref().unwrap_or("UTC");
        let canceled = if entry.canceled { " (canceled)" } else { "" };
        context.output.done(format!(
            "Wrote {}: {}{canceled}, {}.",
            self.file.display(),
            entry.summary,
            say(entry.starts, zone, &desk.zones)
        ));
        Ok(Exit::Done)
    }
}
