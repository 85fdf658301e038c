//! `dateline status`, and the bare `dateline`.

use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::words::{count, grouped};
use crate::config::period;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::status::{self, OnItsWay, Status as State};
use crate::domain::when::in_words;

/// Cron calls every minute; five without a call are no accident any more.
const MAX_AGE: &str = "5m";

/// Show what is on its way, what waits for you, and the next step
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline status
  dateline status --check --max-age 5m      (for monitoring: silent and 0, or exit 5 and why)")]
pub struct Status {
    /// Say nothing and exit 0 when all is well; exit 5 and say why when a person is needed
    #[arg(long)]
    check: bool,
    /// With --check: how long ago `dateline run` may have been here, such as 5m
    #[arg(long, value_name = "D", default_value = MAX_AGE, requires = "check")]
    max_age: String,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            check: false,
            max_age: MAX_AGE.to_owned(),
        }
    }
}

impl Status {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let max_age = max_age(&self.max_age)?;
        let desk = context.desk().await?;
        let state = status::status(&desk).await?;
        if self.check {
            status::check(&state, desk.now(), max_age)?;
            return Ok(Exit::Done);
        }
        if context.output.is_json() {
            context.output.json(&state);
        } else {
            tell(&mut context.output, &desk, &state);
        }
        Ok(Exit::Done)
    }
}

fn max_age(text: &str) -> Result<Duration, Problem> {
    period::parse(text).ok_or_else(|| {
        Problem::new(
            Exit::Usage,
            "max-age",
            format!("{text:?} is no length of time"),
        )
        .hint("write it like 90s, 5m or 2h")
    })
}

/// Where things stand, in as few lines as there are things.
pub(in crate::cli) fn tell(output: &mut Output, desk: &Desk, state: &State) {
    output.line(format!(
        "{}: {}, {}, {}.",
        state.newsroom,
        count(state.contacts, "contact"),
        count(state.lists, "list"),
        count(state.releases, "release")
    ));
    if !state.home {
        output.line("This database was made in another place; it sends nothing here.");
    }
    if let Some(stop) = &state.stopped {
        let why = stop
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| format!(": {reason}"));
        output.line(format!(
            "EVERYTHING IS STOPPED, {}, by {}{why}",
            in_words(desk.now(), stop.at),
            stop.by
        ));
    }
    if let Some(trouble) = &state.trouble {
        output.line(format!("  {:<10} {}", "trouble", trouble.words(desk.now())));
    }
    for one in &state.blocked {
        let reason = one.reason.as_deref().unwrap_or_default();
        line(output, "blocked", one, reason);
        output.line(format!(
            "             {}",
            one.explained.as_deref().unwrap_or_default()
        ));
    }
    for one in &state.running {
        line(output, "sending", one, &figures(one));
    }
    for one in &state.paused {
        line(output, "paused", one, &figures(one));
    }
    for one in &state.scheduled {
        let to = format!("{}, to {}", one.in_words, count(one.total, "recipient"));
        line(output, "scheduled", one, &to);
        output.line(format!("             {}", one.said));
    }
    if state.unknown > 0 {
        output.line(format!(
            "  {} may or may not have their mail:",
            count(state.unknown, "recipient")
        ));
        for release in &state.unknown_in {
            output.line(format!("             dateline release report {release}"));
        }
    }
    match state.last_run_at {
        Some(at) => output.line(format!("Last run {}.", in_words(desk.now(), at))),
        None => output.line("dateline run was never called yet; cron calls it every minute."),
    }
    if state.transport != "smtp" {
        let live = if state.transport == "files" {
            " To send: dateline doctor --smtp"
        } else {
            ""
        };
        output.line(format!(
            "[smtp] transport is \"{}\": whatever is scheduled is a rehearsal.{live}",
            state.transport
        ));
    }
    output.line(format!("Next: {}", state.next));
}

fn figures(one: &OnItsWay) -> String {
    format!("{} of {} sent", grouped(one.sent), grouped(one.total))
}

fn line(output: &mut Output, word: &str, one: &OnItsWay, rest: &str) {
    let rehearsal = if one.rehearsal { " (rehearsal)" } else { "" };
    output.line(format!("  {word:<10} {}{rehearsal}: {rest}", one.release));
}
