//! Troubles that people are told about once, not once a minute.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// A trouble that lasts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Notice {
    pub since: i64,
    pub told_at: Option<i64>,
}

/// Notes a trouble, or finds it noted, and tells since when it lasts.
pub async fn raise(
    connection: &impl ConnectionTrait,
    key: &str,
    at: Instant,
) -> Result<Notice, StoreError> {
    let sql = "INSERT INTO notice (key, since) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    sql::run(connection, sql, vec![key.into(), at.millis().into()]).await?;
    let found = find(connection, key).await?;
    Ok(found.unwrap_or(Notice {
        since: at.millis(),
        told_at: None,
    }))
}

pub async fn find(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<Notice>, StoreError> {
    sql::one(
        connection,
        "SELECT since, told_at FROM notice WHERE key = $1",
        vec![key.into()],
    )
    .await
}

pub async fn told(
    connection: &impl ConnectionTrait,
    key: &str,
    at: Instant,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE notice SET told_at = $1 WHERE key = $2",
        vec![at.millis().into(), key.into()],
    )
    .await?;
    Ok(())
}

/// The trouble is over, and is told of again when it comes back.
pub async fn end(connection: &impl ConnectionTrait, key: &str) -> Result<(), StoreError> {
    sql::run(
        connection,
        "DELETE FROM notice WHERE key = $1",
        vec![key.into()],
    )
    .await?;
    Ok(())
}

/// Since when mail does not get through, and whether that is for a refused login; none where it does.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Blocked {
    pub since: i64,
    pub is_login: bool,
}

pub async fn on_the_way(connection: &impl ConnectionTrait) -> Result<Option<Blocked>, StoreError> {
    let sql = "SELECT since, key LIKE 'login-%' AS is_login FROM notice \
               WHERE key = 'route' OR key LIKE 'login-%' ORDER BY is_login DESC, since LIMIT 1";
    sql::one(connection, sql, vec![]).await
}

/// The way to the server is open again: nothing is noted of it any more, nor of any login. True:
/// somebody was told.
pub async fn end_of_the_way(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let sql = "DELETE FROM notice WHERE key = 'route' OR key LIKE 'login-%' \
               RETURNING CASE WHEN told_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS value";
    let told = sql::numbers(connection, sql, vec![]).await?;
    Ok(told.contains(&1))
}
