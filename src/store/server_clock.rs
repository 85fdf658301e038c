//! The database server's clock, only to compare it with ours.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// The server's time; None for SQLite, whose clock is ours.
pub async fn now(connection: &impl ConnectionTrait) -> Result<Option<Instant>, StoreError> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(None);
    }
    let sql = "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT) AS value";
    Ok(Some(Instant::from_millis(
        sql::number(connection, sql, vec![]).await?,
    )))
}
