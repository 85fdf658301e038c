//! How far a run is, for a person who looks on; it never delays or fails the sending.

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Moment};

use tokio::sync::watch;

use crate::desk::run::ledger::{Counts, Ledger};
use crate::domain::instant::Instant;
use crate::store::delivery;

/// Nobody reads faster.
const PAUSE: Duration = Duration::from_millis(200);
/// Counting a large distribution anew costs more than it tells; in between it is subtracted.
const RECOUNT: Duration = Duration::from_secs(15);

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Of this run.
    pub counts: Counts,
    /// Recipients of what is at work who have no mail yet.
    pub left: u64,
    /// Tries of this run that were put off, by domain.
    pub deferred: BTreeMap<String, u64>,
    /// Nothing is to be done before this instant.
    pub waits_for: Option<Instant>,
}

impl Progress {
    /// Mails of this run that need no further try.
    pub fn over(&self) -> u64 {
        over(&self.counts)
    }
}

fn over(counts: &Counts) -> u64 {
    counts.sent + counts.failed + counts.unknown
}

/// Tells it to whoever looks on.
#[derive(Debug)]
pub(crate) struct Teller {
    to: Option<watch::Sender<Progress>>,
    told: Option<Moment>,
    counted: Option<Counted>,
}

/// What was open at a count, and how many mails of this run were over by then.
#[derive(Debug)]
struct Counted {
    at: Moment,
    of: Vec<i64>,
    open: u64,
    over: u64,
}

impl Teller {
    pub(crate) fn new(to: Option<watch::Sender<Progress>>) -> Self {
        Self {
            to,
            told: None,
            counted: None,
        }
    }

    /// A few times a second; in between it costs nothing.
    pub(crate) async fn tell(&mut self, ledger: &Ledger, waits_for: Option<Instant>) {
        let now = Moment::now();
        let is_soon = self.told.is_some_and(|told| now - told < PAUSE);
        if self.to.is_none() || is_soon {
            return;
        }
        self.told = Some(now);
        let left = self.left(ledger, now).await;
        if let Some(to) = &self.to {
            to.send_replace(Progress {
                counts: ledger.counts.clone(),
                left,
                deferred: ledger.deferred.clone(),
                waits_for,
            });
        }
    }

    async fn left(&mut self, ledger: &Ledger, now: Moment) -> u64 {
        let over = over(&ledger.counts);
        let of: Vec<i64> = ledger.active.keys().copied().collect();
        let known = self
            .counted
            .as_ref()
            .filter(|counted| counted.of == of && now - counted.at < RECOUNT);
        if let Some(counted) = known {
            return counted.open.saturating_sub(over - counted.over);
        }
        let open = open(ledger, &of).await;
        self.counted = Some(Counted {
            at: now,
            of,
            open,
            over,
        });
        open
    }
}

/// A database that is away is the sending's trouble, not ours.
async fn open(ledger: &Ledger, of: &[i64]) -> u64 {
    let mut open = 0;
    for id in of {
        let counts = delivery::counts(ledger.desk.store.db(), *id).await;
        for count in counts.unwrap_or_default() {
            if matches!(count.status.as_str(), "queued" | "deferred" | "sending") {
                open += u64::try_from(count.value).unwrap_or_default();
            }
        }
    }
    open
}
