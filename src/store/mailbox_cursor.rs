//! How far each folder of a mailbox was read.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// The last message that was dealt with, while the folder's numbering holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Cursor {
    pub validity: i64,
    pub uid: i64,
}

pub async fn get(
    connection: &impl ConnectionTrait,
    place: &str,
) -> Result<Option<Cursor>, StoreError> {
    let select = "SELECT validity, uid FROM mailbox_cursor WHERE place = $1";
    sql::one(connection, select, vec![place.into()]).await
}

/// Remembers it. Two readers at once never turn each other back.
pub async fn set(
    connection: &impl ConnectionTrait,
    place: &str,
    cursor: Cursor,
    at: Instant,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO mailbox_cursor (place, validity, uid, at) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (place) DO UPDATE SET validity = excluded.validity, uid = excluded.uid, at = excluded.at \
                  WHERE mailbox_cursor.validity <> excluded.validity OR mailbox_cursor.uid < excluded.uid";
    let values = vec![
        place.into(),
        cursor.validity.into(),
        cursor.uid.into(),
        at.millis().into(),
    ];
    sql::run(connection, insert, values).await?;
    Ok(())
}
