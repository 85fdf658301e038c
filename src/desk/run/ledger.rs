//! The ledger: one transaction records what is finished, grants starts and claims the next rows.
//!
//! It is the only writer of a run. While it commits, the next group gathers by itself; there is no
//! lingering. A body is begun only after its start was committed here, so that after a crash the
//! rows that nobody can judge are those whose start was granted, at most one per connection.

use std::collections::{BTreeMap, HashMap};

use tokio::sync::oneshot;

use crate::desk::Desk;
use crate::desk::letter::Recipient;
use crate::desk::problem::Problem;
use crate::desk::run::gate::{self, Active};
use crate::desk::run::verdict;
use crate::desk::run::worker::{Fate, Job};
use crate::domain::delivery::Ruling;
use crate::domain::distribution::{Block, Status};
use crate::domain::instant::Instant;
use crate::domain::release::Status as Release;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::delivery::{self, Lease};
use crate::store::{desk_row, distribution, embargo, release, suppression};

/// How long a claim holds without renewal.
pub const LEASE: std::time::Duration = std::time::Duration::from_mins(2);

/// Gaps in the work are judged in minutes; noting it more often would only cost.
const NOTE_WORK: std::time::Duration = std::time::Duration::from_secs(5);

/// What happened since the last transaction.
#[derive(Debug, Default)]
pub struct Group {
    pub done: Vec<(Job, Fate)>,
    pub back: Vec<Job>,
    pub asking: Vec<(Job, oneshot::Sender<bool>)>,
    /// How many rows may be claimed now.
    pub room: u64,
}

impl Group {
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.back.is_empty() && self.asking.is_empty() && self.room == 0
    }
}

/// Numbers of a run, for its report.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub claimed: u64,
    pub sent: u64,
    pub deferred: u64,
    pub failed: u64,
    pub unknown: u64,
}

/// A distribution that newly needs a person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Blocked {
    pub distribution: i64,
    #[serde(skip)]
    pub release: String,
    pub reason: &'static str,
}

#[derive(Debug)]
pub struct Ledger {
    pub desk: Desk,
    pub run_id: i64,
    pub active: BTreeMap<i64, Active>,
    pub counts: Counts,
    pub blocked: Vec<Blocked>,
    pub finished: Vec<String>,
    /// The server wants a rest, or we are stopped: nothing more is claimed in this run.
    pub resting: Option<String>,
    pub stopped: bool,
    seq: i64,
}

impl Ledger {
    pub fn new(desk: Desk, run_id: i64) -> Self {
        Self {
            desk,
            run_id,
            active: BTreeMap::new(),
            counts: Counts::default(),
            blocked: Vec::new(),
            finished: Vec::new(),
            resting: None,
            stopped: false,
            seq: -1,
        }
    }

    fn lease(&self) -> Lease {
        let now = self.desk.now();
        Lease {
            run_id: self.run_id,
            now,
            until: now.plus(LEASE),
        }
    }

    /// One transaction for the whole group. Returns the rows claimed and how many starts were
    /// refused; both are answered only after the commit. On an error nothing happened: the same
    /// group may be written again.
    pub async fn write(&mut self, group: &mut Group) -> Result<(Vec<Job>, u64), Problem> {
        let before = (self.counts.clone(), self.blocked.len());
        match self.attempt(group).await {
            Ok((jobs, grants)) => {
                let refused = grants.iter().filter(|granted| !**granted).count();
                for ((_, answer), granted) in group.asking.drain(..).zip(grants) {
                    // A worker that is gone will not begin; the row is settled by the next run.
                    let _ = answer.send(granted);
                }
                *group = Group::default();
                Ok((jobs, u64::try_from(refused).unwrap_or(0)))
            }
            Err(problem) => {
                self.counts = before.0;
                self.blocked.truncate(before.1);
                self.seq = -1;
                Err(problem)
            }
        }
    }

    async fn attempt(&mut self, group: &Group) -> Result<(Vec<Job>, Vec<bool>), Problem> {
        let transaction = begin_write(self.desk.store.db()).await?;
        let changed = self.look(&transaction).await?;
        for (job, fate) in &group.done {
            self.record(&transaction, job, fate).await?;
        }
        let lease = self.lease();
        for job in &group.back {
            delivery::release(&transaction, job.id, job.fence, self.run_id, lease.now).await?;
        }
        let mut grants = Vec::with_capacity(group.asking.len());
        for (job, _) in &group.asking {
            grants.push(self.grant(&transaction, job, changed).await?);
        }
        let mut jobs = Vec::new();
        if group.room > 0 && !self.stopped && self.resting.is_none() {
            jobs = self.claim(&transaction, group.room).await?;
        }
        self.note_work(&transaction, lease.now).await?;
        if jobs.is_empty() {
            self.close_finished(&transaction).await?;
        }
        commit(transaction).await?;
        Ok((jobs, grants))
    }

    /// Remembers every few seconds that the distributions were worked on, so that a later gap is seen.
    async fn note_work(
        &mut self,
        connection: &impl ConnectionTrait,
        now: Instant,
    ) -> Result<(), Problem> {
        for (id, active) in &mut self.active {
            let noted = active
                .distribution
                .last_worked_at
                .is_some_and(|at| at.until(now) < NOTE_WORK);
            if !noted && active.permits(now) {
                active.distribution.last_worked_at = Some(now);
                distribution::worked(connection, *id, now).await?;
            }
        }
        Ok(())
    }

    /// Notices stops, pauses, cancels and embargoes. True: something changed since the last look.
    async fn look(&mut self, connection: &impl ConnectionTrait) -> Result<bool, Problem> {
        let Some(row) = desk_row::read(connection).await? else {
            return Ok(false);
        };
        self.stopped = row.stopped_at.is_some();
        if row.change_seq == self.seq {
            return Ok(false);
        }
        self.seq = row.change_seq;
        for (id, active) in &mut self.active {
            let Some(fresh) = distribution::by_id(connection, *id).await? else {
                continue;
            };
            active.embargo = embargo::current(connection, fresh.release_id).await?;
            active.distribution = fresh;
        }
        // What was paused or blocked goes through the gate again before it is worked on again.
        self.active
            .retain(|_, active| active.distribution.status == Status::Running);
        Ok(true)
    }

    /// Whether a body may be begun: committed as started, or not at all.
    async fn grant(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
        changed: bool,
    ) -> Result<bool, Problem> {
        let lease = self.lease();
        let permitted = !self.stopped
            && self
                .active
                .get(&job.distribution_id)
                .is_some_and(|active| active.permits(lease.now));
        if !permitted {
            delivery::release(connection, job.id, job.fence, self.run_id, lease.now).await?;
            return Ok(false);
        }
        if changed && self.is_suppressed(connection, job).await? {
            return Ok(false);
        }
        Ok(delivery::start(connection, job.id, job.fence, lease).await?)
    }

    /// An opt-out between claim and body still counts (MAIL-12).
    async fn is_suppressed(
        &self,
        connection: &impl ConnectionTrait,
        job: &Job,
    ) -> Result<bool, Problem> {
        let Some(active) = self.active.get(&job.distribution_id) else {
            return Ok(true);
        };
        let contacts = [job.contact_id];
        let mut why = delivery::inactive(connection, &contacts).await?;
        if why.is_empty()
            && !suppression::live_reason(connection, &contacts, &active.organizations, job.list_id)
                .await?
                .is_empty()
        {
            why.push((job.contact_id, "opted-out".to_owned()));
        }
        let Some((_, reason)) = why.first() else {
            return Ok(false);
        };
        delivery::suppress_claimed(connection, job.id, self.desk.now(), reason).await?;
        Ok(true)
    }

    async fn claim(
        &mut self,
        connection: &impl ConnectionTrait,
        room: u64,
    ) -> Result<Vec<Job>, Problem> {
        let lease = self.lease();
        let mut jobs = Vec::new();
        for (id, active) in &self.active {
            let left = room.saturating_sub(u64::try_from(jobs.len()).unwrap_or(u64::MAX));
            if left == 0 {
                break;
            }
            if !active.permits(lease.now) {
                continue;
            }
            let rows = delivery::claim(connection, *id, left, lease).await?;
            let barred = barred(connection, active, &rows).await?;
            for row in rows {
                if let Some(reason) = barred.get(&row.contact_id) {
                    delivery::suppress_claimed(connection, row.id, lease.now, reason).await?;
                    continue;
                }
                let Some(letter) = active.letter(&row.language) else {
                    continue;
                };
                let first_attempt_at = Instant::from_millis(row.first_attempt_at);
                jobs.push(Job {
                    id: row.id,
                    fence: row.fence,
                    distribution_id: *id,
                    contact_id: row.contact_id,
                    list_id: row.list_id,
                    domain: row.domain,
                    attempts: row.attempts,
                    first_attempt_at,
                    not_before: active.not_before(),
                    letter,
                    recipient: Recipient {
                        delivery_id: row.id,
                        address: row.address,
                        slots: row.slots,
                        first_attempt_at,
                    },
                });
            }
        }
        self.counts.claimed += u64::try_from(jobs.len()).unwrap_or(0);
        Ok(jobs)
    }

    async fn record(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
        fate: &Fate,
    ) -> Result<(), Problem> {
        let now = self.desk.now();
        let (verdict, ruling) = verdict::of(&self.desk, job, fate, now);
        if verdict.status == "queued" {
            // The server spoke about us, not about the recipient: the row waits, unharmed.
            delivery::release(connection, job.id, job.fence, self.run_id, now).await?;
        } else if delivery::record(connection, job.id, job.fence, self.run_id, now, &verdict)
            .await?
        {
            match verdict.status {
                "sent" => self.counts.sent += 1,
                "deferred" => self.counts.deferred += 1,
                "unknown" => self.counts.unknown += 1,
                _ => self.counts.failed += 1,
            }
        }
        let limit = self.desk.config.run.stop_failure_rate;
        let Some(active) = self.active.get_mut(&job.distribution_id) else {
            return Ok(());
        };
        let block = match ruling {
            None => {
                active.tally.sent();
                None
            }
            Some(Ruling::Fail) => {
                active
                    .tally
                    .rejected(&job.domain, verdict.enhanced.as_deref(), limit)
            }
            Some(Ruling::Block) => Some(Block::Policy),
            Some(Ruling::PauseRoute) => {
                self.resting = Some(verdict.text);
                None
            }
            Some(Ruling::Defer) => None,
        };
        match block {
            Some(block) => self.block(connection, job.distribution_id, block).await,
            None => Ok(()),
        }
    }

    /// Blocks a distribution for a person, once.
    pub async fn block(
        &mut self,
        connection: &impl ConnectionTrait,
        id: i64,
        block: Block,
    ) -> Result<(), Problem> {
        if !distribution::turn(
            connection,
            id,
            &[Status::Scheduled, Status::Running],
            Status::Blocked,
            Some(block),
        )
        .await?
        {
            return Ok(());
        }
        let release = match self.active.get_mut(&id) {
            Some(active) => {
                active.distribution.status = Status::Blocked;
                active.release_slug.clone()
            }
            None => slug_of(connection, id).await?,
        };
        let detail = serde_json::json!({ "reason": block.as_str() });
        self.desk
            .log(connection, "block", "distribution", id, detail)
            .await?;
        self.blocked.push(Blocked {
            distribution: id,
            release,
            reason: block.as_str(),
        });
        Ok(())
    }

    /// Lets in what is due and blocks what may not start; in its own transaction.
    pub async fn admit(&mut self) -> Result<(), Problem> {
        let now = self.desk.now();
        let due = distribution::active(self.desk.store.db(), now).await?;
        let new: Vec<_> = due
            .into_iter()
            .filter(|one| !self.active.contains_key(&one.id))
            .collect();
        for one in new {
            let transaction = begin_write(self.desk.store.db()).await?;
            self.look(&transaction).await?;
            let fresh = distribution::by_id(&transaction, one.id).await?;
            let Some(fresh) =
                fresh.filter(|fresh| matches!(fresh.status, Status::Scheduled | Status::Running))
            else {
                continue;
            };
            if self.stopped {
                return Ok(());
            }
            match gate::examine(&self.desk, &transaction, &fresh).await? {
                Err(block) => self.block(&transaction, fresh.id, block).await?,
                Ok(mut active) => {
                    if distribution::begin(&transaction, fresh.id, self.desk.now()).await? {
                        active.distribution.status = Status::Running;
                        if fresh.status == Status::Scheduled {
                            self.desk
                                .log(
                                    &transaction,
                                    "start",
                                    "distribution",
                                    fresh.id,
                                    serde_json::json!({ "run": self.run_id }),
                                )
                                .await?;
                        }
                        self.active.insert(fresh.id, active);
                    }
                }
            }
            commit(transaction).await?;
        }
        Ok(())
    }

    async fn close_finished(&mut self, connection: &impl ConnectionTrait) -> Result<(), Problem> {
        let now = self.desk.now();
        let running: Vec<i64> = self
            .active
            .iter()
            .filter(|(_, active)| active.distribution.status == Status::Running)
            .map(|(id, _)| *id)
            .collect();
        for id in running {
            if delivery::is_open(connection, id).await?
                || !distribution::finish(connection, id, now).await?
            {
                continue;
            }
            let counts: BTreeMap<String, i64> = delivery::counts(connection, id)
                .await?
                .into_iter()
                .map(|count| (count.status, count.value))
                .collect();
            let detail = serde_json::json!({ "counts": counts, "digest": delivery::digest(connection, id).await? });
            self.desk
                .log(connection, "finish", "distribution", id, detail)
                .await?;
            if let Some(active) = self.active.get_mut(&id) {
                active.distribution.status = Status::Finished;
                if !active.distribution.rehearsal {
                    release::set_status(
                        connection,
                        active.distribution.release_id,
                        Release::Distributed,
                    )
                    .await?;
                }
                self.finished.push(active.release_slug.clone());
            }
        }
        self.active
            .retain(|_, active| active.distribution.status != Status::Finished);
        Ok(())
    }

    /// When the next row of what is at work falls due.
    pub async fn next_due(&self) -> Result<Option<Instant>, Problem> {
        let mut next: Option<Instant> = None;
        for (id, active) in &self.active {
            if active.distribution.status != Status::Running {
                continue;
            }
            if let Some(due) = delivery::next_due(self.desk.store.db(), *id).await? {
                next = Some(next.map_or(due, |known| known.min(due)));
            }
        }
        Ok(next)
    }
}

/// Claimed contacts that must not be written to after all, with the reason for their row.
async fn barred(
    connection: &impl ConnectionTrait,
    active: &Active,
    rows: &[delivery::Claimed],
) -> Result<HashMap<i64, String>, Problem> {
    let mut barred = HashMap::new();
    if rows.is_empty() {
        return Ok(barred);
    }
    let mut by_list: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    for row in rows {
        by_list.entry(row.list_id).or_default().push(row.contact_id);
    }
    for (list, contacts) in by_list {
        for (id, _) in
            suppression::live_reason(connection, &contacts, &active.organizations, list).await?
        {
            barred.insert(id, "opted-out".to_owned());
        }
        barred.extend(delivery::inactive(connection, &contacts).await?);
    }
    Ok(barred)
}

async fn slug_of(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<String, Problem> {
    let Some(found) = distribution::by_id(connection, distribution_id).await? else {
        return Ok(String::new());
    };
    Ok(release::by_id(connection, found.release_id)
        .await?
        .map(|release| release.slug)
        .unwrap_or_default())
}
