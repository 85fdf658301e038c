//! How fast we may send: `[limits]`, and what providers enforce.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::keys::smtp::Preset;
use crate::config::period;

/// The keys as written; `Config::rates` gives what is in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub per_second: Option<u32>,
    pub per_minute: Option<u32>,
    pub per_hour: Option<u32>,
    pub per_day: Option<u32>,
    pub per_domain_per_minute: Option<u32>,
    pub per_domain_in_flight: Option<u32>,
    /// Waits between attempts; each is varied by 20 %, the last repeats.
    #[serde(with = "period::list")]
    pub retry: Vec<Duration>,
    #[serde(with = "period")]
    pub give_up_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_second: None,
            per_minute: None,
            per_hour: None,
            per_day: None,
            per_domain_per_minute: None,
            per_domain_in_flight: None,
            retry: [5, 15, 30, 60, 120, 240].map(Duration::from_mins).to_vec(),
            give_up_after: Duration::from_hours(24),
        }
    }
}

/// Mails per time, over all runs; 0 is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Rates {
    pub per_second: u32,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    pub per_domain_per_minute: u32,
    pub per_domain_in_flight: u32,
}

/// What most providers put up with.
const CAREFUL: Rates = Rates {
    per_second: 0,
    per_minute: 60,
    per_hour: 2000,
    per_day: 0,
    per_domain_per_minute: 60,
    per_domain_in_flight: 5,
};

/// What a preset's provider enforces.
const fn enforced(preset: Preset) -> Rates {
    match preset {
        // "Exchange Online limits": 30 messages a minute, 10,000 recipients a day.
        Preset::M365 => Rates {
            per_minute: 30,
            per_hour: 0,
            per_day: 10_000,
            ..CAREFUL
        },
        // "Gmail sending limits in Google Workspace": 2,000 messages a day.
        Preset::Workspace => Rates {
            per_day: 2000,
            ..CAREFUL
        },
        // Each account has its own rate, shown in its console; one a second is what every one has.
        Preset::Ses => Rates {
            per_second: 1,
            per_minute: 0,
            per_hour: 0,
            ..CAREFUL
        },
        Preset::Relay => Rates {
            per_second: 0,
            per_minute: 0,
            per_hour: 0,
            per_day: 0,
            per_domain_per_minute: 0,
            per_domain_in_flight: 0,
        },
    }
}

impl Limits {
    /// The wait before the second try.
    pub fn first_wait(&self) -> Duration {
        self.retry.first().copied().unwrap_or_default()
    }

    pub(in crate::config) fn rates(&self, preset: Option<Preset>) -> Rates {
        let base = preset.map_or(CAREFUL, enforced);
        Rates {
            per_second: self.per_second.unwrap_or(base.per_second),
            per_minute: self.per_minute.unwrap_or(base.per_minute),
            per_hour: self.per_hour.unwrap_or(base.per_hour),
            per_day: self.per_day.unwrap_or(base.per_day),
            per_domain_per_minute: self
                .per_domain_per_minute
                .unwrap_or(base.per_domain_per_minute),
            per_domain_in_flight: self
                .per_domain_in_flight
                .unwrap_or(base.per_domain_in_flight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_limit_counts_more_than_a_preset() {
        let limits = Limits {
            per_minute: Some(7),
            ..Limits::default()
        };
        assert_eq!(limits.rates(Some(Preset::Relay)).per_minute, 7);
        assert_eq!(limits.rates(Some(Preset::Relay)).per_hour, 0);
        assert_eq!(limits.rates(None).per_hour, 2000);
        assert_eq!(Limits::default().rates(Some(Preset::M365)).per_minute, 30);
    }
}
