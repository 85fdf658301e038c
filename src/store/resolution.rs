//! Rows that somebody decides about once they were over: unknown ones, and those refused for good.
//!
//! Every UPDATE carries the status it starts from, and keeps what the row said in `attempt` first.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// How many rows of a distribution have this status (`unknown` or `failed`); with `to_send` without
/// those of erased contacts, whose address is gone.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    status: &str,
    to_send: bool,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS value FROM delivery WHERE distribution_id = $1 AND status = $2 \
               AND ($3 = 0 OR address IS NOT NULL)";
    let values = vec![
        distribution_id.into(),
        status.into(),
        i64::from(to_send).into(),
    ];
    sql::number(connection, sql, values).await
}

/// Puts rows of this status back into the queue, due at once, with the same Message-ID and date as
/// before. Returns how many.
pub async fn requeue(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    status: &str,
    at: Instant,
) -> Result<u64, StoreError> {
    let history = "INSERT INTO attempt (delivery_id, number, run_id, at, stage, code, enhanced, text) \
                   SELECT id, attempts, run_id, COALESCE(done_at, $1), status, code, enhanced, text FROM delivery \
                   WHERE distribution_id = $2 AND status = $3 AND address IS NOT NULL";
    let values = vec![at.millis().into(), distribution_id.into(), status.into()];
    sql::run(connection, history, values.clone()).await?;
    let sql = "UPDATE delivery SET status = 'queued', due_at = $1, reason = NULL, done_at = NULL \
               WHERE distribution_id = $2 AND status = $3 AND address IS NOT NULL";
    sql::run(connection, sql, values).await
}

/// Takes a person's word that the server took the unknown mails of a distribution. The time of
/// sending is that of the attempt.
pub async fn accept(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    at: Instant,
) -> Result<u64, StoreError> {
    let sql = "UPDATE delivery SET status = 'sent', reason = 'accepted-by-a-person', \
               sent_at = COALESCE(done_at, $1), done_at = $1 WHERE distribution_id = $2 AND status = 'unknown'";
    sql::run(
        connection,
        sql,
        vec![at.millis().into(), distribution_id.into()],
    )
    .await
}

/// Opens a finished distribution again, or keeps a scheduled or running one as it is; holds its row
/// until the transaction ends, so that no run finishes it over rows that are put back meanwhile.
/// False: it is none of these (paused, blocked, canceled).
pub async fn reopen(connection: &impl ConnectionTrait, id: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE distribution SET status = CASE WHEN status = 'finished' THEN 'running' ELSE status END, \
               finished_at = NULL WHERE id = $1 AND status IN ('scheduled', 'running', 'finished')";
    Ok(sql::run(connection, sql, vec![id.into()]).await? == 1)
}

/// Waits for whoever holds a distribution's row. On PostgreSQL a statement sees what was committed
/// before it began: one that both waits and looks would look at the time before its wait.
pub async fn take_turns(connection: &impl ConnectionTrait, id: i64) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let sql = "SELECT id AS value FROM distribution WHERE id = $1 FOR UPDATE";
        sql::numbers(connection, sql, vec![id.into()]).await?;
    }
    Ok(())
}
