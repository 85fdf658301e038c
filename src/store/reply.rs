//! What journalists answered to mails of ours.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// An answer about to be kept.
#[derive(Clone, Debug)]
pub struct NewReply<'a> {
    pub delivery_id: i64,
    pub at: Instant,
    pub is_yes: bool,
    pub subject: &'a str,
    pub text: &'a str,
}

/// An answer with what it answers.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReplyRow {
    pub id: i64,
    pub delivery_id: i64,
    pub contact_id: i64,
    /// Empty where the contact was erased.
    pub email: String,
    pub release: String,
    pub purpose: String,
    pub at: i64,
    pub is_yes: bool,
    /// None once it was forgotten.
    pub subject: Option<String>,
    pub text: Option<String>,
}

const ROWS: &str = "SELECT y.id, y.delivery_id, d.contact_id, COALESCE(c.email, '') AS email, r.slug AS release, d.purpose, \
    y.at, y.is_yes, y.subject, y.text FROM reply y JOIN delivery d ON d.id = y.delivery_id \
    JOIN contact c ON c.id = d.contact_id JOIN distribution x ON x.id = d.distribution_id \
    JOIN release r ON r.id = x.release_id";

pub async fn insert(
    connection: &impl ConnectionTrait,
    new: &NewReply<'_>,
) -> Result<(), StoreError> {
    let insert =
        "INSERT INTO reply (delivery_id, at, is_yes, subject, text) VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        new.delivery_id.into(),
        new.at.millis().into(),
        new.is_yes.into(),
        new.subject.into(),
        new.text.into(),
    ];
    sql::run(connection, insert, values).await?;
    Ok(())
}

/// The answers to a release, oldest first.
pub async fn of_release(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<ReplyRow>, StoreError> {
    let select = format!("{ROWS} WHERE x.release_id = $1 ORDER BY y.id");
    sql::all(connection, &select, vec![release_id.into()]).await
}

/// The answers of a contact and of those merged into it, oldest first.
pub async fn of_contact(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<ReplyRow>, StoreError> {
    let select = format!(
        "{ROWS} WHERE d.contact_id IN (SELECT id FROM contact WHERE id = $1 OR merged_into_id = $1) ORDER BY y.id"
    );
    sql::all(connection, &select, vec![contact_id.into()]).await
}

/// Forgets subject and text of answers from before `cutoff`; that there was one stays. Tells how
/// many. Without any it only reads, by the index of those that still have a text.
pub async fn forget(connection: &impl ConnectionTrait, cutoff: Instant) -> Result<u64, StoreError> {
    let select = "SELECT COUNT(*) AS value FROM reply WHERE text IS NOT NULL AND at < $1";
    let values = vec![cutoff.millis().into()];
    if sql::number(connection, select, values.clone()).await? == 0 {
        return Ok(0);
    }
    let update = "UPDATE reply SET subject = NULL, text = NULL WHERE text IS NOT NULL AND at < $1";
    sql::run(connection, update, values).await
}

/// Empties what a contact wrote, at their wish; that they answered stays as a number.
pub async fn erase(connection: &impl ConnectionTrait, contact_id: i64) -> Result<u64, StoreError> {
    let update = "UPDATE reply SET subject = NULL, text = NULL \
                  WHERE delivery_id IN (SELECT id FROM delivery WHERE contact_id = $1)";
    sql::run(connection, update, vec![contact_id.into()]).await
}
