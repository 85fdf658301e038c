//! What hangs on a version for the release check: overridden rules, and where a pasted text came from.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::check::origin::Origin;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// A rule that somebody has set aside for one version.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Override {
    pub rule: String,
    pub reason: String,
    pub by: String,
    /// UTC milliseconds.
    pub at: i64,
}

/// Sets a rule aside; a second reason for the same version replaces the first.
pub async fn add_override(
    connection: &impl ConnectionTrait,
    version_id: i64,
    rule: &str,
    reason: &str,
    by: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO check_override (version_id, rule, reason, by, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (version_id, rule) DO UPDATE SET reason = excluded.reason, by = excluded.by, at = excluded.at";
    let values = vec![
        version_id.into(),
        rule.into(),
        reason.into(),
        by.into(),
        at.millis().into(),
    ];
    sql::run(connection, sql, values).await?;
    Ok(())
}

pub async fn overrides(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<Override>, StoreError> {
    let sql = "SELECT rule, reason, by, at FROM check_override WHERE version_id = $1 ORDER BY rule";
    sql::all(connection, sql, vec![version_id.into()]).await
}

#[derive(FromQueryResult)]
struct OriginRow {
    origin: String,
}

pub async fn keep_origin(
    connection: &impl ConnectionTrait,
    version_id: i64,
    origin: &Origin,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(origin).unwrap_or_default();
    let sql = "INSERT INTO version_origin (version_id, origin) VALUES ($1, $2)";
    sql::run(connection, sql, vec![version_id.into(), json.into()]).await?;
    Ok(())
}

/// None: the version was not made from pasted text.
pub async fn origin(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Option<Origin>, StoreError> {
    let sql = "SELECT origin FROM version_origin WHERE version_id = $1";
    let row = sql::one::<OriginRow>(connection, sql, vec![version_id.into()]).await?;
    let broken = StoreError::Row {
        table: "version_origin",
        column: "origin",
        id: version_id,
    };
    row.map(|row| serde_json::from_str(&row.origin).map_err(|_| broken))
        .transpose()
}
