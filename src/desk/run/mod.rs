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
mod verdict;
mod worker;

use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::sync::{mpsc, watch};

use crate::desk::Desk;
use crate::desk::letter::route;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::progress::Progress;
use crate::desk::way_back::replies;
use crate::domain::instant::Instant;
use crate::mail::transport::{Auth, Transport};
use crate::store::{desk_row, distribution, notice, place, run as runs};

pub use crate::desk::run::ledger::{Blocked, Counts};

/// How far `run` looks ahead: a little more than cron's minute, so that an instant between two
/// calls is met to the millisecond (OPS-01).
pub const LOOK_AHEAD: Duration = Duration::from_secs(70);

/// How long a refused login rests.
const LOGIN_PAUSE: Duration = Duration::from_mins(15);

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
    /// Somebody else is at it, or everything is stopped.
    #[serde(skip)]
    pub idle_because: Option<&'static str>,
}

/// Trouble on the way to the server.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub message: String,
    pub is_login: bool,
    /// Worth saying now: it has lasted, and nobody was told.
    pub tell: bool,
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
    let transport = route::transport(desk).await?;
    let login = login_key(desk, &transport);
    if let Some(trouble) = still_refused(desk, &login).await? {
        report.trouble = Some(trouble);
        return Ok(report);
    }
    let run_id = lock::enter(desk, &mut held).await?;
    let mut report = engine::work(desk, transport, run_id, options, report).await?;
    report.next_due_at = distribution::next_at(desk.store.db()).await?;
    note_trouble(desk, &mut report, &login).await?;
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

/// A short outage stays silent; one that lasts is told once (`[run] alert_after`).
async fn note_trouble(desk: &Desk, report: &mut Report, login: &str) -> Result<(), Problem> {
    let connection = desk.store.db();
    let Some(trouble) = &mut report.trouble else {
        if report.counts.sent > 0 {
            notice::clear(connection, "route").await?;
            notice::clear(connection, login).await?;
        }
        return Ok(());
    };
    let now = desk.now();
    let key = if trouble.is_login { login } else { "route" };
    let noted = notice::raise(connection, key, now).await?;
    let lasted = Instant::from_millis(noted.since).until(now) >= desk.config.run.alert_after;
    trouble.tell = noted.told_at.is_none() && (lasted || trouble.is_login);
    if trouble.tell || trouble.is_login {
        notice::told(connection, key, now).await?;
    }
    Ok(())
}

/// A login by what it is made of: another password or user is another login, tried at once.
fn login_key(desk: &Desk, transport: &Transport) -> String {
    let facts = match transport {
        Transport::Smtp(route) => match &route.auth {
            Auth::None => format!("{}:{}", route.host, route.port),
            Auth::Password { username, password } => {
                format!(
                    "{}:{} {username} {}",
                    route.host,
                    route.port,
                    password.expose_secret()
                )
            }
            // A fresh token is another try.
            Auth::OAuth2 { username, token } => {
                format!(
                    "{}:{} {username} {}",
                    route.host,
                    route.port,
                    token.expose_secret()
                )
            }
        },
        Transport::Files(_) => String::new(),
    };
    format!("login-{}", desk.key.token_tail("login", &facts))
}

/// A refused login is not tried again for a quarter of an hour: servers lock who insists.
async fn still_refused(desk: &Desk, login: &str) -> Result<Option<Trouble>, Problem> {
    let Some(noted) = notice::find(desk.store.db(), login).await? else {
        return Ok(None);
    };
    let tried = Instant::from_millis(noted.told_at.unwrap_or(noted.since));
    if tried.until(desk.now()) >= LOGIN_PAUSE {
        return Ok(None);
    }
    let message = "the mail server refused this login; it is tried again a quarter of an hour after the last try, or at once with another password".to_owned();
    Ok(Some(Trouble {
        message,
        is_login: true,
        tell: false,
    }))
}
