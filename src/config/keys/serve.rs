//! What we show and tell: `[unsubscribe]`, `[serve]`, `[dkim]`, `[notify]`, `[[hook]]`, `[log]`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How a contact says no without writing to us.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Unsubscribe {
    /// Public https address of `dateline serve`.
    pub base_url: Option<String>,
    /// Key of the links. Without it: the desk's own.
    pub secret_file: Option<PathBuf>,
    /// Without it: `reply_to`, else the address of `from`.
    pub mailto: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    pub listen: SocketAddr,
    /// How many hops of X-Forwarded-For to believe, from the right.
    pub trusted_proxies: u8,
    /// For each address that asks; more are refused for the rest of the minute.
    pub requests_per_minute: u32,
    pub newsroom: bool,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8027)),
            trusted_proxies: 1,
            requests_per_minute: 120,
            newsroom: true,
        }
    }
}

/// Only if the provider does not sign for us.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dkim {
    pub domain: Option<String>,
    pub selector: Option<String>,
    pub key_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Mailed once per problem, not once per minute.
    pub problems: Vec<String>,
    /// One report per release.
    pub finished: Vec<String>,
    pub healthcheck_url: Option<String>,
}

/// A program of ours that is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    pub after: Event,
    /// Program and arguments; JSON on its standard input, ten seconds.
    pub run: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Scheduled,
    Started,
    Finished,
    NeedsAttention,
    /// A trouble that was told of is over.
    Recovered,
    Bounced,
    Unsubscribed,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub level: Level,
    pub file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
}
