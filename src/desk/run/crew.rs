//! The crew: the workers, what each of them holds, and who gets the next rows.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::desk::Desk;
use crate::desk::letter::way_out::WayOut;
use crate::desk::run::worker::{Event, Job, Order, Worker};

/// Rows that a worker holds where each start is asked for: enough that the next envelope can
/// travel with the body before it.
const DEPTH: u64 = 8;

/// What one worker holds.
struct Hand {
    orders: mpsc::UnboundedSender<Order>,
    holds: u64,
}

/// All workers of a run.
pub(crate) struct Crew {
    hands: Vec<Hand>,
    tasks: JoinSet<()>,
    /// Rows per worker.
    depth: u64,
    /// Whether rows are handed out with their start granted: `at_risk` above the connections.
    pub(crate) begins_at_once: bool,
}

impl Crew {
    /// One worker per connection, and the channel on which they report.
    pub(crate) fn hire(
        desk: &Desk,
        way_out: &Arc<WayOut>,
        epoch: &Arc<AtomicI64>,
    ) -> (Self, mpsc::UnboundedReceiver<(usize, Event)>) {
        let connections = usize::from(desk.config.smtp.connections.max(1));
        let per_worker =
            u64::from(desk.config.smtp.at_risk()) / u64::try_from(connections).unwrap_or(1);
        let (events, reports) = mpsc::unbounded_channel();
        let mut crew = Self {
            hands: Vec::with_capacity(connections),
            tasks: JoinSet::new(),
            depth: if per_worker > 1 { per_worker } else { DEPTH },
            begins_at_once: per_worker > 1,
        };
        for number in 0..connections {
            let (orders, receiver) = mpsc::unbounded_channel();
            let worker = Worker {
                number,
                desk: desk.clone(),
                way_out: Arc::clone(way_out),
                orders: receiver,
                events: events.clone(),
                epoch: Arc::clone(epoch),
            };
            crew.tasks.spawn(worker.work());
            crew.hands.push(Hand { orders, holds: 0 });
        }
        (crew, reports)
    }

    /// How many rows the workers could take now. A hand is filled when it is half empty, so that
    /// each claim is worth its transaction.
    pub(crate) fn wants(&self) -> u64 {
        self.hands.iter().map(|hand| self.want(hand)).sum()
    }

    fn want(&self, hand: &Hand) -> u64 {
        if hand.holds * 2 <= self.depth {
            self.depth - hand.holds
        } else {
            0
        }
    }

    /// Results that are worth a transaction: half of what the workers hold with their starts granted.
    pub(crate) fn enough(&self) -> usize {
        if self.begins_at_once {
            let held = self
                .depth
                .saturating_mul(u64::try_from(self.hands.len()).unwrap_or(1));
            usize::try_from(held / 2).unwrap_or(usize::MAX)
        } else {
            1
        }
    }

    /// How many workers hold nothing.
    pub(crate) fn idle(&self) -> u64 {
        u64::try_from(self.hands.iter().filter(|hand| hand.holds == 0).count()).unwrap_or(0)
    }

    /// How many rows are with the workers.
    pub(crate) fn holds(&self) -> u64 {
        self.hands.iter().map(|hand| hand.holds).sum()
    }

    /// A row is no longer with its worker.
    pub(crate) fn gave(&mut self, number: usize) {
        if let Some(hand) = self.hands.get_mut(number) {
            hand.holds = hand.holds.saturating_sub(1);
        }
    }

    /// Deals rows round the table; what nobody could take comes back.
    pub(crate) fn deal(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let wants: Vec<u64> = self.hands.iter().map(|hand| self.want(hand)).collect();
        let mut shares: Vec<Vec<Job>> = self.hands.iter().map(|_| Vec::new()).collect();
        let mut left = Vec::new();
        let mut next = 0;
        for job in jobs {
            // What is begun already goes to who has nothing else in hand: at most one each.
            let idle_only = job.is_granted && !self.begins_at_once;
            let free = (0..wants.len())
                .map(|step| (next + step) % wants.len())
                .find(|number| {
                    let dealt = u64::try_from(shares[*number].len()).unwrap_or(u64::MAX);
                    let fits = !idle_only || (dealt == 0 && self.hands[*number].holds == 0);
                    dealt < wants[*number] && fits
                });
            match free {
                Some(number) => {
                    shares[number].push(job);
                    next = number + 1;
                }
                None => left.push(job),
            }
        }
        for (hand, share) in self
            .hands
            .iter_mut()
            .zip(shares)
            .filter(|(_, share)| !share.is_empty())
        {
            let count = u64::try_from(share.len()).unwrap_or(0);
            match hand.orders.send(Order::Send(share)) {
                Ok(()) => hand.holds += count,
                Err(mpsc::error::SendError(Order::Send(share))) => left.extend(share),
                Err(_) => {}
            }
        }
        left
    }

    /// Opens all connections.
    pub(crate) fn warm_up(&self) {
        for hand in &self.hands {
            // A worker that is gone needs no connection.
            let _ = hand.orders.send(Order::Connect);
        }
    }

    /// Sends everybody home. Nothing is in flight: who hangs in a connect or a goodbye is dropped.
    pub(crate) async fn dismiss(mut self) {
        self.hands.clear();
        let goodbye = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    }
}
