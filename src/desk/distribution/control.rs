//! A person's hand on the sending: stop and start everything, pause, resume, cancel, unschedule.
//!
//! Each act guards the state it starts from in its own transaction, so that a run at work and a
//! second person can only ever agree; a body that is under way ends as the server says.

use crate::desk::Desk;
use crate::desk::distribution::hindrance;
use crate::desk::problem::{Exit, Problem, again};
use crate::desk::release::approve;
use crate::desk::release::write;
use crate::domain::delivery::Status as Delivering;
use crate::domain::distribution::{Purpose, Status};
use crate::domain::instant::Instant;
use crate::domain::release::{Release, Status as Standing};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, desk_row, embargo, release};

/// What `stop` and `start` found and did.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Stopped {
    pub stopped: bool,
    /// False: it was so already.
    pub changed: bool,
    pub at: Option<Instant>,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// Stops all sending on all machines, before the next body. Whoever stopped first stays named.
pub async fn stop(desk: &Desk, reason: &str) -> Result<Stopped, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let changed = desk_row::stop(&transaction, desk.now(), &desk.actor, reason).await?;
    if changed {
        desk.log(&transaction, "stop", "desk", 1, serde_json::json!({}))
            .await?;
    }
    let stopped = standing(&transaction, changed).await?;
    commit(transaction).await?;
    Ok(stopped)
}

/// Lets sending go on.
pub async fn start(desk: &Desk) -> Result<Stopped, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let changed = desk_row::start(&transaction).await?;
    if changed {
        desk.log(&transaction, "start", "desk", 1, serde_json::json!({}))
            .await?;
    }
    let stopped = standing(&transaction, changed).await?;
    commit(transaction).await?;
    Ok(stopped)
}

async fn standing(connection: &impl ConnectionTrait, changed: bool) -> Result<Stopped, Problem> {
    let row = desk_row::read(connection).await?;
    let (at, by, reason) = row
        .map(|row| (row.stopped_at, row.stopped_by, row.stopped_reason))
        .unwrap_or_default();
    Ok(Stopped {
        stopped: at.is_some(),
        changed,
        at: at.map(Instant::from_millis),
        by,
        reason: reason.filter(|reason| !reason.is_empty()),
    })
}

/// What an act made of a release and its distributions.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Turned {
    pub release: String,
    /// The release's status after it.
    pub status: Standing,
    pub distributions: Vec<TurnedOne>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct TurnedOne {
    pub id: i64,
    pub status: Status,
    pub rehearsal: bool,
    /// Mails that the server took.
    pub sent: i64,
    /// Recipients that still wait.
    pub waiting: i64,
    pub canceled: i64,
    pub unknown: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Pause,
    Resume { late: bool },
    Cancel,
    Unschedule,
}

impl Act {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume { .. } => "resume",
            Self::Cancel => "cancel",
            Self::Unschedule => "unschedule",
        }
    }

    /// The statuses it starts from.
    const fn from(self) -> &'static [Status] {
        use Status::{Blocked, Paused, Preparing, Running, Scheduled};
        match self {
            Self::Pause => &[Scheduled, Running],
            Self::Resume { .. } => &[Paused, Blocked],
            Self::Cancel | Self::Unschedule => &[Preparing, Scheduled, Running, Paused, Blocked],
        }
    }
}

/// Holds a release's distributions, or one of them, until `resume`.
pub async fn pause(desk: &Desk, slug: &str, only: Option<i64>) -> Result<Turned, Problem> {
    act(desk, slug, only, Act::Pause).await
}

/// Lets paused and blocked distributions go on. One that is later than `[run] max_lateness` allows
/// goes only with `late`; one that was blocked goes only when its reason holds no more.
pub async fn resume(
    desk: &Desk,
    slug: &str,
    only: Option<i64>,
    late: bool,
) -> Result<Turned, Problem> {
    act(desk, slug, only, Act::Resume { late }).await
}

/// Ends distributions for good: who has not got the mail does not get it.
pub async fn cancel(desk: &Desk, slug: &str, only: Option<i64>) -> Result<Turned, Problem> {
    act(desk, slug, only, Act::Cancel).await
}

/// Takes back a scheduling of which no mail was begun: as if it had not been scheduled.
pub async fn unschedule(desk: &Desk, slug: &str, only: Option<i64>) -> Result<Turned, Problem> {
    act(desk, slug, only, Act::Unschedule).await
}

async fn act(desk: &Desk, slug: &str, only: Option<i64>, act: Act) -> Result<Turned, Problem> {
    let mut tries = 0;
    loop {
        match attempt(desk, slug, only, act).await {
            Err(problem) if again(&problem, &mut tries) => {}
            done => return done,
        }
    }
}

async fn attempt(desk: &Desk, slug: &str, only: Option<i64>, act: Act) -> Result<Turned, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    let all = distribution::of_release(&transaction, release.id).await?;
    let ends_hold = release.held_at.is_some() && matches!(act, Act::Resume { .. });
    let meant = match meant(&release, &all, only, act) {
        // A hold is over also where nothing of it waits.
        Err(_) if ends_hold && only.is_none() => Vec::new(),
        found => found?,
    };
    if ends_hold {
        release::set_held(&transaction, release.id, None).await?;
    }
    if act == Act::Unschedule {
        for one in &meant {
            if delivery::has_begun(&transaction, one.id).await? {
                return Err(begun(&release, one));
            }
        }
    }
    let mut turned = Vec::new();
    for one in &meant {
        let status = turn(desk, &transaction, &release, one, act).await?;
        turned.push(counted(&transaction, one, status).await?);
    }
    let status = settle(desk, &transaction, &release).await?;
    desk_row::touch(&transaction).await?;
    let ids: Vec<i64> = turned.iter().map(|one| one.id).collect();
    let mut detail = serde_json::json!({ "distributions": ids });
    if act == (Act::Resume { late: true }) {
        detail["late"] = true.into();
    }
    desk.log(&transaction, act.as_str(), "release", release.id, detail)
        .await?;
    commit(transaction).await?;
    Ok(Turned {
        release: release.slug,
        status,
        distributions: turned,
    })
}

/// The distributions an act is for; none is a refusal that says what can be done instead.
fn meant(
    release: &Release,
    all: &[Distribution],
    only: Option<i64>,
    act: Act,
) -> Result<Vec<Distribution>, Problem> {
    let slug = &release.slug;
    if let Some(id) = only {
        let Some(one) = all.iter().find(|one| one.id == id) else {
            let known: Vec<String> = all.iter().map(|one| one.id.to_string()).collect();
            let message = format!("{slug} has no distribution {id}");
            return Err(Problem::new(Exit::Usage, "no-distribution", message).hint(
                if known.is_empty() {
                    format!("schedule it first: dateline release schedule {slug}")
                } else {
                    format!("it has: {}", known.join(", "))
                },
            ));
        };
        if !act.from().contains(&one.status) {
            return Err(wrong_state(release, std::slice::from_ref(one), act));
        }
        return Ok(vec![one.clone()]);
    }
    let meant: Vec<Distribution> = all
        .iter()
        .filter(|one| act.from().contains(&one.status))
        .cloned()
        .collect();
    if meant.is_empty() {
        return Err(wrong_state(release, all, act));
    }
    Ok(meant)
}

fn wrong_state(release: &Release, looked_at: &[Distribution], act: Act) -> Problem {
    let slug = &release.slug;
    let word = act.as_str();
    let is = |status: Status| looked_at.iter().any(|one| one.status == status);
    let (message, hint) = if looked_at.is_empty() {
        (
            format!("there is nothing to {word}: {slug} is not scheduled"),
            format!("schedule it: dateline release schedule {slug} --list LIST"),
        )
    } else if is(Status::Scheduled) || is(Status::Running) {
        (
            format!("there is nothing to resume: {slug} is on its way"),
            format!("look at it: dateline release report {slug}"),
        )
    } else if is(Status::Paused) || is(Status::Blocked) {
        (
            format!("there is nothing to {word}: {slug} waits already"),
            format!(
                "let it go on: dateline release resume {slug}; or end it: dateline release cancel {slug}"
            ),
        )
    } else {
        (
            format!("there is nothing to {word}: every distribution of {slug} is over"),
            format!(
                "look at it: dateline release report {slug}; or schedule another: dateline release schedule {slug}"
            ),
        )
    };
    Problem::new(Exit::Forbidden, "wrong-state", message).hint(hint)
}

fn begun(release: &Release, one: &Distribution) -> Problem {
    let slug = &release.slug;
    Problem::new(
        Exit::Forbidden,
        "already-begun",
        format!(
            "distribution {} of {slug} has begun; mail that is out cannot be taken back",
            one.id
        ),
    )
    .hint(format!("stop the rest: dateline release cancel {slug}"))
}

async fn turn(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    one: &Distribution,
    act: Act,
) -> Result<Status, Problem> {
    let to = match act {
        Act::Pause => Status::Paused,
        Act::Cancel | Act::Unschedule => Status::Canceled,
        Act::Resume { late } => {
            hindrance::none(desk, connection, release, one, late).await?;
            // A person looked at it just now: lateness counts from here.
            if one.started_at.is_some() || late {
                distribution::forgive_lateness(connection, one.id, desk.now()).await?;
            }
            if one.started_at.is_some() {
                Status::Running
            } else {
                Status::Scheduled
            }
        }
    };
    if !distribution::turn(connection, one.id, act.from(), to, None).await? {
        // On PostgreSQL a run may have finished it between our look and our hand.
        return Err(Problem::new(
            Exit::Failed,
            "changed-meanwhile",
            format!("distribution {} changed while it was looked at", one.id),
        )
        .hint("try again"));
    }
    if to == Status::Canceled {
        delivery::cancel(connection, one.id, desk.now()).await?;
    }
    Ok(to)
}

/// A distribution's figures after an act.
pub(crate) async fn counted(
    connection: &impl ConnectionTrait,
    one: &Distribution,
    status: Status,
) -> Result<TurnedOne, Problem> {
    let counts = delivery::counts(connection, one.id).await?;
    let of = |wanted: &[Delivering]| {
        counts
            .iter()
            .filter(|count| wanted.iter().any(|status| status.as_str() == count.status))
            .map(|count| count.value)
            .sum()
    };
    Ok(TurnedOne {
        id: one.id,
        status,
        rehearsal: one.rehearsal,
        sent: of(&[Delivering::Sent]),
        waiting: of(&[
            Delivering::Queued,
            Delivering::Deferred,
            Delivering::Sending,
        ]),
        canceled: of(&[Delivering::Canceled]),
        unknown: of(&[Delivering::Unknown]),
    })
}

/// Gives a release the status that its distributions say; rehearsals say nothing.
pub(crate) async fn settle(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
) -> Result<Standing, Problem> {
    if matches!(release.status, Standing::Corrected | Standing::Killed) {
        return Ok(release.status);
    }
    let (mut is_open, mut is_out) = (false, false);
    let embargo = embargo::current(connection, release.id).await?;
    let embargoed = embargo.is_active(desk.now());
    for one in distribution::of_release(connection, release.id).await? {
        if one.rehearsal {
            continue;
        }
        is_open |= !matches!(one.status, Status::Finished | Status::Canceled);
        // What is under way or unknown may well be out: nothing may be edited under it.
        let may_be_out = ["sent", "sending", "unknown"];
        if embargoed || !Purpose::parse(&one.purpose).is_some_and(Purpose::is_out) {
            continue;
        }
        is_out |= delivery::counts(connection, one.id)
            .await?
            .iter()
            .any(|count| count.value > 0 && may_be_out.contains(&count.status.as_str()));
    }
    let status = if is_open {
        Standing::Scheduled
    } else if is_out {
        Standing::Distributed
    } else {
        let version = approve::current_version(connection, release).await?;
        if approve::is_approved(desk, connection, release, &version).await? {
            Standing::Approved
        } else {
            Standing::Draft
        }
    };
    if status != release.status {
        release::set_status(connection, release.id, status).await?;
    }
    Ok(status)
}
