//! `dateline embargo show`.

use crate::cli::context::Context;
use crate::cli::words::clock;
use crate::desk::embargo::explain;
use crate::desk::problem::{Exit, Problem};

/// Show the embargo of a release and how it came about
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo show harbour-light")]
pub struct Show {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let shown = explain::show(&desk, &self.release).await?;
        if context.output.is_json() {
            context.output.json(&shown);
            return Ok(Exit::Done);
        }
        let holds = match (&shown.said, shown.active) {
            (Some(said), true) => format!("Under embargo until {said}."),
            (Some(said), false) => format!("The embargo ended {said}."),
            (None, true) => "Under embargo.".to_owned(),
            (None, false) => "Under no embargo.".to_owned(),
        };
        context.output.line(holds);
        let rows = shown
            .acts
            .into_iter()
            .map(|act| {
                vec![
                    act.seq.to_string(),
                    act.act.to_owned(),
                    act.to.unwrap_or_default(),
                    clock(&desk, act.at),
                    act.by,
                    act.reason.unwrap_or_default(),
                ]
            })
            .collect();
        context
            .output
            .table(&["No", "Act", "To", "When", "Who", "Why"], rows);
        Ok(Exit::Done)
    }
}
