//! Contacts as people look at them: in pages, with the derived status.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::filter::{self, Condition};
use crate::store::set;
use crate::store::sql;
use crate::store::suppression;

/// A contact without its labels and lists. `status` is the derived one.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CardRow {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet: String,
    pub outlet_id: Option<i64>,
    pub title: String,
    pub kind: String,
    pub country: String,
    pub language: String,
    pub time_zone: String,
    pub phone: String,
    pub notes: String,
    pub attachments: String,
    pub status: String,
    pub source: String,
    pub legal_basis: String,
    pub jurisdiction: String,
    pub origin_import_id: Option<i64>,
    pub origin_line: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// The columns of `CardRow`; `opted-out` is derived here and nowhere stored.
fn select() -> String {
    let suppressed = suppression::suppressed_sql("c", &[], "NULL");
    format!(
        "SELECT c.id, COALESCE(c.email, '') AS email, c.name, c.given_name, c.family_name, \
         COALESCE(o.name, '') AS outlet, c.outlet_id, c.title, c.kind, c.country, c.language, c.time_zone, c.phone, c.notes, c.attachments, \
         CASE WHEN {suppressed} THEN 'opted-out' ELSE c.status END AS status, \
         c.source, c.legal_basis, c.jurisdiction, c.origin_import_id, c.origin_line, c.created_at, c.updated_at \
         FROM contact c LEFT JOIN outlet o ON o.id = c.outlet_id \
         WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL"
    )
}

/// The contacts that a condition means, by id: at most `limit` after the id `after`.
pub async fn page(
    connection: &impl ConnectionTrait,
    condition: &Condition,
    after: i64,
    limit: i64,
) -> Result<Vec<CardRow>, StoreError> {
    // The ids first: they come from indexes alone.
    let ids = filter::ids(connection, condition, after, limit).await?;
    let query = format!(
        "{} AND c.id {} ORDER BY c.id",
        select(),
        set::among_numbers(connection, 1)
    );
    sql::all(connection, &query, vec![set::bind(&ids)]).await
}

pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<CardRow>, StoreError> {
    let query = format!("{} AND c.id = $1", select());
    sql::one(connection, &query, vec![id.into()]).await
}

#[derive(FromQueryResult)]
struct Email {
    email: String,
}

/// The further addresses of a contact.
pub async fn further_addresses(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<String>, StoreError> {
    let query = "SELECT email FROM contact_address WHERE contact_id = $1 ORDER BY id";
    let rows = sql::all::<Email>(connection, query, vec![contact_id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// What became of one mail to a contact.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LastDelivery {
    pub delivery_id: i64,
    pub release: String,
    pub version: i64,
    pub purpose: String,
    pub rehearsal: bool,
    pub status: String,
    pub reason: Option<String>,
    pub sent_at: Option<i64>,
}

/// The newest deliveries to a contact, and to those merged into it, at most `limit`.
pub async fn last_deliveries(
    connection: &impl ConnectionTrait,
    contact_id: i64,
    limit: i64,
) -> Result<Vec<LastDelivery>, StoreError> {
    let query = "SELECT d.id AS delivery_id, r.slug AS release, v.number AS version, d.purpose, d.rehearsal, \
                 d.status, d.reason, d.sent_at FROM delivery d \
                 JOIN release_version v ON v.id = d.version_id JOIN release r ON r.id = v.release_id \
                 WHERE d.contact_id IN (SELECT id FROM contact WHERE id = $1 OR merged_into_id = $1) ORDER BY d.id DESC LIMIT $2";
    sql::all(connection, query, vec![contact_id.into(), limit.into()]).await
}

/// A contact of these ids that exists, is not erased and not merged away.
pub async fn existing(
    connection: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let query = format!(
        "SELECT id AS value FROM contact WHERE erased_at IS NULL AND merged_into_id IS NULL AND id {}",
        set::among_numbers(connection, 1),
    );
    sql::numbers(connection, &query, vec![set::bind(ids)]).await
}
