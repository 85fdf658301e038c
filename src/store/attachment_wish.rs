//! How contacts like files: attached (`ok`), as links (`links`), or neither (`none`).

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

#[derive(FromQueryResult)]
struct Wish {
    attachments: String,
}

/// `None` where there is no such contact.
pub async fn of(
    connection: &impl ConnectionTrait,
    contact: i64,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT attachments FROM contact WHERE id = $1";
    let found: Option<Wish> = sql::one(connection, sql, vec![contact.into()]).await?;
    Ok(found.map(|wish| wish.attachments))
}

/// Whether it was another wish until now. Mails that were frozen stay as they are.
pub async fn set(
    connection: &impl ConnectionTrait,
    contact: i64,
    wish: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let sql = "UPDATE contact SET attachments = $1, updated_at = $2 WHERE id = $3 AND attachments <> $1 AND erased_at IS NULL";
    let values = vec![wish.into(), at.millis().into(), contact.into()];
    Ok(sql::run(connection, sql, values).await? > 0)
}
