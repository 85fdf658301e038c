//! `run`: sends what is due, never early, never lost, never silently twice.

mod active;
mod claim;
mod crew;
mod engine;
pub mod foresight;
mod gate;
mod ledger;
mod limits;
pub(crate) mod lock;
pub mod progress;
mod record;
mod steps;
mod strain;
pub(crate) mod trouble;
mod verdict;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::desk::Desk;
use crate::desk::letter::route;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::progress::Progress;
use crate::desk::way_back::replies;
use crate::domain::instant::Instant;
use crate::store::{desk_row, distribution, place, run as runs};

pub use crate::desk::run::ledger::{Blocked, Counts};
pub use crate::desk::run::trouble::{Over, Trouble};

/// How far `run` looks ahead: a little more than cron's minute, so that an instant between two
/// calls is met to the millisecond (OPS-01).
pub const LOOK_AHEAD: Duration = Duration::from_secs(70);

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stay up and look every second.
    pub watch: bool,
    /// Turns true when a signal asks to stop.
    pub stop: watch::Receiver<bool>,
    /// Where a run that stays up says what happened, each time it has nothing else to do.
    pub news: Option<mpsc::UnboundedSender<Report>>,
    /// Where it says a few times a second how far it is, if somebody looks on.
    pub progress: Option<watch::Sender<Progress>>,
}

/// What a run did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub counts: Counts,
    pub blocked: Vec<Blocked>,
    pub next_due_at: Option<Instant>,
    /// Releases whose distribution ended in this run.
    #[serde(skip)]
    pub finished: Vec<String>,
    /// Releases of which a distribution began.
    #[serde(skip)]
    pub started: Vec<String>,
    /// Rows of dead runs that nobody can judge.
    #[serde(skip)]
    pub settled_unknown: u64,
    /// What is wrong with the way to the server.
    #[serde(skip)]
    pub trouble: Option<Trouble>,
    /// A trouble that somebody was told of is over.
    #[serde(skip)]
    pub over: Option<Over>,
    /// Of the unknown ones those of whom a run that stays up has told already.
    #[serde(skip)]
    pub told_unknown: u64,
    /// Somebody else is at it, or everything is stopped.
    #[serde(skip)]
    pub idle_because: Option<&'static str>,
}

impl Report {
    /// The exit code that the README promises.
    pub fn exit(&self) -> Exit {
        if !self.blocked.is_empty() || self.counts.unknown > 0 || self.settled_unknown > 0 {
            return Exit::Partly;
        }
        match &self.trouble {
            Some(trouble) if trouble.is_login => Exit::Login,
            Some(_) => Exit::Temporary,
            None => Exit::Done,
        }
    }
}

/// One step, as cron calls it; with `watch` it goes on until it is stopped.
pub async fn run(desk: &Desk, options: &Options) -> Result<Report, Problem> {
    at_home(desk).await?;
    // A clock that jumps ahead is not believed until the run has looked at it, and blocked.
    let desk = &Desk {
        clock: desk.clock.guarded(),
        ..desk.clone()
    };
    let Some(mut held) = lock::take(desk)? else {
        return Ok(Report {
            idle_because: Some("another run is at work"),
            next_due_at: distribution::next_at(desk.store.db()).await?,
            ..Report::default()
        });
    };
    let settled = lock::settle(desk).await?;
    let mut report = Report {
        settled_unknown: settled.unknown,
        ..Report::default()
    };
    let stopped = desk_row::read(desk.store.db())
        .await?
        .is_some_and(|row| row.stopped_at.is_some());
    let horizon = desk.now().plus(LOOK_AHEAD);
    desk_row::beat(desk.store.db(), desk.now()).await?;
    replies::forget(desk).await?;
    if !options.watch
        && (stopped
            || distribution::active(desk.store.db(), horizon)
                .await?
                .is_empty())
    {
        report.idle_because =
            stopped.then_some("everything is stopped; go on with: dateline start");
        report.next_due_at = distribution::next_at(desk.store.db()).await?;
        return Ok(report);
    }
    let way_out = Arc::new(route::way_out(desk).await?);
    let rests_until = trouble::refused_until(desk, &way_out).await?;
    if rests_until.is_some() && !options.watch {
        report.trouble = Some(Trouble::still_refused());
        return Ok(report);
    }
    let run_id = lock::enter(desk, &mut held).await?;
    let way = engine::Way {
        out: Arc::clone(&way_out),
        rests_until,
    };
    let mut report = engine::work(desk, way, run_id, options, report).await?;
    report.next_due_at = distribution::next_at(desk.store.db()).await?;
    match &mut report.trouble {
        Some(trouble) => trouble::note(desk, &way_out, trouble).await?,
        None if report.counts.sent > 0 => report.over = trouble::end(desk).await?,
        None => {}
    }
    let counts = serde_json::to_string(&report.counts).unwrap_or_default();
    let outcome = if report.trouble.is_some() {
        "trouble"
    } else {
        "done"
    };
    runs::end(desk.store.db(), run_id, desk.now(), outcome, &counts).await?;
    held.let_go().await;
    Ok(report)
}

/// A copy of the database elsewhere must not send what the original sends.
async fn at_home(desk: &Desk) -> Result<(), Problem> {
    let here = place::fingerprint(&desk.store).await?;
    let home = desk_row::read(desk.store.db())
        .await?
        .map(|row| row.place_fingerprint);
    if home.is_none_or(|home| home == here) {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Forbidden,
        "copied-database",
        "this database was made in another place; a copy must not send what the original sends",
    )
    .hint("if this is the one that shall send from now on: dateline db adopt"))
}
