//! The log as people read it, and the proof that nobody rewrote it.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::write;
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::store::log::{self, LogRow};

pub use crate::store::log::Wanted;

/// One act: ids and codes, never an address.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Entry {
    pub id: i64,
    pub at: Instant,
    pub by: String,
    pub host: String,
    pub act: String,
    /// What it was done to: `release`, `desk`, `run` …
    pub subject: String,
    pub subject_id: i64,
    pub detail: serde_json::Value,
    pub hash: String,
}

impl From<LogRow> for Entry {
    fn from(row: LogRow) -> Self {
        Self {
            id: row.id,
            at: Instant::from_millis(row.at),
            by: row.actor,
            host: row.host,
            act: row.act,
            subject: row.subject,
            subject_id: row.subject_id,
            // Shown as text where it is no JSON any more: `verify` is what complains about it.
            detail: serde_json::from_str(&row.detail).unwrap_or(row.detail.into()),
            hash: row.hash,
        }
    }
}

/// The newest acts, oldest of them first. A `since` without a zone is in the newsroom's.
pub async fn entries(
    desk: &Desk,
    mut wanted: Wanted,
    since: Option<&str>,
    limit: u32,
) -> Result<Vec<Entry>, Problem> {
    if let Some(text) = since {
        let zone = desk.config.newsroom.time_zone.as_deref();
        wanted.since = Some(when::read_any(text, zone, &desk.zones)?.instant);
    }
    let rows = log::latest(desk.store.db(), &wanted, i64::from(limit)).await?;
    Ok(rows.into_iter().rev().map(Entry::from).collect())
}

/// What was done to a release, oldest first.
pub async fn history(desk: &Desk, slug: &str) -> Result<Vec<Entry>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let rows = log::about(connection, "release", release.id).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// How far the chain of hashes holds.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Verified {
    pub ok: bool,
    /// Entries that hold, from the first on.
    pub entries: u64,
    /// The first entry that was changed, or follows one that is missing.
    pub broken_at: Option<i64>,
    /// Hash of the newest entry: noted down elsewhere, it proves later that the end was not cut off.
    pub last_hash: Option<String>,
}

pub async fn verify(desk: &Desk) -> Result<Verified, Problem> {
    let connection = desk.store.db();
    let (entries, broken_at) = log::verify(connection).await?;
    let last = log::latest(connection, &Wanted::default(), 1)
        .await?
        .into_iter()
        .next();
    Ok(Verified {
        ok: broken_at.is_none(),
        entries,
        broken_at,
        last_hash: last.map(|row| row.hash),
    })
}
