//! What was tried lately, so that limits hold across cron's runs and across machines.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// Two machines that count and claim at once would both see room; they take turns instead.
const LOCK: i64 = 0x6461_7465_7468_726f;

/// Until the transaction ends nobody else counts or claims under limits.
pub async fn take_turns(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        sql::run(
            connection,
            "SELECT pg_advisory_xact_lock($1)",
            vec![LOCK.into()],
        )
        .await?;
    }
    Ok(())
}

/// Notes mails that were tried at `at`, by recipient domain.
pub async fn note(
    connection: &impl ConnectionTrait,
    at: Instant,
    tried: &BTreeMap<String, i64>,
) -> Result<(), StoreError> {
    let all: i64 = tried.values().sum();
    let everything = ("", all);
    let sql = "INSERT INTO throttle (at, domain, count) VALUES ($1, $2, $3)";
    for (domain, count) in tried
        .iter()
        .map(|(domain, count)| (domain.as_str(), *count))
        .chain([everything])
    {
        sql::run(
            connection,
            sql,
            vec![at.millis().into(), domain.into(), count.into()],
        )
        .await?;
    }
    Ok(())
}

/// How many were tried in the window that ends at `now`, in all.
pub async fn used(
    connection: &impl ConnectionTrait,
    now: Instant,
    window: Duration,
) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS value FROM throttle WHERE domain = '' AND at > $1";
    sql::number(connection, sql, vec![now.minus(window).millis().into()]).await
}

/// When the oldest use in the window leaves it: the first instant with room again.
pub async fn frees_at(
    connection: &impl ConnectionTrait,
    now: Instant,
    window: Duration,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at AS value FROM throttle WHERE domain = '' AND at > $1 ORDER BY at LIMIT 1";
    let oldest = sql::numbers(connection, sql, vec![now.minus(window).millis().into()]).await?;
    Ok(oldest
        .first()
        .map(|at| Instant::from_millis(*at).plus(window)))
}

/// How many rows are claimed at the moment, on all machines.
pub async fn in_flight(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let sql =
        "SELECT COUNT(*) AS value FROM delivery WHERE stage <> 'none' AND lease_until IS NOT NULL";
    sql::number(connection, sql, vec![]).await
}

/// A domain with what was tried there lately, or is on its way.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DomainUse {
    pub domain: String,
    pub value: i64,
}

/// By domain: tried in the window.
pub async fn used_by_domain(
    connection: &impl ConnectionTrait,
    now: Instant,
    window: Duration,
) -> Result<Vec<DomainUse>, StoreError> {
    let sql = "SELECT domain, CAST(SUM(count) AS BIGINT) AS value FROM throttle WHERE domain <> '' AND at > $1 GROUP BY domain";
    sql::all(connection, sql, vec![now.minus(window).millis().into()]).await
}

/// When the oldest use of any domain leaves the window.
pub async fn domain_frees_at(
    connection: &impl ConnectionTrait,
    now: Instant,
    window: Duration,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at AS value FROM throttle WHERE domain <> '' AND at > $1 ORDER BY at LIMIT 1";
    let oldest = sql::numbers(connection, sql, vec![now.minus(window).millis().into()]).await?;
    Ok(oldest
        .first()
        .map(|at| Instant::from_millis(*at).plus(window)))
}

/// By domain: claimed at the moment.
pub async fn in_flight_by_domain(
    connection: &impl ConnectionTrait,
) -> Result<Vec<DomainUse>, StoreError> {
    let sql = "SELECT domain, COUNT(*) AS value FROM delivery WHERE stage <> 'none' AND lease_until IS NOT NULL GROUP BY domain";
    sql::all(connection, sql, vec![]).await
}

/// Forgets what no window looks at any more.
pub async fn forget(connection: &impl ConnectionTrait, before: Instant) -> Result<(), StoreError> {
    sql::run(
        connection,
        "DELETE FROM throttle WHERE at < $1",
        vec![before.millis().into()],
    )
    .await?;
    Ok(())
}
