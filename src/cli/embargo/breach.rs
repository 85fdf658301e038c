//! `dateline embargo breach`.

use crate::cli::context::Context;
use crate::cli::words::clock;
use crate::desk::embargo::breach::{self, USUAL_DAYS};
use crate::desk::problem::{Exit, Problem};

/// Write down that an outlet published early: nobody there gets advance copies for a time
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo breach \"The Daily Example\" --url https://daily.example/story
  dateline embargo breach \"The Daily Example\" --url https://daily.example/story --seen-at \"2026-11-02 21:10\" --days 365")]
pub struct Breach {
    /// The outlet's name
    #[arg(value_name = "OUTLET")]
    outlet: String,
    /// Where the story stands
    #[arg(long, value_name = "URL")]
    url: String,
    /// When it was seen (default: now)
    #[arg(long, value_name = "TIME")]
    seen_at: Option<String>,
    /// How many days they get nothing in advance
    #[arg(long, value_name = "DAYS", default_value_t = USUAL_DAYS)]
    days: u32,
}

impl Breach {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = breach::breach(
            &desk,
            &self.outlet,
            &self.url,
            self.seen_at.as_deref(),
            self.days,
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "Nobody at {} gets anything in advance until {}.",
            done.outlet,
            clock(&desk, done.until)
        ));
        for line in [
            "Next: keep a picture of the page, with the time.",
            "Call the outlet, and decide whether the embargo still makes sense for the others:",
            "  dateline release holders RELEASE                 who has a copy",
            "  dateline embargo lift RELEASE --now --reason …   let everybody publish",
        ] {
            context.output.done(line);
        }
        Ok(Exit::Done)
    }
}
