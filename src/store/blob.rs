//! The bytes of assets, each once, by their SHA-256.

use sea_orm::{ConnectionTrait, EntityTrait};

use crate::store::entity::blob;
use crate::store::error::StoreError;
use crate::store::sql;

/// Keeps bytes; the same bytes again are no second row.
pub async fn put(
    connection: &impl ConnectionTrait,
    sha256: &str,
    media_type: &str,
    bytes: Vec<u8>,
) -> Result<(), StoreError> {
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let sql = "INSERT INTO blob (sha256, media_type, size, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING";
    sql::run(
        connection,
        sql,
        vec![sha256.into(), media_type.into(), size.into(), bytes.into()],
    )
    .await?;
    Ok(())
}

pub async fn get(
    connection: &impl ConnectionTrait,
    sha256: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(blob::Entity::find_by_id(sha256)
        .one(connection)
        .await?
        .map(|row| row.bytes))
}
