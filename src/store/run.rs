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

/// The class of our locks, one per run, on PostgreSQL.
const ALIVE: i32 = 0x6461_7465;
/// In the same class the one that all runs share, and that whoever keeps them out has alone.
const ALL: i32 = -1;

/// Takes a lock that lasts as long as this very transaction, which the caller keeps open and uses
/// for nothing else: how others tell a dead run from a slow one. SQLite needs none.
pub async fn hold_alive(connection: &impl ConnectionTrait, run_id: i64) -> Result<(), StoreError> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    endless(connection).await?;
    sql::run(
        connection,
        "SELECT pg_advisory_xact_lock($1, $2)",
        vec![ALIVE.into(), lock_number(run_id).into()],
    )
    .await?;
    Ok(())
}

/// The transaction that holds a lock waits for hours without a word.
async fn endless(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    let sql = "SET LOCAL idle_in_transaction_session_timeout = 0";
    sql::run(connection, sql, vec![]).await?;
    Ok(())
}

/// PostgreSQL: takes the lock that all runs share, for as long as this transaction lasts. False:
/// somebody keeps runs out.
pub async fn may_enter(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    endless(connection).await?;
    let sql = "SELECT CASE WHEN pg_try_advisory_xact_lock_shared($1, $2) THEN 1::bigint ELSE 0::bigint END AS value";
    Ok(sql::number(connection, sql, vec![ALIVE.into(), ALL.into()]).await? == 1)
}

/// PostgreSQL: takes that lock alone, so that no run begins while this transaction lasts. False: a run
/// is at work.
pub async fn keep_out(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    endless(connection).await?;
    let sql = "SELECT CASE WHEN pg_try_advisory_xact_lock($1, $2) THEN 1::bigint ELSE 0::bigint END AS value";
    let alone = sql::number(connection, sql, vec![ALIVE.into(), ALL.into()]).await? == 1;
    Ok(alone && at_work(connection).await?.is_none())
}

/// A run that lives, as people find it.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct AtWork {
    pub host: String,
    pub pid: i64,
}

/// PostgreSQL: the run that has been at work for longest, by the lock that its session holds.
pub async fn at_work(connection: &impl ConnectionTrait) -> Result<Option<AtWork>, StoreError> {
    let sql = "SELECT r.host, r.pid FROM run r JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted \
               AND l.classid = $1::bigint::oid AND l.objid = (r.id & 2147483647)::oid AND l.objsubid = 2 \
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
               WHERE r.ended_at IS NULL ORDER BY r.id LIMIT 1";
    sql::one(connection, sql, vec![i64::from(ALIVE).into()]).await
}

fn lock_number(run_id: i64) -> i32 {
    i32::try_from(run_id & 0x7fff_ffff).unwrap_or(0)
}

/// Whether the process of a run is gone, as PostgreSQL knows by the lock its session held. On
/// SQLite whoever holds the lock file is the only one, so every other run is.
pub async fn is_dead(connection: &impl ConnectionTrait, run_id: i64) -> Result<bool, StoreError> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(true);
    }
    let sql = "SELECT CASE WHEN pg_try_advisory_xact_lock($1, $2) THEN 1::bigint ELSE 0::bigint END AS value";
    Ok(sql::number(
        connection,
        sql,
        vec![ALIVE.into(), lock_number(run_id).into()],
    )
    .await?
        == 1)
}

/// Writes down that a run died, when somebody else finds out.
pub async fn bury(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "UPDATE run SET ended_at = $1, outcome = 'died' WHERE id = $2 AND ended_at IS NULL";
    sql::run(connection, sql, vec![at.millis().into(), id.into()]).await?;
    Ok(())
}
