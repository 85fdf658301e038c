//! The state of the desk: what is on its way, what waits for whom, and the next step.

use std::time::Duration;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::opening::adopt;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::show;
use crate::domain::distribution::{Block, Status as Distributing};
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, desk_row, embargo, ledger, notice, release};

#[derive(Clone, Debug, serde::Serialize)]
pub struct Status {
    pub newsroom: String,
    pub database: String,
    /// `smtp`, `files` or `sink`; anything but `smtp` makes rehearsals.
    pub transport: &'static str,
    pub stopped: Option<Stop>,
    /// Why mail that is due does not get through.
    pub trouble: Option<Trouble>,
    pub running: Vec<OnItsWay>,
    pub scheduled: Vec<OnItsWay>,
    pub paused: Vec<OnItsWay>,
    pub blocked: Vec<OnItsWay>,
    /// Recipients who may or may not have their mail.
    pub unknown: i64,
    /// The releases of these.
    pub unknown_in: Vec<String>,
    pub last_run_at: Option<Instant>,
    /// False: this is a copy of a database that was made elsewhere; it sends nothing.
    pub home: bool,
    pub contacts: i64,
    pub lists: i64,
    pub releases: i64,
    /// A command to type.
    pub next: String,
}

/// Since when nothing is sent, and by whose word.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Stop {
    pub at: Instant,
    pub by: String,
    pub reason: Option<String>,
}

/// What keeps mail that is due from the server.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Trouble {
    /// `login`: it was refused; `route`: the server is away or puts everything off.
    pub code: &'static str,
    pub since: Instant,
    /// It has lasted long enough to need a person.
    pub lasts: bool,
}

impl Trouble {
    /// What happens, since when, and what to do.
    pub fn words(&self, now: Instant) -> String {
        let what = match self.code {
            "login" => "the mail server refuses the login",
            _ => "the mail server is away or takes nothing",
        };
        format!(
            "mail is due and does not get through, as {what} (since {}): dateline doctor --smtp",
            when::in_words(now, self.since)
        )
    }
}

/// A distribution that is not over.
#[derive(Clone, Debug, serde::Serialize)]
pub struct OnItsWay {
    pub release: String,
    pub distribution: i64,
    pub rehearsal: bool,
    pub send_at: Instant,
    pub zone: String,
    /// In its zone and in UTC.
    pub said: String,
    /// `in 2 days 4 h`
    #[serde(rename = "in")]
    pub in_words: String,
    pub sent: i64,
    /// Everybody it is for.
    pub total: i64,
    pub reason: Option<String>,
    /// What happened, and what to do.
    pub explained: Option<String>,
    /// The command that mends it.
    pub fix: Option<String>,
}

pub async fn status(desk: &Desk) -> Result<Status, Problem> {
    let connection = desk.store.db();
    let totals = ledger::totals(connection).await?;
    let row = desk_row::read(connection).await?;
    let stopped = row.as_ref().and_then(|row| {
        Some(Stop {
            at: Instant::from_millis(row.stopped_at?),
            by: row.stopped_by.clone().unwrap_or_default(),
            reason: row
                .stopped_reason
                .clone()
                .filter(|reason| !reason.is_empty()),
        })
    });
    let mut status = Status {
        newsroom: desk.config.newsroom.name.clone(),
        database: desk.store.shown().to_owned(),
        transport: match desk.config.smtp.transport {
            Transport::Smtp => "smtp",
            Transport::Files => "files",
            Transport::Sink => "sink",
        },
        stopped,
        trouble: None,
        running: Vec::new(),
        scheduled: Vec::new(),
        paused: Vec::new(),
        blocked: Vec::new(),
        unknown: totals.unknown,
        unknown_in: Vec::new(),
        last_run_at: row
            .and_then(|row| row.last_run_at)
            .map(Instant::from_millis),
        home: adopt::is_home(desk).await?,
        contacts: totals.contacts,
        lists: totals.lists,
        releases: totals.releases,
        next: String::new(),
    };
    if status.unknown > 0 {
        status.unknown_in = ledger::doubtful(connection).await?;
    }
    for one in distribution::open(connection).await? {
        let place = match one.status {
            Distributing::Running => &mut status.running,
            Distributing::Preparing | Distributing::Scheduled => &mut status.scheduled,
            Distributing::Paused => &mut status.paused,
            Distributing::Blocked => &mut status.blocked,
            Distributing::Finished | Distributing::Canceled => continue,
        };
        place.push(on_its_way(desk, &one).await?);
    }
    status.trouble = trouble(desk, &status).await?;
    status.next = next(desk, &status).await?;
    Ok(status)
}

/// What was noted when mail was tried last; with nothing due it is no trouble of today.
async fn trouble(desk: &Desk, status: &Status) -> Result<Option<Trouble>, Problem> {
    let now = desk.now();
    let waiting = status.running.iter().chain(&status.scheduled);
    if !waiting.into_iter().any(|one| one.send_at <= now) {
        return Ok(None);
    }
    let noted = notice::on_the_way(desk.store.db()).await?;
    Ok(noted.map(|noted| {
        let since = Instant::from_millis(noted.since);
        let code = if noted.is_login { "login" } else { "route" };
        let lasts = noted.is_login || since.until(now) >= desk.config.run.alert_after;
        Trouble { code, since, lasts }
    }))
}

async fn on_its_way(desk: &Desk, one: &Distribution) -> Result<OnItsWay, Problem> {
    let connection = desk.store.db();
    let slug = release::by_id(connection, one.release_id)
        .await?
        .map_or_else(String::new, |release| release.slug);
    let counts = delivery::counts(connection, one.id).await?;
    let of = |status: &str| {
        counts
            .iter()
            .find(|count| count.status == status)
            .map_or(0, |count| count.value)
    };
    let all: i64 = counts.iter().map(|count| count.value).sum();
    let reason = one.reason.clone();
    Ok(OnItsWay {
        distribution: one.id,
        rehearsal: one.rehearsal,
        send_at: one.send_at,
        zone: one.zone.clone(),
        said: when::say(one.send_at, &one.zone, &desk.zones),
        in_words: when::in_words(desk.now(), one.send_at),
        sent: of("sent"),
        total: all - of("suppressed") - of("canceled"),
        explained: reason
            .as_deref()
            .map(|reason| Block::explain(reason).replace("SLUG", &slug)),
        fix: reason.as_deref().map(|reason| show::fix(&slug, reason)),
        reason,
        release: slug,
    })
}

/// What a person would do now: first what is wrong, then what comes next.
async fn next(desk: &Desk, status: &Status) -> Result<String, Problem> {
    let command = if !status.home {
        "dateline db adopt".to_owned()
    } else if status.stopped.is_some() {
        "dateline start".to_owned()
    } else if let Some(fix) = status.blocked.iter().find_map(|one| one.fix.clone()) {
        fix
    } else if let Some(one) = status.paused.first() {
        format!("dateline release resume {}", one.release)
    } else if status.contacts == 0 {
        "dateline contact import contacts.csv --source \"where they are from\" --list media"
            .to_owned()
    } else if let Some(open) = first_open(desk).await? {
        open
    } else if !status.running.is_empty() || !status.scheduled.is_empty() {
        "dateline run".to_owned()
    } else {
        "dateline release new FILE.md".to_owned()
    };
    Ok(command)
}

/// Without a call for so long cron is not at work.
const FORGOTTEN: Duration = Duration::from_mins(10);

/// Since when nothing calls `dateline run`, in words; None while something does.
pub async fn uncalled(desk: &Desk) -> Result<Option<String>, Problem> {
    let row = desk_row::read(desk.store.db()).await?;
    let last = row
        .and_then(|row| row.last_run_at)
        .map(Instant::from_millis);
    Ok(match last {
        None => Some("dateline run was never called here".to_owned()),
        Some(at) if at.until(desk.now()) > FORGOTTEN => Some(format!(
            "dateline run was here last {}",
            when::in_words(desk.now(), at)
        )),
        Some(_) => None,
    })
}

/// The next step of the newest release that is not scheduled yet.
async fn first_open(desk: &Desk) -> Result<Option<String>, Problem> {
    use crate::domain::release::Status::{Approved, Draft};
    let connection = desk.store.db();
    for release in release::all(connection).await? {
        if matches!(release.status, Draft | Approved) {
            let state = embargo::current(connection, release.id).await?;
            let all = distribution::of_release(connection, release.id).await?;
            return Ok(Some(show::next(
                &release,
                &all,
                state.is_active(desk.now()),
            )));
        }
    }
    Ok(None)
}

/// What `status --check` complains about, a sentence each; none: all is well.
pub fn complaints(status: &Status, now: Instant, max_age: Duration) -> Vec<String> {
    let mut found = Vec::new();
    if !status.home {
        found.push(
            "this database was made in another place, so nothing is sent: dateline db adopt"
                .to_owned(),
        );
    }
    if let Some(stop) = &status.stopped {
        let why = stop.reason.as_ref();
        let why = why.map_or_else(String::new, |reason| format!(" ({reason})"));
        found.push(format!(
            "everything is stopped, {}, by {}{why}: dateline start",
            when::in_words(now, stop.at),
            stop.by
        ));
    }
    if let Some(trouble) = status.trouble.as_ref().filter(|trouble| trouble.lasts) {
        found.push(trouble.words(now));
    }
    for one in &status.blocked {
        found.push(format!(
            "{} is blocked ({}): {}",
            one.release,
            one.reason.as_deref().unwrap_or("no reason"),
            one.explained.as_deref().unwrap_or_default()
        ));
    }
    if status.unknown > 0 {
        found.push(format!(
            "{} recipients of {} may or may not have their mail: dateline release report",
            status.unknown,
            status.unknown_in.join(", ")
        ));
    }
    match status.last_run_at {
        None => found.push("dateline run was never called here: put it into cron".to_owned()),
        Some(at) if at.until(now) > max_age => found.push(format!(
            "dateline run was here last {}: is cron at work?",
            when::in_words(now, at)
        )),
        Some(_) => {}
    }
    found
}

/// Fails with exit 5 where there is anything to complain about.
pub fn check(status: &Status, now: Instant, max_age: Duration) -> Result<(), Problem> {
    let found = complaints(status, now, max_age);
    if found.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Exit::Found, "needs-attention", found.join("\n")).hint("dateline status"))
}
