//! The engine: gathers what workers say, lets the ledger write it, hands out work, and keeps time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::ledger::{Group, LEASE, Ledger};
use crate::desk::run::worker::{Event, Fate, Job, Order, work as worker};
use crate::desk::run::{LOOK_AHEAD, Options, Report, Trouble};
use crate::domain::instant::Instant;
use crate::mail::route_problem::RouteProblem;
use crate::mail::transport::Transport;
use crate::store::delivery::{self, Lease};
use crate::store::{distribution, run as runs};

/// Rows a worker gets at once: the next envelope can travel with the body before it.
const BATCH: u64 = 4;
/// Nothing is waited for longer than this without a look at clock and database.
const SLICE: Duration = Duration::from_millis(200);
/// Connections are opened this long before an instant.
const WARM_UP: Duration = Duration::from_secs(5);
/// How long results may wait for a database that is away, before the run gives up.
const PATIENCE: u32 = 60;

struct Engine<'a> {
    ledger: Ledger,
    events: mpsc::Receiver<Event>,
    idle: Vec<oneshot::Sender<Order>>,
    group: Group,
    /// Rows that workers hold.
    out: u64,
    trouble: Option<Trouble>,
    warmed_for: Option<Instant>,
    renewed: Instant,
    began: Instant,
    /// When to look for distributions that come due.
    look_at: Instant,
    /// Failures of the way to the server since the last mail that was sent.
    wrongs: usize,
    options: &'a Options,
}

/// Works until nothing is due within the horizon, the time is up, or somebody says stop.
pub async fn work(
    desk: &Desk,
    transport: Transport,
    run_id: i64,
    options: &Options,
    report: Report,
) -> Result<Report, Problem> {
    let workers = usize::from(desk.config.smtp.connections.max(1));
    let (sender, events) = mpsc::channel(workers * 8);
    let transport = Arc::new(transport);
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        tasks.spawn(worker(desk.clone(), Arc::clone(&transport), sender.clone()));
    }
    drop(sender);
    let now = desk.now();
    let mut engine = Engine {
        ledger: Ledger::new(desk.clone(), run_id),
        events,
        idle: Vec::new(),
        group: Group::default(),
        out: 0,
        trouble: None,
        warmed_for: None,
        renewed: now,
        began: now,
        look_at: now,
        wrongs: 0,
        options,
    };
    let ended = engine.turn().await;
    for idle in engine.idle.drain(..) {
        // A worker that is gone needs no order.
        let _ = idle.send(Order::End);
    }
    let (ledger, trouble) = (engine.ledger, engine.trouble);
    drop(engine.events);
    // Nothing is in flight: a worker that hangs in a connect or a goodbye can simply be dropped.
    let goodbye = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    ended?;
    Ok(Report {
        counts: ledger.counts,
        blocked: ledger.blocked,
        finished: ledger.finished,
        trouble,
        ..report
    })
}

impl Engine<'_> {
    async fn turn(&mut self) -> Result<(), Problem> {
        loop {
            self.gather();
            self.admit().await?;
            self.group.room = self.room();
            if !self.group.is_empty() {
                self.write().await?;
                self.keep_alive().await?;
                if self.out > 0 || !self.group.is_empty() {
                    self.listen().await;
                    continue;
                }
            }
            if self.out > 0 {
                self.listen().await;
                continue;
            }
            if self.is_over().await? {
                return Ok(());
            }
        }
    }

    /// Lets in what came due; looks again at the next start, and at least every second.
    async fn admit(&mut self) -> Result<(), Problem> {
        let now = self.ledger.desk.now();
        if now < self.look_at || self.is_stopping() {
            return Ok(());
        }
        self.ledger.admit().await?;
        let soon = now.plus(Duration::from_secs(1));
        let waiting = distribution::active(self.ledger.desk.store.db(), soon).await?;
        let starts = waiting.iter().map(|one| one.send_at).filter(|at| *at > now);
        self.look_at = starts.min().unwrap_or(soon);
        Ok(())
    }

    fn is_stopping(&self) -> bool {
        let desk = &self.ledger.desk;
        *self.options.stop.borrow()
            || self.trouble.is_some()
            || self.ledger.resting.is_some()
            || (!self.options.watch && self.began.until(desk.now()) >= desk.config.run.max_duration)
    }

    fn room(&self) -> u64 {
        if self.is_stopping() || self.ledger.active.is_empty() {
            return 0;
        }
        u64::try_from(self.idle.len()).unwrap_or(0) * BATCH
    }

    /// Takes what is there without waiting.
    fn gather(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Idle(worker) => self.idle.push(worker),
            Event::MayBegin(job, answer) => self.group.asking.push((*job, answer)),
            Event::Done(job, fate) => {
                self.out -= 1;
                if matches!(fate, Fate::Sent(_)) {
                    self.wrongs = 0;
                }
                self.group.done.push((*job, fate));
            }
            Event::Back(job) => {
                self.out -= 1;
                self.group.back.push(*job);
            }
            Event::Connected => {}
            Event::Route(problem) => self.route(&problem),
        }
    }

    /// A refused login and a server that asks for a rest end the run at once; a broken connection
    /// only when it happens again and again with nothing sent in between.
    fn route(&mut self, problem: &RouteProblem) {
        self.wrongs += 1;
        let often = self.wrongs >= 2 + usize::from(self.ledger.desk.config.smtp.connections);
        if problem.is_login() || problem.reply().is_some() || often {
            self.trouble = Some(Trouble {
                message: problem.to_string(),
                is_login: problem.is_login(),
                tell: false,
            });
        }
    }

    /// Waits for a word from a worker, never longer than a slice.
    async fn listen(&mut self) {
        if let Ok(Some(event)) = tokio::time::timeout(SLICE, self.events.recv()).await {
            self.take(event);
        }
    }

    /// Writes the group; while the database is away it is kept and tried again, for a minute.
    async fn write(&mut self) -> Result<(), Problem> {
        let mut tries = 0;
        let (jobs, refused) = loop {
            match self.ledger.write(&mut self.group).await {
                Ok(written) => break written,
                Err(problem) if tries < PATIENCE && is_temporary(&problem) => {
                    tries += 1;
                    // No start was granted meanwhile: nothing is begun that cannot be written down.
                    self.refuse_starts();
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    self.gather();
                    self.group.room = 0;
                }
                Err(problem) => return Err(problem),
            }
        };
        if let Some(words) = self
            .ledger
            .resting
            .clone()
            .filter(|_| self.trouble.is_none())
        {
            let message = format!("the mail server asked for a pause: {words}");
            self.trouble = Some(Trouble {
                message,
                is_login: false,
                tell: false,
            });
        }
        self.out -= refused;
        self.hand_out(jobs);
        Ok(())
    }

    fn refuse_starts(&mut self) {
        for (job, answer) in self.group.asking.drain(..) {
            // The worker drops its connection before the body; the row goes back as soon as that can be written.
            let _ = answer.send(false);
            self.out -= 1;
            self.group.back.push(job);
        }
    }

    fn hand_out(&mut self, jobs: Vec<Job>) {
        let mut jobs = jobs.into_iter().peekable();
        while jobs.peek().is_some() {
            let Some(worker) = self.idle.pop() else { break };
            let batch: Vec<Job> = jobs
                .by_ref()
                .take(usize::try_from(BATCH).unwrap_or(1))
                .collect();
            let count = u64::try_from(batch.len()).unwrap_or(0);
            match worker.send(Order::Send(batch)) {
                Ok(()) => self.out += count,
                Err(Order::Send(batch)) => self.group.back.extend(batch),
                Err(_) => {}
            }
        }
        self.group.back.extend(jobs);
    }

    async fn keep_alive(&mut self) -> Result<(), Problem> {
        let desk = &self.ledger.desk;
        let now = desk.now();
        if self.renewed.until(now) < LEASE / 4 {
            return Ok(());
        }
        self.renewed = now;
        let lease = Lease {
            run_id: self.ledger.run_id,
            now,
            until: now.plus(LEASE),
        };
        delivery::renew(desk.store.db(), lease).await?;
        runs::beat(desk.store.db(), self.ledger.run_id, now).await?;
        Ok(())
    }

    /// Nothing is in flight: waits for the next instant within the horizon, or ends.
    async fn is_over(&mut self) -> Result<bool, Problem> {
        if self.is_stopping() && !(self.options.watch && !*self.options.stop.borrow()) {
            return Ok(true);
        }
        if self.ledger.stopped && !self.options.watch {
            return Ok(true);
        }
        let desk = self.ledger.desk.clone();
        let now = desk.now();
        if self.options.watch && self.trouble.take().is_some() {
            self.ledger.resting = None;
            desk.clock.sleep(Duration::from_mins(1)).await;
            return Ok(false);
        }
        let horizon = now.plus(LOOK_AHEAD);
        let waiting = distribution::active(desk.store.db(), horizon).await?;
        let starts = waiting
            .iter()
            .map(|one| one.send_at)
            .filter(|at| *at > now)
            .min();
        let next = [starts, self.ledger.next_due().await?]
            .into_iter()
            .flatten()
            .min();
        match next {
            Some(at) if at <= horizon => {
                self.warm_up(now, at);
                let slice = now.until(at).min(SLICE).max(Duration::from_millis(1));
                desk.clock.sleep(slice).await;
                Ok(false)
            }
            _ if self.options.watch => {
                desk.clock.sleep(Duration::from_secs(1)).await;
                Ok(false)
            }
            _ => Ok(true),
        }
    }

    /// Opens the connections shortly before an instant, so that the first body leaves right after it.
    fn warm_up(&mut self, now: Instant, at: Instant) {
        if self.warmed_for == Some(at) || now.until(at) > WARM_UP {
            return;
        }
        self.warmed_for = Some(at);
        for worker in self.idle.drain(..) {
            // A worker that is gone needs no connection.
            let _ = worker.send(Order::Connect);
        }
    }
}

fn is_temporary(problem: &Problem) -> bool {
    matches!(problem.code, "locked" | "disk-full" | "database-away")
}
