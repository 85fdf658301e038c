//! The only place that asks the system for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::instant::Instant;

/// Where "now" comes from. There is no flag and no environment variable that shifts it: a hidden
/// switch could break an embargo. Tests hand a fixed clock to `dateline::run`.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until somebody sleeps on it or sets it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The wall clock, rounded down to the millisecond: it never looks later than it is.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant::from_timestamp_down(jiff::Timestamp::now()),
            Self::Fixed(millis) => Instant::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Waits. A fixed clock moves on by as much instead, so that a test of hours takes none.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::System => tokio::time::sleep(duration).await,
            Self::Fixed(millis) => {
                let step = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
                millis.fetch_add(step, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Sets a fixed clock; the system's cannot be set from here.
    pub fn set(&self, at: Instant) {
        if let Self::Fixed(millis) = self {
            millis.store(at.millis(), Ordering::SeqCst);
        }
    }
}
