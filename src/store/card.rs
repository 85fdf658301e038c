//! Contacts as people look at them: filtered, with the derived status.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::set;
use crate::store::sql;
use crate::store::suppression;

/// Which contacts; an empty text means all. Erased contacts and those merged into others are
/// never among them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A list's short name.
    pub list: String,
    pub tag: String,
    pub beat: String,
    /// `active`, `bounced`, `archived` or `opted-out`.
    pub status: String,
    pub kind: String,
    /// Part of a name, an address, an outlet or a title, in any case.
    pub text: String,
    /// The last id of the page before; 0 for the start.
    pub after: i64,
    /// How many at most; 0 means a thousand.
    pub limit: i64,
}

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
         COALESCE(o.name, '') AS outlet, c.outlet_id, c.title, c.kind, c.country, c.language, c.time_zone, c.phone, c.notes, \
         CASE WHEN {suppressed} THEN 'opted-out' ELSE c.status END AS status, \
         c.source, c.legal_basis, c.jurisdiction, c.origin_import_id, c.origin_line, c.created_at, c.updated_at \
         FROM contact c LEFT JOIN outlet o ON o.id = c.outlet_id \
         WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL"
    )
}

/// A page of contacts, by id.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Vec<CardRow>, StoreError> {
    let mut values = Vec::new();
    let mut given = |value: &str| {
        values.push(value.into());
        format!("${}", values.len())
    };
    let mut conditions = Vec::new();
    if !filter.list.is_empty() {
        let slug = given(&filter.list);
        conditions.push(format!(
            "c.id IN (SELECT m.contact_id FROM media_list_member m JOIN media_list l ON l.id = m.list_id WHERE l.slug = {slug})"
        ));
    }
    for (kind, label) in [("tag", &filter.tag), ("beat", &filter.beat)] {
        if !label.is_empty() {
            let key = given(&name::key(label));
            conditions.push(format!(
                "c.id IN (SELECT cl.contact_id FROM contact_label cl JOIN label l ON l.id = cl.label_id WHERE l.kind = '{kind}' AND l.name_key = {key})"
            ));
        }
    }
    if !filter.kind.is_empty() {
        conditions.push(format!("c.kind = {}", given(&filter.kind)));
    }
    let suppressed = suppression::suppressed_sql("c", &[], "NULL");
    if filter.status == "opted-out" {
        conditions.push(suppressed);
    } else if !filter.status.is_empty() {
        let status = given(&filter.status);
        conditions.push(format!("c.status = {status} AND NOT {suppressed}"));
    }
    if !filter.text.is_empty() {
        let pattern = given(&like(&filter.text));
        let columns = [
            "c.email_key",
            "lower(c.name)",
            "lower(o.name)",
            "lower(c.title)",
        ];
        let tried = columns.map(|column| format!("{column} LIKE {pattern} ESCAPE '\\'"));
        conditions.push(format!("({})", tried.join(" OR ")));
    }
    conditions.push(format!("c.id > {}", filter.after));
    let limit = if filter.limit > 0 { filter.limit } else { 1000 };
    let query = format!(
        "{} AND {} ORDER BY c.id LIMIT {limit}",
        select(),
        conditions.join(" AND ")
    );
    sql::all(connection, &query, values).await
}

/// A pattern that finds the text anywhere, with nothing in it that is special to `LIKE`.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
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

/// The newest deliveries to a contact, at most `limit`.
pub async fn last_deliveries(
    connection: &impl ConnectionTrait,
    contact_id: i64,
    limit: i64,
) -> Result<Vec<LastDelivery>, StoreError> {
    let query = "SELECT d.id AS delivery_id, r.slug AS release, v.number AS version, d.purpose, d.rehearsal, \
                 d.status, d.reason, d.sent_at FROM delivery d \
                 JOIN release_version v ON v.id = d.version_id JOIN release r ON r.id = v.release_id \
                 WHERE d.contact_id = $1 ORDER BY d.id DESC LIMIT $2";
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
