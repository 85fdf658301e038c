//! `dateline when`.

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::domain::instant::Instant;
use crate::domain::when::{Moment, WhenProblem, in_words, local, read, read_any, say};
use crate::domain::zones::Zones;

/// Show which instant a date and time means, or why it means none
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline when \"2026-11-03 09:00 America/Vancouver\"
  dateline when 2026-11-03T17:00:00Z --zone Europe/Berlin
  dateline when \"2026-10-25 02:30\" --zone Europe/Berlin     (twice that night: refused, exit 2)

Written as YYYY-MM-DD HH:MM[:SS] [±hh:mm] [Area/City], RFC 3339 or RFC 9557. The same reader is
behind every time that you give to Dateline.")]
pub struct When {
    /// The date and time, with its zone
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Zone for a time without one (default: `[newsroom] time_zone`)
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Answer as if it were this instant, instead of now
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
}

impl When {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let zones = context.zones()?;
        let zone = match self.zone {
            Some(zone) => Some(zone),
            None => context
                .config_if_any()?
                .and_then(|config| config.newsroom.time_zone.clone()),
        };
        let now = match &self.as_of {
            None => context.clock().now(),
            Some(text) => {
                read_any(text, None, &zones)
                    .map_err(|problem| refusal(&problem))?
                    .instant
            }
        };
        match read(&self.text.join(" "), zone.as_deref(), now, &zones) {
            Ok(moment) => {
                answer(context, &moment, now, &zones);
                Ok(Exit::Done)
            }
            Err(problem) if context.output.is_json() => {
                context.output.json(&serde_json::json!({
                    "ok": false,
                    "code": problem.code,
                    "message": problem.message,
                    "readings": problem.readings,
                }));
                Ok(Exit::Usage)
            }
            Err(problem) => Err(refusal(&problem)),
        }
    }
}

fn answer(context: &mut Context, moment: &Moment, now: Instant, zones: &Zones) {
    let until = in_words(now, moment.instant);
    if !context.output.is_json() {
        let said = say(moment.instant, &moment.zone, zones);
        context.output.line(format!("{said}, {until}"));
        context.output.detail(format!(
            "time zone data {} ({})",
            zones.version(),
            zones.source()
        ));
        return;
    }
    let local = local(moment.instant, &moment.zone, zones);
    context.output.json(&serde_json::json!({
        "ok": true,
        "instant": moment.instant,
        "local": local.as_ref().map(|local| &local.civil),
        "zone": moment.zone,
        "weekday": local.as_ref().map(|local| &local.weekday),
        "in": until,
        "tzdata": moment.tzdata,
    }));
}

fn refusal(problem: &WhenProblem) -> Problem {
    let refusal = Problem::new(Exit::Usage, problem.code, &problem.message);
    if problem.readings.is_empty() {
        return refusal;
    }
    refusal.hint(problem.readings.join("\n"))
}
