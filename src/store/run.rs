//! One row per working `run`; an idle call leaves none.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

pub async fn begin(
    connection: &impl ConnectionTrait,
    host: &str,
    pid: u32,
    at: Instant,
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO run (host, pid, started_at, beat_at) VALUES ($1, $2, $3, $3) RETURNING id AS value";
    sql::number(
        connection,
        sql,
        vec![host.into(), i64::from(pid).into(), at.millis().into()],
    )
    .await
}

pub async fn beat(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE run SET beat_at = $1 WHERE id = $2",
        vec![at.millis().into(), id.into()],
    )
    .await?;
    Ok(())
}

pub async fn end(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
    outcome: &str,
    counts: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE run SET ended_at = $1, beat_at = $1, outcome = $2, counts = $3 WHERE id = $4";
    sql::run(
        connection,
        sql,
        vec![at.millis().into(), outcome.into(), counts.into(), id.into()],
    )
    .await?;
    Ok(())
}

/// The class of our session locks, one per run, on PostgreSQL.
const ALIVE: i32 = 0x6461_7465;

/// Holds a lock for as long as this very connection lives: how others tell a dead run from a slow
/// one. Only on PostgreSQL, and only on a connection that is used for nothing else.
pub async fn hold_alive(connection: &impl ConnectionTrait, run_id: i64) -> Result<(), StoreError> {
    let id = i32::try_from(run_id & 0x7fff_ffff).unwrap_or(0);
    sql::run(
        connection,
        "SELECT pg_advisory_lock($1, $2)",
        vec![ALIVE.into(), id.into()],
    )
    .await?;
    Ok(())
}

/// Whether the process of a run is gone, as PostgreSQL knows by the lock its session held. SQLite
/// needs no such question: whoever holds the lock file is the only one.
pub async fn is_dead(connection: &impl ConnectionTrait, run_id: i64) -> Result<bool, StoreError> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(true);
    }
    let id = i32::try_from(run_id & 0x7fff_ffff).unwrap_or(0);
    let sql = "SELECT CASE WHEN pg_try_advisory_xact_lock($1, $2) THEN 1::bigint ELSE 0::bigint END AS value";
    Ok(sql::number(connection, sql, vec![ALIVE.into(), id.into()]).await? == 1)
}
