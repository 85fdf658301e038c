//! `dateline release list`.

use crate::cli::context::Context;
use crate::cli::words::clock;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::show;

/// List all releases, newest first
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release list
  dateline release list --json")]
pub struct List {}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let lines = show::releases(&desk).await?;
        if context.output.is_json() {
            context.output.json(&lines);
            return Ok(Exit::Done);
        }
        if lines.is_empty() {
            context
                .output
                .done("There is no release yet. Next: dateline release new FILE.md");
            return Ok(Exit::Done);
        }
        let rows = lines
            .into_iter()
            .map(|line| {
                let status = if line.blocked {
                    format!("{}, blocked", line.status.as_str())
                } else {
                    line.status.as_str().to_owned()
                };
                let when = match (line.next_at, line.embargoed_until) {
                    (Some(at), _) => format!("goes {}", clock(&desk, at)),
                    (None, Some(until)) => format!("embargo {}", clock(&desk, until)),
                    (None, None) => String::new(),
                };
                vec![line.release, status, when, line.headline]
            })
            .collect();
        context
            .output
            .table(&["Release", "Status", "When", "Headline"], rows);
        Ok(Exit::Done)
    }
}
