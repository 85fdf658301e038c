//! The ledger: one transaction records what is finished, grants starts and claims the next rows.
//!
//! It is the only writer of a run. While it commits, the next group gathers by itself; there is no
//! lingering. A body is begun only after its start was committed here, so that after a crash the
//! rows that nobody can judge are those whose start was granted: at most `[smtp] at_risk`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::config::keys::limits::Rates;
use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::active::Active;
use crate::desk::run::gate;
use crate::desk::run::limits;
use crate::desk::run::worker::{Fate, Job};
use crate::domain::distribution::{Block, Status};
use crate::domain::instant::Instant;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::delivery::{self, Lease};
use crate::store::distribution::Distribution;
use crate::store::{desk_row, distribution, embargo, throttle};

/// How long a claim holds without renewal.
pub(crate) const LEASE: Duration = Duration::from_mins(2);
/// Gaps in the work are judged in minutes; noting it more often would only cost.
const NOTE_WORK: Duration = Duration::from_secs(5);

/// What was made ready begins without a second look only right after its instant.
const ON_TIME: Duration = Duration::from_secs(5);

/// What happened since the last transaction.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) done: Vec<(Job, Fate)>,
    pub(crate) back: Vec<Job>,
    pub(crate) asking: Vec<(usize, Job, oneshot::Sender<bool>)>,
    /// How many rows may be claimed now.
    pub(crate) room: u64,
    /// How many workers hold nothing: one row for each may be granted with its claim.
    pub(crate) idle: u64,
    /// Whether nobody holds anything: this may have been the last.
    pub(crate) rests: bool,
}

impl Group {
    pub(crate) fn is_empty(&self) -> bool {
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
pub(crate) struct Ledger {
    pub(crate) desk: Desk,
    pub(crate) run_id: i64,
    pub(crate) rates: Rates,
    /// Whether claims grant the start too.
    pub(crate) begins_at_once: bool,
    pub(crate) active: BTreeMap<i64, Active>,
    /// Examined and rendered shortly before their instant, with the epoch of that: if nothing has
    /// changed since, they begin in the very transaction that claims their first rows.
    pub(crate) ready: BTreeMap<i64, (Active, i64)>,
    /// Something was not what it had been when it was made ready, and has to be examined anew.
    pub(crate) look_again: bool,
    pub(crate) counts: Counts,
    pub(crate) blocked: Vec<Blocked>,
    pub(crate) finished: Vec<String>,
    pub(crate) started: Vec<String>,
    /// The server wants a rest: nothing more is claimed in this run.
    pub(crate) resting: Option<String>,
    pub(crate) stopped: bool,
    /// When the limits leave room again.
    pub(crate) room_at: Option<Instant>,
    /// Tries that were put off, by domain; only for whoever looks on, so it is not exact after a
    /// transaction that had to be written again.
    pub(crate) deferred: BTreeMap<String, u64>,
    /// Mails tried in this transaction, by domain.
    pub(crate) tried: BTreeMap<String, i64>,
    /// The desk's `change_seq` as last seen; workers look at it before each granted body.
    pub(crate) epoch: Arc<AtomicI64>,
    pub(crate) seq: i64,
}

impl Ledger {
    pub(crate) fn new(
        desk: Desk,
        run_id: i64,
        begins_at_once: bool,
        epoch: Arc<AtomicI64>,
    ) -> Self {
        Self {
            rates: desk.config.rates(),
            desk,
            run_id,
            begins_at_once,
            active: BTreeMap::new(),
            ready: BTreeMap::new(),
            look_again: false,
            counts: Counts::default(),
            blocked: Vec::new(),
            finished: Vec::new(),
            started: Vec::new(),
            resting: None,
            stopped: false,
            room_at: None,
            deferred: BTreeMap::new(),
            tried: BTreeMap::new(),
            epoch,
            seq: -1,
        }
    }

    pub(crate) fn lease(&self) -> Lease {
        let now = self.desk.now();
        Lease {
            run_id: self.run_id,
            now,
            until: now.plus(LEASE),
        }
    }

    /// One transaction for the whole group. Returns the rows claimed and the workers whose start
    /// was refused; both are answered only after the commit. On an error nothing happened: the
    /// same group may be written again.
    pub(crate) async fn write(
        &mut self,
        group: &mut Group,
    ) -> Result<(Vec<Job>, Vec<usize>), Problem> {
        let before = (
            self.counts.clone(),
            self.blocked.len(),
            self.finished.len(),
            self.started.len(),
        );
        self.tried.clear();
        match self.attempt(group).await {
            Ok((jobs, grants)) => {
                let mut refused = Vec::new();
                for ((worker, _, answer), granted) in group.asking.drain(..).zip(grants) {
                    if !granted {
                        refused.push(worker);
                    }
                    // A worker that is gone will not begin; the row is settled by the next run.
                    let _ = answer.send(granted);
                }
                *group = Group::default();
                Ok((jobs, refused))
            }
            Err(problem) => {
                self.counts = before.0;
                self.blocked.truncate(before.1);
                self.finished.truncate(before.2);
                self.started.truncate(before.3);
                self.seq = -1;
                Err(problem)
            }
        }
    }

    async fn attempt(&mut self, group: &Group) -> Result<(Vec<Job>, Vec<bool>), Problem> {
        let transaction = begin_write(self.desk.store.db()).await?;
        self.look(&transaction).await?;
        self.record(&transaction, &group.done).await?;
        if !self.tried.is_empty() && limits::any(&self.rates) {
            throttle::note(&transaction, self.desk.now(), &self.tried).await?;
        }
        for job in &group.back {
            self.give_back(&transaction, job).await?;
        }
        let mut grants = Vec::with_capacity(group.asking.len());
        for (_, job, _) in &group.asking {
            grants.push(self.grant(&transaction, job).await?);
        }
        let mut jobs = Vec::new();
        if group.room > 0 && !self.stopped && self.resting.is_none() {
            self.begin_ready(&transaction).await?;
            jobs = self.claim(&transaction, group.room, group.idle).await?;
        }
        self.note_work(&transaction).await?;
        // None came where some were asked for, or nobody has any: perhaps there are none any more.
        if jobs.is_empty() && (group.room > 0 || group.rests) {
            self.close_finished(&transaction).await?;
        }
        commit(transaction).await?;
        Ok((jobs, grants))
    }

    /// Remembers every few seconds that the distributions were worked on, so that a later gap is seen.
    async fn note_work(&mut self, connection: &impl ConnectionTrait) -> Result<(), Problem> {
        let now = self.desk.now();
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

    /// Notices stops, pauses, cancels, opt-outs and embargoes: every start that was granted before
    /// such a change has to be asked for again.
    pub(crate) async fn look(&mut self, connection: &impl ConnectionTrait) -> Result<(), Problem> {
        let Some(row) = desk_row::read(connection).await? else {
            return Ok(());
        };
        self.stopped = row.stopped_at.is_some();
        if row.change_seq == self.seq {
            return Ok(());
        }
        self.seq = row.change_seq;
        self.epoch.store(row.change_seq, Ordering::SeqCst);
        for (id, active) in &mut self.active {
            let Some(fresh) = distribution::by_id(connection, *id).await? else {
                continue;
            };
            active.embargo = embargo::current(connection, fresh.release_id).await?;
            active.distribution = fresh;
        }
        // What was paused, blocked or put under an embargo goes through the gate again.
        let now = self.desk.now();
        self.active.retain(|_, active| active.permits(now));
        Ok(())
    }

    /// Whether a body may be begun: committed as started, or not at all.
    async fn grant(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
    ) -> Result<bool, Problem> {
        let lease = self.lease();
        let permitted = !self.stopped
            && self
                .active
                .get(&job.distribution_id)
                .is_some_and(|active| active.permits(lease.now));
        if !permitted {
            self.give_back(connection, job).await?;
            return Ok(false);
        }
        // An opt-out or an archived contact may be what changed since the claim.
        if job.claimed_in != self.seq && self.is_suppressed(connection, job).await? {
            return Ok(false);
        }
        Ok(job.is_granted || delivery::start(connection, job.id, job.fence, lease).await?)
    }

    /// Lets in what is due and blocks what may not start; each in its own transaction.
    pub(crate) async fn admit(&mut self) -> Result<(), Problem> {
        let now = self.desk.now();
        let due = distribution::active(self.desk.store.db(), now).await?;
        let new: Vec<_> = due
            .into_iter()
            .filter(|one| !self.active.contains_key(&one.id) && !self.ready.contains_key(&one.id))
            .collect();
        for one in new {
            let transaction = begin_write(self.desk.store.db()).await?;
            self.look(&transaction).await?;
            let fresh = distribution::by_id(&transaction, one.id).await?;
            let fresh =
                fresh.filter(|fresh| matches!(fresh.status, Status::Scheduled | Status::Running));
            if self.stopped {
                return Ok(());
            }
            if let Some(fresh) = fresh {
                match gate::examine(&self.desk, &transaction, &fresh, self.desk.now()).await? {
                    Err(block) => self.block(&transaction, fresh.id, block).await?,
                    Ok(active) => self.begin(&transaction, active).await?,
                }
            }
            commit(transaction).await?;
        }
        Ok(())
    }

    /// Examines what starts soon and casts its mails, so that nothing of that is left to do at the
    /// instant.
    pub(crate) async fn make_ready(&mut self, soon: &[Distribution]) -> Result<(), Problem> {
        let db = self.desk.store.clone();
        let Some(row) = desk_row::read(db.db()).await? else {
            return Ok(());
        };
        for one in soon {
            // What was examined before the last change would have to be looked at again.
            let known = self.ready.get(&one.id);
            if one.status != Status::Scheduled
                || known.is_some_and(|(_, seq)| *seq == row.change_seq)
            {
                continue;
            }
            if let Ok(active) =
                gate::examine(&self.desk, db.db(), one, one.send_at.max(self.desk.now())).await?
            {
                active.cast();
                self.ready.insert(one.id, (active, row.change_seq));
            }
        }
        Ok(())
    }

    /// Whether something that was made ready is due.
    pub(crate) fn ready_is_due(&self, now: Instant) -> bool {
        self.ready
            .values()
            .any(|(active, _)| active.distribution.send_at <= now)
    }

    /// The next instant of what was made ready.
    pub(crate) fn next_ready(&self, now: Instant) -> Option<Instant> {
        let starts = self
            .ready
            .values()
            .map(|(active, _)| active.distribution.send_at);
        starts.filter(|at| *at > now).min()
    }

    /// Begins what was made ready and is due, if nothing has changed since; else it is examined anew.
    async fn begin_ready(&mut self, connection: &impl ConnectionTrait) -> Result<(), Problem> {
        let now = self.desk.now();
        let due: Vec<i64> = self
            .ready
            .iter()
            .filter(|(_, (active, _))| active.distribution.send_at <= now)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some((active, seq)) = self.ready.remove(&id) else {
                continue;
            };
            // After a sleep of the whole machine it may be late by now, which the gate has to judge.
            let on_time = active.distribution.send_at.until(now) < ON_TIME;
            if seq == self.seq && on_time && active.embargo_permits(now) {
                self.begin(connection, active).await?;
            } else {
                self.look_again = true;
            }
        }
        Ok(())
    }

    async fn begin(
        &mut self,
        connection: &impl ConnectionTrait,
        mut active: Active,
    ) -> Result<(), Problem> {
        let id = active.distribution.id;
        let now = self.desk.now();
        if !distribution::begin(connection, id, now).await? {
            return Ok(());
        }
        active.distribution.last_worked_at = Some(now);
        if active.distribution.status == Status::Scheduled {
            self.desk
                .log(
                    connection,
                    "start",
                    "distribution",
                    id,
                    serde_json::json!({ "run": self.run_id }),
                )
                .await?;
            self.started.push(active.release_slug.clone());
        }
        active.distribution.status = Status::Running;
        self.active.insert(id, active);
        Ok(())
    }

    /// Blocks everything that is at work or due by this clock: it cannot be trusted. What a jump
    /// has just made due might be early.
    pub(crate) async fn block_all(&mut self, block: Block) -> Result<(), Problem> {
        let transaction = begin_write(self.desk.store.db()).await?;
        let due = distribution::active(&transaction, self.desk.now()).await?;
        let mut ids: Vec<i64> = self
            .active
            .keys()
            .chain(self.ready.keys())
            .copied()
            .collect();
        ids.extend(due.iter().map(|one| one.id));
        ids.sort_unstable();
        ids.dedup();
        self.ready.clear();
        for id in ids {
            self.block(&transaction, id, block).await?;
        }
        desk_row::touch(&transaction).await?;
        commit(transaction).await?;
        Ok(())
    }

    /// When the next row of what is at work falls due.
    pub(crate) async fn next_due(&self) -> Result<Option<Instant>, Problem> {
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
