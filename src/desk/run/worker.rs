//! A worker: owns its connection, sends what it is given, and asks before each body.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::{mpsc, oneshot};

use crate::desk::Desk;
use crate::desk::letter::compose::{Letter, Parcel, Recipient};
use crate::desk::letter::route;
use crate::desk::letter::way_out::WayOut;
use crate::domain::delivery::Step;
use crate::domain::instant::Instant;
use crate::mail::connection::Connection;
use crate::mail::envelope::Envelope;
use crate::mail::outcome::{Begin, Outcome, Reply, Stage};
use crate::mail::route_problem::RouteProblem;

/// A row on its way: claimed by us, its body not begun.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) fence: i64,
    pub(crate) distribution_id: i64,
    pub(crate) contact_id: i64,
    pub(crate) list_id: Option<i64>,
    pub(crate) domain: String,
    pub(crate) attempts: i64,
    pub(crate) first_attempt_at: Instant,
    /// Nothing of the body is written before this instant, whatever anybody granted.
    pub(crate) not_before: Instant,
    /// Nothing of it is written from this instant on: the lift, for an advance copy, or the end of
    /// the recipient's agreement.
    pub(crate) not_after: Option<Instant>,
    /// The epoch of the claim: whatever changed since is looked at again before the body.
    pub(crate) claimed_in: i64,
    /// Whether the start was granted with the claim.
    pub(crate) is_granted: bool,
    pub(crate) letter: Arc<Letter>,
    pub(crate) recipient: Recipient,
}

impl Job {
    /// Whether the body may be begun at `now`.
    fn is_in_time(&self, now: Instant) -> bool {
        now >= self.not_before && self.not_after.is_none_or(|end| now < end)
    }

    pub(crate) fn permitted_until(mut self, end: Option<Instant>) -> Self {
        self.not_after = match (self.not_after, end) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self
    }
}

/// What became of a job.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    Sent(Reply),
    Refused(Step, Reply),
    Unknown(String),
    /// The mail could not even be built.
    Unfit(String),
}

/// What a worker tells the engine; each with the worker's number.
#[derive(Debug)]
pub(crate) enum Event {
    /// Waits at the door with the body: may it be begun?
    MayBegin(Box<Job>, oneshot::Sender<bool>),
    Done(Box<Job>, Fate),
    /// Never begun: back into the queue.
    Back(Box<Job>),
    /// The way to the server is in trouble.
    Route(RouteProblem),
}

/// What the engine tells a worker. When it is gone, the worker says goodbye to the server and ends.
#[derive(Debug)]
pub(crate) enum Order {
    Send(Vec<Job>),
    /// Connect now, so that the first body can leave at the instant.
    Connect,
}

/// One worker and its belongings.
pub(crate) struct Worker {
    pub(crate) number: usize,
    pub(crate) desk: Desk,
    pub(crate) way_out: Arc<WayOut>,
    pub(crate) orders: mpsc::UnboundedReceiver<Order>,
    pub(crate) events: mpsc::UnboundedSender<(usize, Event)>,
    /// Grows whenever a stop, an opt-out or an embargo was committed: grants of before are asked again.
    pub(crate) epoch: Arc<AtomicI64>,
}

/// A job with its bytes.
struct Loaded {
    job: Job,
    parcel: Parcel,
    envelope: Envelope,
}

impl Worker {
    /// Works until there are no orders any more.
    pub(crate) async fn work(mut self) {
        let mut connection: Option<Connection> = None;
        let mut queue: VecDeque<Loaded> = VecDeque::new();
        loop {
            if queue.is_empty() {
                let Some(order) = self.orders.recv().await else {
                    break;
                };
                self.obey(order, &mut queue, &mut connection).await;
            }
            while let Ok(order) = self.orders.try_recv() {
                self.obey(order, &mut queue, &mut connection).await;
            }
            let Some(current) = queue.pop_front() else {
                continue;
            };
            if connection.as_ref().is_none_or(|open| !open.is_usable()) {
                connection = self.connect().await;
            }
            if let Some(open) = connection.take() {
                connection = self.send(open, current, queue.front()).await;
                continue;
            }
            // Nothing can be sent: all of it goes back, so that others or the next run have it.
            self.tell(Event::Back(Box::new(current.job)));
            for left in queue.drain(..) {
                self.tell(Event::Back(Box::new(left.job)));
            }
        }
        if let Some(connection) = connection {
            connection.quit().await;
        }
    }

    async fn obey(
        &self,
        order: Order,
        queue: &mut VecDeque<Loaded>,
        connection: &mut Option<Connection>,
    ) {
        match order {
            Order::Connect if connection.as_ref().is_none_or(|open| !open.is_usable()) => {
                *connection = self.connect().await;
            }
            Order::Connect => {}
            Order::Send(jobs) => {
                for job in jobs {
                    match self.load(job) {
                        Ok(ready) => queue.push_back(*ready),
                        Err((job, fate)) => self.tell(Event::Done(job, fate)),
                    }
                }
            }
        }
    }

    fn load(&self, job: Job) -> Result<Box<Loaded>, (Box<Job>, Fate)> {
        if !route::lets_through(&self.desk.config, &job.recipient.address) {
            let why = "[smtp] only_to does not let mail through to this address";
            return Err((Box::new(job), Fate::Unfit(why.to_owned())));
        }
        match job.letter.write(&self.desk, &job.recipient) {
            Ok(parcel) => {
                let envelope = Envelope {
                    from: parcel.envelope_from.clone(),
                    to: parcel.to.clone(),
                    size: parcel.bytes.len(),
                    eight_bit: !parcel.bytes.is_ascii(),
                    smtputf8: !parcel.to.is_ascii() || !parcel.envelope_from.is_ascii(),
                };
                Ok(Box::new(Loaded {
                    job,
                    parcel,
                    envelope,
                }))
            }
            Err(error) => Err((Box::new(job), Fate::Unfit(error.to_string()))),
        }
    }

    fn tell(&self, event: Event) {
        // The engine outlives its workers; if it died, the next run settles the row by its stage.
        let _ = self.events.send((self.number, event));
    }

    async fn connect(&self) -> Option<Connection> {
        match self.way_out.open().await {
            Ok(connection) => Some(connection),
            Err(problem) => {
                self.tell(Event::Route(problem));
                None
            }
        }
    }

    /// Sends one mail, and the next one's envelope with it. The connection, if it is still good.
    async fn send(
        &self,
        mut connection: Connection,
        current: Loaded,
        next: Option<&Loaded>,
    ) -> Option<Connection> {
        let Loaded {
            job,
            parcel,
            envelope,
        } = current;
        match connection.begin(&envelope).await {
            Begin::Ready => {}
            Begin::Refused { stage, reply } => {
                self.tell(Event::Done(
                    Box::new(job),
                    Fate::Refused(step(stage), reply),
                ));
                return Some(connection);
            }
            Begin::Dead(problem) => {
                self.tell(Event::Back(Box::new(job)));
                return self.dead(problem);
            }
        }
        if !self.may_begin(&job).await {
            connection.drop_before_body();
            return None;
        }
        if !job.is_in_time(self.desk.now()) {
            // Too early cannot happen unless the clock was set back this very moment; too late, when
            // a lift came while the server thought about the envelope. Not a byte was written.
            connection.drop_before_body();
            self.tell(Event::Back(Box::new(job)));
            return None;
        }
        let outcome = connection
            .finish(&parcel.bytes, next.map(|next| &next.envelope))
            .await;
        let (fate, good) = match outcome {
            Outcome::Sent(reply) => (Fate::Sent(reply), true),
            Outcome::Refused { stage, reply } => (Fate::Refused(step(stage), reply), true),
            Outcome::Unknown { why } => (Fate::Unknown(why), false),
            Outcome::Dead(problem) => {
                self.tell(Event::Back(Box::new(job)));
                return self.dead(problem);
            }
        };
        self.tell(Event::Done(Box::new(job), fate));
        good.then_some(connection)
    }

    /// A start that was granted with the claim counts as long as nothing has changed since.
    async fn may_begin(&self, job: &Job) -> bool {
        if job.is_granted && job.claimed_in == self.epoch.load(Ordering::SeqCst) {
            return true;
        }
        let (sender, granted) = oneshot::channel();
        self.tell(Event::MayBegin(Box::new(job.clone()), sender));
        // An engine that does not answer has not granted anything.
        granted.await.unwrap_or(false)
    }

    /// A connection that only idled too long is opened again; anything else is the route's.
    fn dead(&self, problem: RouteProblem) -> Option<Connection> {
        if !problem.is_stale() {
            self.tell(Event::Route(problem));
        }
        None
    }
}

fn step(stage: Stage) -> Step {
    match stage {
        Stage::Mail => Step::Mail,
        Stage::Rcpt => Step::Rcpt,
        Stage::Data => Step::Data,
        Stage::Dot => Step::Dot,
    }
}
