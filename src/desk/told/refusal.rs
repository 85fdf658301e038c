//! A run that cannot work at all says why once, and once a day while it lasts; cron would mail it every
//! minute. Remembered in a small file, because the database may be the very thing that is missing.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::config::keys::newsroom::Place;
use crate::desk::opening::key;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;

/// A problem that lasts is told again after this long: whoever overlooked it shall hear of it.
const AGAIN: Duration = Duration::from_hours(24);
/// So many problems are told apart; the oldest is forgotten first.
const MOST: usize = 20;
/// Bytes of the file; a longer one is not ours.
const LONGEST: u64 = 256 * 1024;
/// On a full disk a file can still be made, if nothing is in it: then it stands for this problem alone,
/// told when the file was touched.
const FULL: &str = "disk-full";

/// A problem that somebody was told of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Known {
    code: String,
    message: String,
    /// Milliseconds, as in the database.
    since: i64,
    told_at: i64,
}

impl Known {
    fn is_of(&self, problem: &Problem) -> bool {
        self.code == problem.code && (self.message == problem.message || self.message.is_empty())
    }
}

/// Whether a refusal is to be said now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Telling {
    /// It is new.
    First,
    /// It lasts, since then, and a day has passed.
    Again(Instant),
    /// Somebody was told.
    Known,
    /// It cannot be remembered, and is better said every minute than never.
    Always,
}

/// Notes why a run could not work, and whether that is to be said.
pub fn note(config: &Config, problem: &Problem, now: Instant) -> Telling {
    let places = places(config);
    let mut all: Vec<Known> = places.iter().flat_map(|place| read(place)).collect();
    // One place may have become read-only since: what was told last counts.
    all.sort_by_key(|known| -known.told_at);
    let known = all.iter().find(|known| known.is_of(problem)).cloned();
    let told = known
        .as_ref()
        .map(|known| Instant::from_millis(known.told_at));
    // A clock that was set back makes nothing new.
    if told.is_some_and(|told| told.until(now) < AGAIN && now.until(told) < AGAIN) {
        return Telling::Known;
    }
    let since = known.map_or(now.millis(), |known| known.since);
    all.retain(|known| !known.is_of(problem));
    let newest = Known {
        code: problem.code.to_owned(),
        message: problem.message.clone(),
        since,
        told_at: now.millis(),
    };
    all.insert(0, newest);
    all.truncate(MOST);
    let text = serde_json::to_string(&all).unwrap_or_default();
    let is_kept = places.iter().any(|place| write(place, &text).is_ok())
        || problem.code == FULL && places.iter().any(|place| mark(place, now).is_ok());
    if !is_kept {
        return Telling::Always;
    }
    match told {
        Some(_) => Telling::Again(Instant::from_millis(since)),
        None => Telling::First,
    }
}

/// A run works. True: somebody was told that one could not, and it is over now.
pub fn over(config: &Config) -> bool {
    let mut any = false;
    for place in places(config) {
        any |= std::fs::remove_file(place).is_ok();
    }
    any
}

/// Where it is remembered, the best place first: beside an SQLite database, which is written to anyway;
/// else beside the key.
fn places(config: &Config) -> Vec<PathBuf> {
    let beside = |file: &Path| {
        let mut name = file.as_os_str().to_owned();
        name.push(".run-trouble");
        PathBuf::from(name)
    };
    let database = match config.database.place() {
        Place::Sqlite(file) => Some(beside(&file)),
        Place::Postgres(_) => None,
    };
    let key = beside(&config.desk.key_file);
    database.into_iter().chain([key]).collect()
}

/// What cannot be read was never written.
fn read(place: &Path) -> Vec<Known> {
    let Ok(file) = std::fs::File::open(place) else {
        return Vec::new();
    };
    if let Some(told_at) = marked(&file) {
        return vec![Known {
            code: FULL.to_owned(),
            message: String::new(),
            since: told_at,
            told_at,
        }];
    }
    let mut text = String::new();
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) => serde_json::from_str(&text).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Whole under its name, or as it was; for its owner alone.
fn write(place: &Path, text: &str) -> std::io::Result<()> {
    key::replace_whole(place, text.as_bytes())
}

/// Leaves an empty file of this time.
fn mark(place: &Path, now: Instant) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let since_then = Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0));
    options.open(place)?.set_modified(UNIX_EPOCH + since_then)
}

/// When an empty file was left, in milliseconds; none where there is something in it.
fn marked(file: &std::fs::File) -> Option<i64> {
    let meta = file.metadata().ok()?;
    let touched = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let is_mark = meta.is_file() && meta.len() == 0;
    is_mark.then(|| i64::try_from(touched.as_millis()).unwrap_or(0))
}
