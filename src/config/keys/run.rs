//! How `run` behaves: `[run]`, `[embargo]`, `[time]`, `[privacy]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::period;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// When `run` goes on by itself, and when it asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// Found later than this: not sent, a person is asked.
    #[serde(with = "period")]
    pub max_lateness: Duration,
    /// The same for an embargo's lift.
    #[serde(with = "period")]
    pub max_lateness_embargo: Duration,
    /// Between `schedule --now` and the first mail: time to cancel.
    #[serde(with = "period")]
    pub cooling_off: Duration,
    pub unknown: Unknown,
    /// A server's outage shorter than this stays silent.
    #[serde(with = "period")]
    pub alert_after: Duration,
    /// Share of rejections at which a distribution is blocked; above 0, at most 1.
    pub stop_failure_rate: f64,
    /// Then stop cleanly; the next run goes on.
    #[serde(with = "period")]
    pub max_duration: Duration,
    /// Names needed to approve: 1 or 2.
    pub approvals: u8,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            max_lateness: 2 * HOUR,
            max_lateness_embargo: 15 * MINUTE,
            cooling_off: 2 * MINUTE,
            unknown: Unknown::default(),
            alert_after: 10 * MINUTE,
            stop_failure_rate: 0.10,
            max_duration: 50 * MINUTE,
            approvals: 1,
        }
    }
}

/// What to do with a mail that the server may or may not have taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// A person decides.
    #[default]
    Hold,
    /// Rather twice than never.
    ResendOnce,
}

/// How much notice an embargo needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embargo {
    /// From the first advance copy to the lift; less is refused.
    #[serde(with = "period")]
    pub min_lead: Duration,
    /// Less is warned of.
    #[serde(with = "period")]
    pub warn_lead: Duration,
}

impl Default for Embargo {
    fn default() -> Self {
        Self {
            min_lead: 2 * HOUR,
            warn_lead: 24 * HOUR,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Time {
    pub tzdata: Tzdata,
}

/// Whose time zone rules count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tzdata {
    /// The newer of the system's and the built-in ones.
    #[default]
    Auto,
    System,
    Bundled,
}

/// How long we remember.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    pub keep_message_text_days: u32,
    pub keep_bounces_days: u32,
    /// Where our privacy notice is; told once, in the first mail to a contact.
    pub notice_url: Option<String>,
    /// There is no tracking pixel; the key exists to say so.
    pub track_opens: bool,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            keep_message_text_days: 400,
            keep_bounces_days: 90,
            notice_url: None,
            track_opens: false,
        }
    }
}
