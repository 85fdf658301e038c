//! Mail to our own people, kept until it is on its way: a server that is away loses no word.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// A mail that waits.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TeamMail {
    pub id: i64,
    /// `problem` or `finished`.
    pub kind: String,
    pub subject: String,
    pub body: String,
}

/// Keeps a mail until it is sent.
pub async fn add(
    connection: &impl ConnectionTrait,
    kind: &str,
    subject: &str,
    body: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO team_mail (kind, subject, body, since) VALUES ($1, $2, $3, $4)";
    let values = vec![kind.into(), subject.into(), body.into(), at.millis().into()];
    sql::run(connection, sql, values).await?;
    Ok(())
}

/// What waits and is not older than `since`: what could not be told for a day is told by `status`.
pub async fn untold(
    connection: &impl ConnectionTrait,
    since: Instant,
) -> Result<Vec<TeamMail>, StoreError> {
    let sql = "SELECT id, kind, subject, body FROM team_mail WHERE told_at IS NULL AND since >= $1 \
               ORDER BY since, id LIMIT 20";
    sql::all(connection, sql, vec![since.millis().into()]).await
}

pub async fn told(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "UPDATE team_mail SET told_at = $1 WHERE id = $2";
    sql::run(connection, sql, vec![at.millis().into(), id.into()]).await?;
    Ok(())
}

/// Up to which entry this machine's log file has the log.
pub async fn copied(connection: &impl ConnectionTrait, host: &str) -> Result<i64, StoreError> {
    let sql = "SELECT last_entry_id AS value FROM log_file WHERE host = $1";
    sql::number(connection, sql, vec![host.into()]).await
}

pub async fn set_copied(
    connection: &impl ConnectionTrait,
    host: &str,
    last: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO log_file (host, last_entry_id) VALUES ($1, $2) \
               ON CONFLICT (host) DO UPDATE SET last_entry_id = excluded.last_entry_id";
    sql::run(connection, sql, vec![host.into(), last.into()]).await?;
    Ok(())
}
