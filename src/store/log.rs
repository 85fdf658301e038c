//! The append-only, hash-chained log: who did what, when, to which row; ids and codes only.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use sha2::{Digest, Sha256};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// One writer at a time may extend the chain on PostgreSQL; SQLite has one writer anyway.
const CHAIN_LOCK: i64 = 0x0064_6174_656c_6f67;

/// Ids in one statement.
const CHUNK: usize = 10_000;

/// What is to be written down. `detail` is a JSON object of ids and codes: erasing a person must
/// never have to touch the log, so no name, address or server text may be in it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub at: Instant,
    pub actor: &'a str,
    pub host: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub subject_id: i64,
    pub detail: serde_json::Value,
}

/// A row of the log.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LogRow {
    pub id: i64,
    pub at: i64,
    pub actor: String,
    pub host: String,
    pub act: String,
    pub subject: String,
    pub subject_id: i64,
    pub detail: String,
    pub prev_hash: String,
    pub hash: String,
}

#[derive(FromQueryResult)]
struct Last {
    hash: String,
}

/// Appends one entry and gives its number. The caller's transaction carries it: an act and its entry
/// stand or fall together.
pub async fn append(
    connection: &impl ConnectionTrait,
    entry: Entry<'_>,
) -> Result<i64, StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        sql::run(
            connection,
            "SELECT pg_advisory_xact_lock($1)",
            vec![CHAIN_LOCK.into()],
        )
        .await?;
    }
    let last = sql::one::<Last>(
        connection,
        "SELECT hash FROM log_entry ORDER BY id DESC LIMIT 1",
        vec![],
    )
    .await?;
    let previous = last.map(|row| row.hash).unwrap_or_default();
    let detail = entry.detail.to_string();
    let hash = link(
        &previous,
        entry.at.millis(),
        &[entry.actor, entry.host, entry.act, entry.subject],
        entry.subject_id,
        &detail,
    );
    let sql = "INSERT INTO log_entry (at, actor, host, act, subject, subject_id, detail, prev_hash, hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id AS value";
    let values = vec![
        entry.at.millis().into(),
        entry.actor.into(),
        entry.host.into(),
        entry.act.into(),
        entry.subject.into(),
        entry.subject_id.into(),
        detail.into(),
        previous.into(),
        hash.into(),
    ];
    sql::number(connection, sql, values).await
}

/// Notes whom an entry about many contacts means.
pub async fn name_contacts(
    connection: &impl ConnectionTrait,
    entry_id: i64,
    contacts: &[i64],
) -> Result<(), StoreError> {
    let insert = format!(
        "INSERT INTO log_entry_contact (contact_id, entry_id) SELECT c.id, $2 FROM contact c WHERE c.id {}",
        set::among_numbers(connection, 1)
    );
    for chunk in contacts.chunks(CHUNK) {
        sql::run(connection, &insert, vec![set::bind(chunk), entry_id.into()]).await?;
    }
    Ok(())
}

/// SHA-256 over the previous hash and every column, each with its length before it, so that no two
/// different rows can look alike.
fn link(previous: &str, at: i64, words: &[&str], subject_id: i64, detail: &str) -> String {
    let mut digest = Sha256::new();
    let numbers = [at.to_string(), subject_id.to_string()];
    let parts = std::iter::once(previous)
        .chain(numbers.iter().map(String::as_str))
        .chain(words.iter().copied());
    for part in parts.chain(std::iter::once(detail)) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    crate::domain::hex::encode(&digest.finalize())
}

/// Which entries are wanted; what is empty or nothing leaves all in.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub subject: String,
    pub act: String,
    pub actor: String,
    pub since: Option<Instant>,
}

/// Newest first.
pub async fn latest(
    connection: &impl ConnectionTrait,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<LogRow>, StoreError> {
    let sql = "SELECT * FROM log_entry WHERE ($1 = '' OR subject = $1) AND ($2 = '' OR act = $2) \
               AND ($3 = '' OR actor = $3) AND at >= $4 ORDER BY id DESC LIMIT $5";
    let since = wanted.since.map_or(i64::MIN, Instant::millis);
    let values = vec![
        wanted.subject.as_str().into(),
        wanted.act.as_str().into(),
        wanted.actor.as_str().into(),
        since.into(),
        limit.into(),
    ];
    sql::all(connection, sql, values).await
}

/// All entries about one row, oldest first.
pub async fn about(
    connection: &impl ConnectionTrait,
    subject: &str,
    subject_id: i64,
) -> Result<Vec<LogRow>, StoreError> {
    let sql = "SELECT * FROM log_entry WHERE subject = $1 AND subject_id = $2 ORDER BY id";
    sql::all(connection, sql, vec![subject.into(), subject_id.into()]).await
}

/// Entries from `after` on, oldest first, a page at a time.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: i64,
) -> Result<Vec<LogRow>, StoreError> {
    sql::all(
        connection,
        "SELECT * FROM log_entry WHERE id > $1 ORDER BY id LIMIT 1000",
        vec![after.into()],
    )
    .await
}

/// Walks the chain and tells how many entries hold and the id of the first that does not.
pub async fn verify(connection: &impl ConnectionTrait) -> Result<(u64, Option<i64>), StoreError> {
    let (mut good, mut after, mut previous) = (0, 0, String::new());
    loop {
        let rows = page(connection, after).await?;
        if rows.is_empty() {
            return Ok((good, None));
        }
        for row in rows {
            let words = [row.actor.as_str(), &row.host, &row.act, &row.subject];
            let hash = link(&previous, row.at, &words, row.subject_id, &row.detail);
            if row.prev_hash != previous || row.hash != hash {
                return Ok((good, Some(row.id)));
            }
            good += 1;
            after = row.id;
            previous = row.hash;
        }
    }
}
