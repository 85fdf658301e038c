//! An instant: UTC milliseconds since 1970, the one form in which Dateline compares and stores time.

use std::fmt;
use std::time::Duration;

/// A point in time as UTC milliseconds since 1970-01-01T00:00:00Z.
///
/// Integers sort the same in Rust, SQLite and PostgreSQL; civil times and zones are kept beside
/// them, never instead of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Instant(i64);

impl Instant {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// From a finer clock, rounded up: an embargo may be met late by a millisecond, never early.
    pub fn from_timestamp_up(timestamp: jiff::Timestamp) -> Self {
        let nanos = timestamp.as_nanosecond();
        let millis = nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) != 0);
        Self(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    /// From a finer clock, rounded down: "now" may never look later than it is.
    pub fn from_timestamp_down(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }

    /// As jiff's timestamp; an instant beyond jiff's years (9999) is held at their end.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The next whole second, or itself: what a civil time of seconds can say.
    #[must_use]
    pub fn up_to_second(self) -> Self {
        let past = self.0.rem_euclid(1000);
        if past == 0 {
            self
        } else {
            Self(self.0 - past + 1000)
        }
    }

    /// Time from `self` to `later`; zero when `later` is not later.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }
}

/// RFC 3339 in UTC; milliseconds only where there are any.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.rem_euclid(1000) == 0 {
            write!(f, "{}", self.timestamp())
        } else {
            write!(f, "{:.3}", self.timestamp())
        }
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse()
            .map(Self::from_timestamp_up)
            .map_err(serde::de::Error::custom)
    }
}
