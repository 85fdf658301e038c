//! The settings: `config.toml` is read once, and a mistake in it is named by file, line and key.

pub mod environment;
pub mod find;
pub mod going_live;
pub mod keys;
mod locate;
pub mod pending;
pub mod period;
pub mod problem;
mod resolve;
pub mod secret;
pub mod size;
pub mod template;
mod validate;

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::environment::Environment;
use crate::config::keys::limits::{Limits, Rates};
use crate::config::keys::mailbox::Mailbox;
use crate::config::keys::newsroom::{Database, Desk, Newsroom};
use crate::config::keys::run::{Embargo, Privacy, Run, Time};
use crate::config::keys::serve::{Dkim, Hook, Log, Notify, Serve, Unsubscribe};
use crate::config::keys::smtp::Smtp;
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;
pub use crate::config::resolve::credential;
use crate::domain::check::Style;

/// Settings of some hundred lines; anything larger is something else.
const LARGEST: u64 = 1024 * 1024;

/// Every setting, checked. Paths are absolute, or as relative as the path of the file was.
///
/// `Debug` and `Serialize` show no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Version of the file's format; 1.
    pub dateline: u32,
    pub newsroom: Newsroom,
    #[serde(default)]
    pub desk: Desk,
    #[serde(default)]
    pub database: Database,
    #[serde(default)]
    pub smtp: Smtp,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub run: Run,
    #[serde(default)]
    pub embargo: Embargo,
    #[serde(default)]
    pub time: Time,
    #[serde(default)]
    pub unsubscribe: Unsubscribe,
    #[serde(default)]
    pub mailbox: Mailbox,
    #[serde(default)]
    pub serve: Serve,
    #[serde(default)]
    pub dkim: Dkim,
    #[serde(default)]
    pub notify: Notify,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub privacy: Privacy,
    #[serde(default)]
    pub style: Style,
    #[serde(default, rename = "hook")]
    pub hooks: Vec<Hook>,
}

impl Config {
    /// All defaults, for a newsroom that has no file: the demo's and the tests'. Paths are relative.
    pub fn new(name: &str, from: &str) -> Self {
        Self {
            dateline: 1,
            newsroom: Newsroom::new(name, from),
            desk: Desk::default(),
            database: Database::default(),
            smtp: Smtp::default(),
            limits: Limits::default(),
            run: Run::default(),
            embargo: Embargo::default(),
            time: Time::default(),
            unsubscribe: Unsubscribe::default(),
            mailbox: Mailbox::default(),
            serve: Serve::default(),
            dkim: Dkim::default(),
            notify: Notify::default(),
            log: Log::default(),
            privacy: Privacy::default(),
            style: Style::default(),
            hooks: Vec::new(),
        }
    }

    /// Without the waits that protect a real newsroom: `schedule --now` starts at once, and an
    /// embargo may be as short as the demo's.
    #[must_use]
    pub fn without_notice(mut self) -> Self {
        self.run.cooling_off = Duration::ZERO;
        self.embargo.min_lead = Duration::ZERO;
        self.embargo.warn_lead = Duration::ZERO;
        self
    }

    /// The limits in force: a key that is written counts, else what the preset's provider enforces,
    /// else the careful default.
    pub fn rates(&self) -> Rates {
        self.limits.rates(self.smtp.preset)
    }
}

/// Reads and checks the file at `path`; relative paths in it become relative to its folder.
///
/// Fails with the file, line and key of the first mistake; never shows a value.
pub fn load(path: &Path, environment: &Environment) -> Result<Config, ConfigProblem> {
    let text = read(path).map_err(|error| ConfigProblem::unreadable(path, &error))?;
    let mut config = parse(path, &text)?;
    let located = Located::new(path, &text);
    validate::check(&config, &located)?;
    validate::not_for_all_eyes(&config, &located)?;
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    resolve::paths(&mut config, &folder, environment, &located)?;
    Ok(config)
}

/// The file's text; a device that never ends is given up on.
fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

fn parse(path: &Path, text: &str) -> Result<Config, ConfigProblem> {
    let config: Config =
        toml::from_str(text).map_err(|error| Located::new(path, text).mistake(&error))?;
    if config.dateline == 1 {
        return Ok(config);
    }
    Err(Located::new(path, text).problem(
        "config-version",
        &["dateline"],
        "must be 1: this file was written for another version of Dateline",
        "write `dateline = 1`, or use the version of Dateline that the file is for",
    ))
}
