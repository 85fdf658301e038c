//! Mails of a distribution to one recipient domain, one after the other or all at once.

use std::time::Duration;

use sea_orm::ConnectionTrait;

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// Lets the mails to a domain that are due, or that nobody has tried, fall due one by one. It stands in the rows, so it holds
/// for every run on every machine. Tells how many.
pub async fn slow(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    domain: &str,
    now: Instant,
    pace: Duration,
) -> Result<u64, StoreError> {
    let sql = "UPDATE delivery SET due_at = CAST($3 AS BIGINT) + slow.nth * CAST($4 AS BIGINT) FROM \
               (SELECT id, ROW_NUMBER() OVER (ORDER BY due_at, position, id) AS nth FROM delivery \
                WHERE distribution_id = $1 AND domain = $2 AND due_at IS NOT NULL \
                AND (due_at <= $3 OR (status = 'queued' AND attempts = 0))) AS slow \
               WHERE delivery.id = slow.id AND delivery.status IN ('queued', 'deferred')";
    let values = vec![
        distribution_id.into(),
        domain.into(),
        now.millis().into(),
        i64::try_from(pace.as_millis()).unwrap_or(i64::MAX).into(),
    ];
    sql::run(connection, sql, values).await
}

/// Lets those that nobody has tried yet fall due now; who is tried again keeps the time of that.
pub async fn at_once(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    domain: &str,
    now: Instant,
) -> Result<u64, StoreError> {
    let sql = "UPDATE delivery SET due_at = $3 WHERE distribution_id = $1 AND domain = $2 \
               AND status = 'queued' AND attempts = 0 AND due_at > $3";
    let values = vec![distribution_id.into(), domain.into(), now.millis().into()];
    sql::run(connection, sql, values).await
}
