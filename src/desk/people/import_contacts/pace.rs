//! How long an import keeps the database to itself: shortly, and with a pause where a `run` waits.

use std::time::{Duration, Instant};

/// A transaction takes rows in for this long where nobody sends. A `run` that begins waits for it
/// once.
const ALONE: Duration = Duration::from_millis(250);
/// The same while a `run` is at work.
const BESIDE_A_RUN: Duration = Duration::from_millis(40);
/// Who waits for SQLite's lock looks for it every 100 ms at the latest: so long it is free, now and
/// then.
const PAUSE: Duration = Duration::from_millis(110);

/// The rhythm of one import.
pub(crate) struct Pace {
    begun: Instant,
    /// Chunks that one transaction takes at most: few at first, so that it is soon seen to work.
    most: usize,
    taken: usize,
    transactions: usize,
    is_beside_a_run: bool,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            most: 1,
            taken: 0,
            transactions: 0,
            is_beside_a_run: false,
        }
    }

    /// A transaction is about to begin: how long to leave the database to others before.
    pub(crate) fn pause(&mut self, is_beside_a_run: bool) -> Duration {
        self.is_beside_a_run = is_beside_a_run;
        if is_beside_a_run && self.transactions > 0 {
            PAUSE
        } else {
            Duration::ZERO
        }
    }

    pub(crate) fn begin(&mut self) {
        if self.transactions > 0 {
            self.most = (self.most * 2).min(1 << 10);
        }
        if self.transactions < 2 {
            self.most = 1;
        }
        self.transactions += 1;
        self.taken = 0;
        self.begun = Instant::now();
    }

    /// A chunk more is in the transaction.
    pub(crate) fn took(&mut self) {
        self.taken += 1;
    }

    /// For how long the transaction still takes chunks in.
    pub(crate) fn left(&self) -> Option<Duration> {
        if self.taken >= self.most {
            return None;
        }
        let most = if self.is_beside_a_run {
            BESIDE_A_RUN
        } else {
            ALONE
        };
        most.checked_sub(self.begun.elapsed())
    }
}
