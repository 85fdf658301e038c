//! The one row that stands for the whole desk: who we are, which key, whether everything is stopped.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// The desk's row. `change_seq` grows with every act that a running `run` has to notice.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DeskRow {
    pub instance: String,
    pub place_fingerprint: String,
    pub key_fingerprint: String,
    pub tzdata: String,
    pub change_seq: i64,
    pub stopped_at: Option<i64>,
    pub stopped_by: Option<String>,
    pub stopped_reason: Option<String>,
    pub last_run_at: Option<i64>,
}

/// Writes the row of a new desk; where there is one already it stays as it is.
pub async fn create(
    connection: &impl ConnectionTrait,
    instance: &str,
    place_fingerprint: &str,
    key_fingerprint: &str,
    tzdata: &str,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO desk (id, instance, place_fingerprint, key_fingerprint, tzdata) \
               VALUES (1, $1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    let values = vec![
        instance.into(),
        place_fingerprint.into(),
        key_fingerprint.into(),
        tzdata.into(),
    ];
    Ok(sql::run(connection, sql, values).await? == 1)
}

pub async fn read(connection: &impl ConnectionTrait) -> Result<Option<DeskRow>, StoreError> {
    sql::one(connection, "SELECT * FROM desk WHERE id = 1", vec![]).await
}

/// Tells every running `run` to look again: opt-outs, stops, cancels and embargoes changed.
pub async fn touch(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE desk SET change_seq = change_seq + 1 WHERE id = 1",
        vec![],
    )
    .await?;
    Ok(())
}

/// Stops all sending, on all machines, before the next body.
pub async fn stop(
    connection: &impl ConnectionTrait,
    at: Instant,
    by: &str,
    reason: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE desk SET stopped_at = $1, stopped_by = $2, stopped_reason = $3, change_seq = change_seq + 1 \
               WHERE id = 1 AND stopped_at IS NULL";
    Ok(sql::run(
        connection,
        sql,
        vec![at.millis().into(), by.into(), reason.into()],
    )
    .await?
        == 1)
}

pub async fn start(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let sql = "UPDATE desk SET stopped_at = NULL, stopped_by = NULL, stopped_reason = NULL, change_seq = change_seq + 1 \
               WHERE id = 1 AND stopped_at IS NOT NULL";
    Ok(sql::run(connection, sql, vec![]).await? == 1)
}

/// Remembers that `run` was here, at most once in 30 s, so that idle calls stay cheap.
pub async fn beat(connection: &impl ConnectionTrait, at: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE desk SET last_run_at = $1 WHERE id = 1 AND (last_run_at IS NULL OR last_run_at < $2 OR last_run_at > $1)";
    sql::run(
        connection,
        sql,
        vec![at.millis().into(), (at.millis() - 30_000).into()],
    )
    .await?;
    Ok(())
}

/// Remembers the newest zone data that any scheduler here has used.
pub async fn raise_tzdata(
    connection: &impl ConnectionTrait,
    version: &str,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE desk SET tzdata = $1 WHERE id = 1 AND tzdata < $1",
        vec![version.into()],
    )
    .await?;
    Ok(())
}

/// Takes another place for this database's own: what is scheduled in it goes out from there.
pub async fn set_place(
    connection: &impl ConnectionTrait,
    place_fingerprint: &str,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE desk SET place_fingerprint = $1, change_seq = change_seq + 1 WHERE id = 1",
        vec![place_fingerprint.into()],
    )
    .await?;
    Ok(())
}

/// Puts another key in force. Whoever opened the desk before is refused from now on.
pub(crate) async fn set_key(
    connection: &impl ConnectionTrait,
    key_fingerprint: &str,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE desk SET key_fingerprint = $1, change_seq = change_seq + 1 WHERE id = 1",
        vec![key_fingerprint.into()],
    )
    .await?;
    Ok(())
}
