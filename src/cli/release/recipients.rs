//! `dateline release recipients`.

use crate::cli::context::Context;
use crate::cli::release::asked::Asked;
use crate::cli::words::{clock, count, grouped};
use crate::desk::distribution::schedule::Start;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::report;

/// List who gets a release and who not, with the reason
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release recipients harbour-light --list tech     (who would get it now)
  dateline release recipients harbour-light                 (who was scheduled, and what became of it)
  dateline release recipients harbour-light --json | jq '.[] | select(.status == \"failed\")'")]
pub struct Recipients {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    #[command(flatten)]
    asked: Asked,
    /// Only this distribution
    #[arg(long, value_name = "N", conflicts_with_all = ["lists", "to", "except"])]
    distribution: Option<i64>,
}

impl Recipients {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let is_plan = !self.asked.is_empty();
        let release = self.release;
        let request = is_plan.then(|| self.asked.request(release.clone(), Start::AtLift, None));
        let lines =
            report::recipients(&desk, &release, self.distribution, request.as_ref()).await?;
        if context.output.is_json() {
            context.output.json(&lines);
            return Ok(Exit::Done);
        }
        if lines.is_empty() {
            context.output.done(format!(
                "Nobody yet. See who would get it: dateline release recipients {release} --list LIST"
            ));
            return Ok(Exit::Done);
        }
        let getting = lines
            .iter()
            .filter(|line| !matches!(line.status.as_str(), "suppressed" | "canceled"))
            .count();
        let (getting, all) = (number(getting), number(lines.len()));
        let rows = lines
            .into_iter()
            .map(|line| {
                let why = match (line.reason, line.sent_at, line.reply) {
                    (Some(reason), _, _) => reason,
                    (None, Some(at), _) => clock(&desk, at),
                    (None, None, Some(reply)) => reply,
                    (None, None, None) => String::new(),
                };
                vec![line.email, line.outlet, line.list, line.status, why]
            })
            .collect();
        context.output.table(
            &["Contact", "Outlet", "List", "Status", "Why, or when"],
            rows,
        );
        let word = if is_plan {
            "would get it"
        } else {
            "get it or have it"
        };
        context.output.say(format!(
            "{} of {} {word}.",
            grouped(getting),
            count(all, "contact")
        ));
        Ok(Exit::Done)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
