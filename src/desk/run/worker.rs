//! A worker: owns its connection, sends what it is given, and asks before each body.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::desk::Desk;
use crate::desk::letter::{Letter, Parcel, Recipient};
use crate::domain::delivery::Step;
use crate::domain::instant::Instant;
use crate::mail::connection::Connection;
use crate::mail::envelope::Envelope;
use crate::mail::outcome::{Begin, Outcome, Reply, Stage};
use crate::mail::route_problem::RouteProblem;
use crate::mail::transport::Transport;

/// A row on its way: claimed by us, its body not begun.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: i64,
    pub fence: i64,
    pub distribution_id: i64,
    pub contact_id: i64,
    pub list_id: Option<i64>,
    pub domain: String,
    pub attempts: i64,
    pub first_attempt_at: Instant,
    /// Nothing of the body is written before this instant, whatever anybody granted.
    pub not_before: Instant,
    pub letter: Arc<Letter>,
    pub recipient: Recipient,
}

/// What became of a job.
#[derive(Clone, Debug)]
pub enum Fate {
    Sent(Reply),
    Refused(Step, Reply),
    Unknown(String),
    /// The mail could not even be built.
    Unfit(String),
}

/// What workers tell the ledger.
#[derive(Debug)]
pub enum Event {
    /// Has nothing to do.
    Idle(oneshot::Sender<Order>),
    /// Waits at the door with the body: may it be begun?
    MayBegin(Box<Job>, oneshot::Sender<bool>),
    Done(Box<Job>, Fate),
    /// Never begun: back into the queue.
    Back(Box<Job>),
    /// The way to the server is in trouble.
    Route(RouteProblem),
    /// A connection stands.
    Connected,
}

/// What the ledger tells workers.
#[derive(Debug)]
pub enum Order {
    Send(Vec<Job>),
    /// Connect now, so that the first body can leave at the instant.
    Connect,
    End,
}

/// Works until told to end or until the ledger is gone.
pub async fn work(desk: Desk, transport: Arc<Transport>, events: mpsc::Sender<Event>) {
    let mut connection: Option<Connection> = None;
    loop {
        let (sender, order) = oneshot::channel();
        if events.send(Event::Idle(sender)).await.is_err() {
            break;
        }
        match order.await {
            Ok(Order::Send(jobs)) => {
                send_all(&desk, &transport, &events, &mut connection, jobs.into()).await
            }
            Ok(Order::Connect) => {
                if connection.as_ref().is_none_or(|open| !open.is_usable()) {
                    connection = connect(&transport, &events).await;
                }
            }
            Ok(Order::End) | Err(_) => break,
        }
    }
    if let Some(connection) = connection {
        connection.quit().await;
    }
}

async fn connect(transport: &Transport, events: &mpsc::Sender<Event>) -> Option<Connection> {
    let (connection, event) = match transport.open().await {
        Ok(connection) => (Some(connection), Event::Connected),
        Err(problem) => (None, Event::Route(problem)),
    };
    // If the ledger is gone the connection is closed unused, which harms nobody.
    events.send(event).await.ok()?;
    connection
}

/// A job with its bytes.
struct Loaded {
    job: Job,
    parcel: Parcel,
    envelope: Envelope,
}

fn load(desk: &Desk, job: Job) -> Result<Loaded, (Job, Fate)> {
    match job.letter.write(desk, &job.recipient) {
        Ok(parcel) => {
            let envelope = Envelope {
                from: parcel.envelope_from.clone(),
                to: parcel.to.clone(),
                size: parcel.bytes.len(),
                eight_bit: false,
                smtputf8: !parcel.to.is_ascii() || !parcel.envelope_from.is_ascii(),
            };
            Ok(Loaded {
                job,
                parcel,
                envelope,
            })
        }
        Err(error) => Err((job, Fate::Unfit(error.to_string()))),
    }
}

async fn send_all(
    desk: &Desk,
    transport: &Transport,
    events: &mpsc::Sender<Event>,
    connection: &mut Option<Connection>,
    jobs: VecDeque<Job>,
) {
    let mut loaded = VecDeque::with_capacity(jobs.len());
    for job in jobs {
        match load(desk, job) {
            Ok(ready) => loaded.push_back(ready),
            Err((job, fate)) => tell(events, Event::Done(Box::new(job), fate)).await,
        }
    }
    while let Some(current) = loaded.pop_front() {
        if connection.as_ref().is_none_or(|open| !open.is_usable()) {
            *connection = connect(transport, events).await;
        }
        let Some(open) = connection.take() else {
            tell(events, Event::Back(Box::new(current.job))).await;
            break;
        };
        let next = loaded.front().map(|next| next.envelope.clone());
        match send_one(desk, events, open, current, next.as_ref()).await {
            Went::On(open) => *connection = open,
            Went::Wrong => break,
        }
    }
    for left in loaded {
        tell(events, Event::Back(Box::new(left.job))).await;
    }
}

async fn tell(events: &mpsc::Sender<Event>, event: Event) {
    // The ledger outlives its workers; if it died, the next run settles the row by its stage.
    let _ = events.send(event).await;
}

/// Whether the rest of the jobs may be tried.
enum Went {
    On(Option<Connection>),
    Wrong,
}

async fn send_one(
    desk: &Desk,
    events: &mpsc::Sender<Event>,
    mut connection: Connection,
    current: Loaded,
    next: Option<&Envelope>,
) -> Went {
    let Loaded {
        job,
        parcel,
        envelope,
    } = current;
    match connection.begin(&envelope).await {
        Begin::Ready => {}
        Begin::Refused { stage, reply } => {
            tell(
                events,
                Event::Done(Box::new(job), Fate::Refused(step(stage), reply)),
            )
            .await;
            return Went::On(Some(connection));
        }
        Begin::Dead(problem) => {
            tell(events, Event::Back(Box::new(job))).await;
            return dead(events, problem).await;
        }
    }
    let (sender, granted) = oneshot::channel();
    tell(events, Event::MayBegin(Box::new(job.clone()), sender)).await;
    // A ledger that does not answer has not granted anything.
    if !granted.await.unwrap_or(false) {
        connection.drop_before_body();
        return Went::On(None);
    }
    if desk.now() < job.not_before {
        // Cannot happen unless the clock was set back this very moment. Not a byte was written.
        connection.drop_before_body();
        tell(events, Event::Back(Box::new(job))).await;
        return Went::Wrong;
    }
    match connection.finish(&parcel.bytes, next).await {
        Outcome::Sent(reply) => {
            tell(events, Event::Done(Box::new(job), Fate::Sent(reply))).await;
            Went::On(Some(connection))
        }
        Outcome::Refused { stage, reply } => {
            tell(
                events,
                Event::Done(Box::new(job), Fate::Refused(step(stage), reply)),
            )
            .await;
            Went::On(Some(connection))
        }
        Outcome::Unknown { why } => {
            tell(events, Event::Done(Box::new(job), Fate::Unknown(why))).await;
            Went::On(None)
        }
        Outcome::Dead(problem) => {
            tell(events, Event::Back(Box::new(job))).await;
            dead(events, problem).await
        }
    }
}

/// A connection that only idled too long is opened again; anything else is the route's.
async fn dead(events: &mpsc::Sender<Event>, problem: RouteProblem) -> Went {
    if problem.is_stale() {
        return Went::On(None);
    }
    tell(events, Event::Route(problem)).await;
    Went::Wrong
}

fn step(stage: Stage) -> Step {
    match stage {
        Stage::Mail => Step::Mail,
        Stage::Rcpt => Step::Rcpt,
        Stage::Data => Step::Data,
        Stage::Dot => Step::Dot,
    }
}
