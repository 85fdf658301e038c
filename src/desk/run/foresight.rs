//! `run --dry-run`: what would go until an instant, to whom, and why everybody else is held. It asks
//! the questions that `run` asks, of a transaction that only reads.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::clock::Clock;
use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::active::Active;
use crate::desk::run::{at_home, claim, gate};
use crate::domain::distribution::{Block, Purpose, Status};
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::store::connection::{ConnectionTrait, begin_read};
use crate::store::distribution::{self, Distribution};
use crate::store::foresight::{self, Waiting};
use crate::store::{desk_row, release};

/// What would happen if `run` were called every minute until `at`, and nobody did anything else.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Foresight {
    pub now: Instant,
    pub at: Instant,
    /// Why nothing at all would go, where that is so.
    pub stopped: Option<&'static str>,
    pub goes: Vec<Going>,
    pub held: Vec<Held>,
    /// Everybody by name, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<Row>>,
}

/// A distribution that would go, with its recipients.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Going {
    pub distribution: i64,
    pub release: String,
    pub purpose: String,
    pub rehearsal: bool,
    /// When its first mail would be begun.
    pub moment: Instant,
    pub recipients: u64,
}

/// Recipients of one distribution who would not get it by then, for one reason.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Held {
    pub distribution: i64,
    pub release: String,
    pub purpose: String,
    pub reason: String,
    /// What that means.
    pub why: String,
    pub recipients: u64,
}

/// One recipient.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Row {
    pub distribution: i64,
    pub contact: i64,
    pub email: String,
    pub outlet: String,
    /// When it would go; None: it would not.
    pub goes_at: Option<Instant>,
    pub reason: Option<String>,
}

/// Looks ahead until `at` (now, if nothing is given) and changes nothing (OPS-04). Each distribution
/// is judged at the moment at which `run` would begin it, with the agreements, opt-outs and statuses
/// of today. Limits and refusals of servers are not foreseen.
///
/// Refused (2) for an instant that is past, (4) on a copied database.
pub async fn foresee(desk: &Desk, at: Option<&str>, with_rows: bool) -> Result<Foresight, Problem> {
    let now = desk.now();
    let zone = desk.config.newsroom.time_zone.as_deref();
    let at = match at {
        Some(text) => when::read(text, zone, now, &desk.zones)?.instant,
        None => now,
    };
    at_home(desk).await?;
    let transaction = begin_read(desk.store.db()).await?;
    let row = desk_row::read(&transaction).await?;
    let stopped = row
        .is_some_and(|row| row.stopped_at.is_some())
        .then_some("everything is stopped; go on with: dateline start");
    let mut seen = Seen {
        at,
        with_rows,
        stopped: stopped.is_some(),
        ..Seen::default()
    };
    let mut open = distribution::open(&transaction).await?;
    open.sort_by_key(|one| (one.send_at.max(now), one.id));
    for one in &open {
        let moment = one.send_at.max(now);
        // The questions are asked as of then: the gate looks at the desk's clock, too.
        let then = Desk {
            clock: Clock::fixed(moment),
            ..desk.clone()
        };
        look(&then, &transaction, one, moment, &mut seen).await?;
    }
    // Never committed: nothing was written, and nothing shall be.
    drop(transaction);
    Ok(Foresight {
        now,
        at,
        stopped,
        goes: seen.goes,
        held: seen.held,
        rows: with_rows.then_some(seen.rows),
    })
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    at: Instant,
    with_rows: bool,
    stopped: bool,
    goes: Vec<Going>,
    held: Vec<Held>,
    rows: Vec<Row>,
    /// Who would have got an advance copy of which release by then.
    advanced: HashSet<(i64, i64)>,
}

/// Why all of a distribution waits, or what is known of it when it goes.
async fn verdict(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    one: &Distribution,
    moment: Instant,
    seen: &Seen,
) -> Result<Result<Active, (String, String)>, Problem> {
    let because = |code: &str, why: String| Ok(Err((code.to_owned(), why)));
    match one.status {
        Status::Paused => {
            return because(
                "paused",
                "a person paused it; dateline release resume goes on".to_owned(),
            );
        }
        Status::Blocked => {
            let reason = one.reason.as_deref().unwrap_or("blocked");
            return because(reason, Block::explain(reason).to_owned());
        }
        Status::Preparing => return because("preparing", "it is being scheduled".to_owned()),
        _ => {}
    }
    if moment > seen.at {
        let when = when::say(one.send_at, &one.zone, &desk.zones);
        let why = if one.follows_embargo {
            format!("under embargo; it goes at the lift, {when}")
        } else {
            format!("it is due {when}")
        };
        let code = if one.follows_embargo {
            "embargo"
        } else {
            "not-due"
        };
        return because(code, why);
    }
    if seen.stopped {
        return because("stopped", "everything is stopped".to_owned());
    }
    Ok(match gate::examine(desk, connection, one, moment).await? {
        Ok(mut active) => {
            active.distribution.status = Status::Running;
            Ok(active)
        }
        Err(block) => Err((
            block.as_str().to_owned(),
            Block::explain(block.as_str()).to_owned(),
        )),
    })
}

async fn look(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    one: &Distribution,
    moment: Instant,
    seen: &mut Seen,
) -> Result<(), Problem> {
    let slug = release::by_id(connection, one.release_id)
        .await?
        .map(|release| release.slug)
        .unwrap_or_default();
    let verdict = verdict(desk, connection, one, moment, seen).await?;
    let mut held: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut going, mut after) = (0, 0);
    loop {
        let page = foresight::page(connection, one.id, after).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let fates = match &verdict {
            Err(why) => page.iter().map(|row| Some(all_wait(row, why))).collect(),
            Ok(active) => judge(desk, connection, active, &page, moment, seen).await?,
        };
        for (row, fate) in page.iter().zip(fates) {
            if seen.with_rows {
                seen.rows.push(Row {
                    distribution: one.id,
                    contact: row.contact_id,
                    email: row.address.clone(),
                    outlet: row.outlet.clone(),
                    goes_at: fate.is_none().then(|| due(row, moment)),
                    reason: fate.as_ref().map(|(code, _)| code.clone()),
                });
            }
            match fate {
                None => {
                    going += 1;
                    if one.purpose == Purpose::Advance.as_str() {
                        seen.advanced.insert((one.release_id, row.contact_id));
                    }
                }
                Some(why) => *held.entry(why).or_default() += 1,
            }
        }
    }
    if going > 0 {
        seen.goes.push(Going {
            distribution: one.id,
            release: slug.clone(),
            purpose: one.purpose.clone(),
            rehearsal: one.rehearsal,
            moment,
            recipients: going,
        });
    }
    seen.held
        .extend(held.into_iter().map(|((reason, why), recipients)| Held {
            distribution: one.id,
            release: slug.clone(),
            purpose: one.purpose.clone(),
            reason,
            why,
            recipients,
        }));
    Ok(())
}

/// When a row may go: it may wait for its next try.
fn due(row: &Waiting, moment: Instant) -> Instant {
    row.due_at.map_or(moment, Instant::from_millis).max(moment)
}

/// Where the whole distribution waits: those who get nothing anyway have a reason of their own.
fn all_wait(row: &Waiting, why: &(String, String)) -> (String, String) {
    settled(row).unwrap_or_else(|| why.clone())
}

/// A row that is decided already.
fn settled(row: &Waiting) -> Option<(String, String)> {
    let (code, why) = match (row.status.as_str(), &row.reason) {
        ("suppressed", Some(reason)) => (reason.as_str(), "gets nothing, since it was scheduled"),
        ("suppressed", None) => ("suppressed", "gets nothing, since it was scheduled"),
        ("canceled", _) => ("canceled", "canceled"),
        ("sending", _) => ("sending", "on its way at this moment"),
        _ if row.address.is_empty() => ("erased", "the person was erased"),
        _ => return None,
    };
    Some((code.to_owned(), why.to_owned()))
}

/// The fate of each row of a page of a distribution that goes; None: it goes, too.
async fn judge(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    active: &Active,
    page: &[Waiting],
    moment: Instant,
    seen: &Seen,
) -> Result<Vec<Option<(String, String)>>, Problem> {
    let mut by_list: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    for row in page.iter().filter(|row| settled(row).is_none()) {
        by_list.entry(row.list_id).or_default().push(row.contact_id);
    }
    let mut found = HashMap::new();
    for (list, contacts) in by_list {
        claim::judge(connection, active, &contacts, list, moment, &mut found).await?;
    }
    let release = active.distribution.release_id;
    Ok(page
        .iter()
        .map(|row| {
            if let Some(why) = settled(row) {
                return Some(why);
            }
            let barred = found
                .get(&row.contact_id)
                .and_then(|one| one.barred.clone());
            if let Some(reason) = barred {
                return Some((reason, "so it stands today".to_owned()));
            }
            if active.distribution.skip_holders
                && seen.advanced.contains(&(release, row.contact_id))
            {
                let why = "would hold an advance copy by then".to_owned();
                return Some(("already-has-it".to_owned(), why));
            }
            let due = due(row, moment);
            if due > seen.at {
                let why = when::say(due, &active.distribution.zone, &desk.zones);
                return Some((
                    "deferred".to_owned(),
                    format!("tried before; again from {why}"),
                ));
            }
            let past = active.not_after().is_some_and(|end| due >= end);
            past.then(|| {
                (
                    "embargo".to_owned(),
                    "it would come after the lift".to_owned(),
                )
            })
        })
        .collect())
}
