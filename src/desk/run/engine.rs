//! The engine: gathers what workers say, lets the ledger write it, hands out work, and keeps time.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::crew::Crew;
use crate::desk::run::ledger::{Group, LEASE, Ledger};
use crate::desk::run::progress::Teller;
use crate::desk::run::steps::{Steps, apart};
use crate::desk::run::worker::{Event, Fate};
use crate::desk::run::{LOOK_AHEAD, Options, Report, Trouble};
use crate::domain::distribution::Block;
use crate::domain::instant::Instant;
use crate::mail::route_problem::RouteProblem;
use crate::mail::transport::Transport;
use crate::store::delivery::{self, Lease};
use crate::store::{desk_row, distribution, health, run as runs, throttle};

/// Nothing is waited for longer than this without a look at clock and database: a stop or a kill
/// is seen well within a quarter of a second.
const SLICE: Duration = Duration::from_millis(100);
/// Connections are opened this long before an instant.
const WARM_UP: Duration = Duration::from_secs(5);
/// Shortly before an instant nothing is written that can wait: the first body would wait for it.
const QUIET: Duration = Duration::from_millis(10);
/// SQLite folds its log of writes into the file at a commit now and then, which takes many times as
/// long. With so much time left, and after so many commits, it is done while nothing else is to do.
const FOLD_TIME: Duration = Duration::from_millis(50);
const FOLD_AFTER: u32 = 16;
/// How many distributions are made ready at once, and how far beyond the next instant.
const READY: usize = 4;
const READY_AHEAD: Duration = Duration::from_secs(1);
/// How long results wait for a database that is away, before the run gives up. Measured, not
/// counted: one try may take ten seconds, and a lease does not last much longer than this.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often an idle `run --watch` shows that it lives.
const BEAT: Duration = Duration::from_secs(30);
/// The longest window of a limit.
const DAY: Duration = Duration::from_hours(24);

struct Engine<'a> {
    ledger: Ledger,
    crew: Crew,
    reports: mpsc::UnboundedReceiver<(usize, Event)>,
    group: Group,
    trouble: Option<Trouble>,
    steps: Steps,
    warmed_for: Option<Instant>,
    renewed: Instant,
    began: Instant,
    /// When to look for distributions that come due.
    look_at: Instant,
    /// When that was done last.
    looked: Instant,
    /// When to compare our clock with the database server's.
    compare_at: Instant,
    /// When `status` was last told that we live.
    beat_at: Instant,
    /// Failures of the way to the server since the last mail that was sent.
    wrongs: usize,
    /// Commits since SQLite's log of writes was folded into the file.
    unfolded: u32,
    teller: Teller,
    options: &'a Options,
}

/// Works until nothing is due within the horizon, the time is up, or somebody says stop.
pub(crate) async fn work(
    desk: &Desk,
    transport: Transport,
    run_id: i64,
    options: &Options,
    report: Report,
) -> Result<Report, Problem> {
    let epoch = Arc::new(AtomicI64::new(-1));
    let (crew, reports) = Crew::hire(desk, transport, &epoch);
    let now = desk.now();
    let mut engine = Engine {
        ledger: Ledger::new(desk.clone(), run_id, crew.begins_at_once, epoch),
        crew,
        reports,
        group: Group::default(),
        trouble: None,
        steps: Steps::new(&desk.clock),
        warmed_for: None,
        renewed: now,
        began: now,
        look_at: now,
        looked: Instant::from_millis(i64::MIN),
        compare_at: now,
        beat_at: now,
        wrongs: 0,
        unfolded: 0,
        teller: Teller::new(options.progress.clone()),
        options,
    };
    let ended = engine.turn().await;
    engine.crew.dismiss().await;
    ended?;
    let (ledger, trouble) = (engine.ledger, engine.trouble);
    Ok(Report {
        counts: ledger.counts,
        blocked: ledger.blocked,
        finished: ledger.finished,
        started: ledger.started,
        trouble,
        ..report
    })
}

impl Engine<'_> {
    async fn turn(&mut self) -> Result<(), Problem> {
        loop {
            self.gather();
            self.mind_the_clock().await?;
            if let Some(wait) = self.almost_time() {
                self.ledger.desk.clock.sleep(wait).await;
                continue;
            }
            // What was made ready comes first; its transaction asks all that has to be asked.
            if !self.begins_now() {
                self.admit().await?;
            }
            self.group.room = self.room();
            self.group.idle = self.crew.idle();
            self.group.rests = self.crew.holds() == 0;
            if self.group.is_empty() {
                if self.crew.holds() > 0 {
                    // A slow server must not keep us from seeing a stop.
                    self.ledger
                        .look(self.ledger.desk.store.clone().db())
                        .await?;
                    self.teller.tell(&self.ledger, None).await;
                    self.listen().await;
                } else if self.is_over().await? {
                    return Ok(());
                }
                continue;
            }
            self.write().await?;
            self.teller.tell(&self.ledger, None).await;
            self.keep_alive().await?;
            if self.crew.holds() > 0 || !self.group.is_empty() {
                self.listen().await;
            } else if self.is_over().await? {
                return Ok(());
            }
        }
    }

    /// A wall clock that jumps against the steady one cannot decide about an embargo.
    async fn mind_the_clock(&mut self) -> Result<(), Problem> {
        if self.steps.stepped(&self.ledger.desk.clock) {
            self.ledger.block_all(Block::Clock).await?;
        }
        Ok(())
    }

    /// Lets in what came due; looks again at the next start, and at least every second.
    async fn admit(&mut self) -> Result<(), Problem> {
        let now = self.ledger.desk.now();
        if now < self.look_at || self.is_stopping() {
            return Ok(());
        }
        self.looked = now;
        self.ledger.admit().await?;
        if !self.ledger.active.is_empty() && now >= self.compare_at {
            self.compare_at = now.plus(Duration::from_mins(1));
            if apart(&self.ledger.desk).await? {
                self.ledger.block_all(Block::Clock).await?;
            }
        }
        let soon = now.plus(Duration::from_secs(1));
        let next = distribution::next_after(self.ledger.desk.store.db(), now).await?;
        self.look_at = next.map_or(soon, |at| at.min(soon));
        Ok(())
    }

    /// How long to keep still until the instant of what was made ready.
    fn almost_time(&self) -> Option<Duration> {
        let now = self.ledger.desk.now();
        let left = now.until(self.ledger.next_ready(now)?);
        (left <= QUIET && !self.is_stopping() && !self.ledger.stopped).then_some(left)
    }

    /// Whether something that was made ready is due and can be claimed.
    fn begins_now(&self) -> bool {
        !self.ledger.stopped && self.ledger.ready_is_due(self.ledger.desk.now()) && self.room() > 0
    }

    fn is_stopping(&self) -> bool {
        let desk = &self.ledger.desk;
        *self.options.stop.borrow()
            || self.trouble.is_some()
            || self.ledger.resting.is_some()
            || (!self.options.watch && self.began.until(desk.now()) >= desk.config.run.max_duration)
    }

    fn room(&self) -> u64 {
        let limited = self
            .ledger
            .room_at
            .is_some_and(|at| self.ledger.desk.now() < at);
        let has_work =
            !self.ledger.active.is_empty() || self.ledger.ready_is_due(self.ledger.desk.now());
        if self.is_stopping() || limited || !has_work {
            return 0;
        }
        self.crew.wants()
    }

    /// Takes what is there without waiting.
    fn gather(&mut self) {
        while let Ok((worker, event)) = self.reports.try_recv() {
            self.take(worker, event);
        }
    }

    fn take(&mut self, worker: usize, event: Event) {
        match event {
            Event::MayBegin(job, answer) => self.group.asking.push((worker, *job, answer)),
            Event::Done(job, fate) => {
                self.crew.gave(worker);
                if matches!(fate, Fate::Sent(_)) {
                    self.wrongs = 0;
                }
                self.group.done.push((*job, fate));
            }
            Event::Back(job) => {
                self.crew.gave(worker);
                self.group.back.push(*job);
            }
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
        if let Ok(Some((worker, event))) = tokio::time::timeout(SLICE, self.reports.recv()).await {
            self.take(worker, event);
        }
    }

    /// Writes the group; while the database is away it is kept and tried again, for a minute.
    async fn write(&mut self) -> Result<(), Problem> {
        let since = std::time::Instant::now();
        let (jobs, refused) = loop {
            match self.ledger.write(&mut self.group).await {
                Ok(written) => break written,
                Err(problem) if since.elapsed() < PATIENCE && is_temporary(&problem) => {
                    // No start was granted meanwhile: nothing is begun that cannot be written down.
                    self.refuse_starts();
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    self.gather();
                    self.group.room = 0;
                }
                Err(problem) => return Err(problem),
            }
        };
        self.unfolded += 1;
        for worker in refused {
            self.crew.gave(worker);
        }
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
        self.group.back.extend(self.crew.deal(jobs));
        Ok(())
    }

    fn refuse_starts(&mut self) {
        for (worker, job, answer) in self.group.asking.drain(..) {
            // The worker drops its connection before the body; the row goes back as soon as that can be written.
            let _ = answer.send(false);
            self.crew.gave(worker);
            self.group.back.push(job);
        }
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
        throttle::forget(desk.store.db(), now.minus(DAY)).await?;
        Ok(())
    }

    /// Nothing is in flight: waits for the next instant within the horizon, or ends.
    async fn is_over(&mut self) -> Result<bool, Problem> {
        let asked = *self.options.stop.borrow();
        if asked || (!self.options.watch && (self.is_stopping() || self.ledger.stopped)) {
            return Ok(true);
        }
        let desk = self.ledger.desk.clone();
        if self.options.watch && self.trouble.take().is_some() {
            self.ledger.resting = None;
            self.wrongs = 0;
            desk.clock.sleep(Duration::from_secs(1)).await;
            return Ok(false);
        }
        let now = desk.now();
        let horizon = now.plus(LOOK_AHEAD);
        let starts = distribution::next_after(desk.store.db(), self.looked.min(now)).await?;
        // What came due since the last look, or was not what it had been when it was made ready,
        // is for this run: the next one is a minute away.
        let came_due = starts.is_some_and(|at| at <= now);
        if came_due || std::mem::take(&mut self.ledger.look_again) {
            self.look_at = now;
            return Ok(false);
        }
        // Rows that are due wait for room, not for their instant.
        let due = self
            .ledger
            .next_due()
            .await?
            .map(|due| due.max(self.ledger.room_at.unwrap_or(due)));
        match [starts, due].into_iter().flatten().min() {
            Some(at) if at <= horizon => {
                self.warm_up(now, at).await?;
                self.teller.tell(&self.ledger, Some(at)).await;
                self.fold(at).await;
                let now = desk.now();
                let slice = now.until(at).min(SLICE).max(Duration::from_millis(1));
                desk.clock.sleep(slice).await;
                Ok(false)
            }
            _ if self.options.watch => {
                self.say_news();
                if self.beat_at.until(now) >= BEAT {
                    self.beat_at = now;
                    desk_row::beat(desk.store.db(), now).await?;
                }
                desk.clock.sleep(Duration::from_secs(1)).await;
                Ok(false)
            }
            _ => Ok(true),
        }
    }

    /// Hands over what happened since the last time. The numbers of mails stay for the last report.
    fn say_news(&mut self) {
        let Some(news) = &self.options.news else {
            return;
        };
        let ledger = &mut self.ledger;
        if ledger.blocked.is_empty() && ledger.finished.is_empty() && ledger.started.is_empty() {
            return;
        }
        // Nobody listens any more: then the program is ending anyway.
        let _ = news.send(Report {
            blocked: std::mem::take(&mut ledger.blocked),
            finished: std::mem::take(&mut ledger.finished),
            started: std::mem::take(&mut ledger.started),
            ..Report::default()
        });
    }

    /// Opens the connections and casts the mails shortly before an instant, so that the first body
    /// leaves right after it.
    async fn warm_up(&mut self, now: Instant, at: Instant) -> Result<(), Problem> {
        if self.warmed_for == Some(at) || now.until(at) > WARM_UP {
            return Ok(());
        }
        self.warmed_for = Some(at);
        self.crew.warm_up();
        let ahead = at.plus(READY_AHEAD);
        let mut soon = distribution::active(self.ledger.desk.store.db(), ahead).await?;
        // All of this instant, a few of the next ones.
        let mut beyond = 0;
        soon.retain(|one| {
            beyond += usize::from(one.send_at > at);
            one.send_at <= at || beyond < READY
        });
        self.ledger.make_ready(&soon).await?;
        // What begins at its instant is not looked at before, so the clocks are compared now.
        if now >= self.compare_at {
            self.compare_at = now.plus(Duration::from_mins(1));
            if apart(&self.ledger.desk).await? {
                self.ledger.block_all(Block::Clock).await?;
            }
        }
        Ok(())
    }

    /// Folds SQLite's log of writes into the file, if there is time for it before `at`.
    async fn fold(&mut self, at: Instant) {
        let desk = &self.ledger.desk;
        if self.unfolded >= FOLD_AFTER && desk.now().until(at) >= FOLD_TIME {
            self.unfolded = 0;
            health::fold(desk.store.db()).await;
        }
    }
}

fn is_temporary(problem: &Problem) -> bool {
    matches!(
        problem.code,
        "locked" | "deadlock" | "disk-full" | "database-away"
    )
}
