//! The ledger as people look at it: who got what when, who did not and why, what the server said.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// One recipient of one distribution.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LedgerRow {
    pub delivery_id: i64,
    pub distribution_id: i64,
    pub contact_id: i64,
    /// Empty where the contact was erased.
    pub address: String,
    pub outlet: String,
    /// The list's short name; empty where the contact was named by itself.
    pub list: String,
    pub version: i64,
    pub language: String,
    pub slots: String,
    pub status: String,
    pub reason: Option<String>,
    pub attempts: i64,
    pub code: Option<i64>,
    pub enhanced: Option<String>,
    pub text: Option<String>,
    pub queue_id: Option<String>,
    pub first_attempt_at: Option<i64>,
    pub sent_at: Option<i64>,
    /// The copy that this mail answers, and the ids of its distribution.
    pub replies_to_id: Option<i64>,
    pub replies_to_nonce: Option<String>,
    pub replies_to_domain: Option<String>,
}

const ROWS: &str = "SELECT d.id AS delivery_id, d.distribution_id, d.contact_id, COALESCE(d.address, '') AS address, \
    COALESCE(o.name, '') AS outlet, COALESCE(l.slug, '') AS list, v.number AS version, d.language, d.slots, d.status, \
    d.reason, d.attempts, d.code, d.enhanced, d.text, d.queue_id, d.first_attempt_at, d.sent_at, \
    d.replies_to_id, rx.nonce AS replies_to_nonce, rx.message_domain AS replies_to_domain \
    FROM delivery d JOIN release_version v ON v.id = d.version_id JOIN contact c ON c.id = d.contact_id \
    LEFT JOIN outlet o ON o.id = c.outlet_id LEFT JOIN media_list l ON l.id = d.list_id \
    LEFT JOIN delivery r ON r.id = d.replies_to_id LEFT JOIN distribution rx ON rx.id = r.distribution_id";

/// Everybody a distribution was to reach, in the order of the queue's ids.
pub async fn of_distribution(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<LedgerRow>, StoreError> {
    let sql = format!("{ROWS} WHERE d.distribution_id = $1 ORDER BY d.id");
    sql::all(connection, &sql, vec![distribution_id.into()]).await
}

/// One contact's row in a distribution.
pub async fn of_contact(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    contact_id: i64,
) -> Result<Option<LedgerRow>, StoreError> {
    let sql = format!("{ROWS} WHERE d.distribution_id = $1 AND d.contact_id = $2");
    let values = vec![distribution_id.into(), contact_id.into()];
    sql::one(connection, &sql, values).await
}

/// Rows of a distribution that nobody can judge: the body was begun, and no verdict came.
pub async fn unknown(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<LedgerRow>, StoreError> {
    let sql = format!("{ROWS} WHERE d.distribution_id = $1 AND d.status = 'unknown' ORDER BY d.id");
    sql::all(connection, &sql, vec![distribution_id.into()]).await
}

/// Who of a distribution got nothing and will not by itself.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NotSent {
    pub contact_id: i64,
    pub distribution_id: i64,
    /// `suppressed`, `failed` or `canceled`.
    pub status: String,
    /// The reason, or where the server refused, its code.
    pub reason: String,
}

pub async fn not_sent(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<NotSent>, StoreError> {
    let sql = "SELECT d.contact_id, d.distribution_id, d.status, \
               COALESCE(d.reason, d.enhanced, CAST(d.code AS TEXT), d.status) AS reason \
               FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
               WHERE x.release_id = $1 AND d.status IN ('suppressed', 'failed', 'canceled') ORDER BY d.id";
    sql::all(connection, sql, vec![release_id.into()]).await
}

/// First and last mail of a distribution that the server took.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Span {
    pub first: Option<i64>,
    pub last: Option<i64>,
}

pub async fn span(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Span, StoreError> {
    let sql = "SELECT MIN(sent_at) AS first, MAX(sent_at) AS last FROM delivery WHERE distribution_id = $1";
    let found = sql::one(connection, sql, vec![distribution_id.into()]).await?;
    Ok(found.unwrap_or(Span {
        first: None,
        last: None,
    }))
}

/// Equal answers of the server, with one of their texts as an example.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReplyGroup {
    pub status: String,
    pub code: Option<i64>,
    pub enhanced: Option<String>,
    pub example: String,
    pub value: i64,
}

/// What the server said to a distribution, the most frequent first; texts differ by queue id and
/// address, so that only codes make a group.
pub async fn replies(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<ReplyGroup>, StoreError> {
    let sql = "SELECT status, code, enhanced, COALESCE(MIN(text), '') AS example, COUNT(*) AS value FROM delivery \
               WHERE distribution_id = $1 AND attempts > 0 AND (code IS NOT NULL OR text IS NOT NULL) \
               GROUP BY status, code, enhanced ORDER BY COUNT(*) DESC, status, code";
    sql::all(connection, sql, vec![distribution_id.into()]).await
}

/// Why those of a distribution who get nothing get nothing.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReasonCount {
    pub reason: String,
    pub value: i64,
}

pub async fn reasons(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<ReasonCount>, StoreError> {
    let sql = "SELECT COALESCE(reason, status) AS reason, COUNT(*) AS value FROM delivery \
               WHERE distribution_id = $1 AND status IN ('suppressed', 'canceled') \
               GROUP BY COALESCE(reason, status) ORDER BY 1";
    sql::all(connection, sql, vec![distribution_id.into()]).await
}

/// How many of each there are, for the state of the desk.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Totals {
    pub contacts: i64,
    pub lists: i64,
    pub releases: i64,
    /// Rows whose mail may or may not have arrived, rehearsals left out.
    pub unknown: i64,
}

pub async fn totals(connection: &impl ConnectionTrait) -> Result<Totals, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM contact WHERE merged_into_id IS NULL AND erased_at IS NULL) AS contacts, \
               (SELECT COUNT(*) FROM media_list) AS lists, (SELECT COUNT(*) FROM release) AS releases, \
               (SELECT COUNT(*) FROM delivery WHERE status = 'unknown' AND NOT rehearsal) AS unknown";
    let found = sql::one(connection, sql, vec![]).await?;
    Ok(found.unwrap_or(Totals {
        contacts: 0,
        lists: 0,
        releases: 0,
        unknown: 0,
    }))
}

#[derive(FromQueryResult)]
struct Slug {
    slug: String,
}

/// Releases with recipients who may or may not have their mail, rehearsals left out.
pub async fn doubtful(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT r.slug FROM release r WHERE EXISTS (SELECT 1 FROM distribution x JOIN delivery d ON d.distribution_id = x.id \
               WHERE x.release_id = r.id AND d.status = 'unknown' AND NOT d.rehearsal) ORDER BY r.id";
    let rows = sql::all::<Slug>(connection, sql, vec![]).await?;
    Ok(rows.into_iter().map(|row| row.slug).collect())
}

#[derive(FromQueryResult)]
struct Zone {
    zone: String,
}

/// The time zones of a release's recipients, the most frequent first.
pub async fn zones(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT c.time_zone AS zone FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
               JOIN contact c ON c.id = d.contact_id WHERE x.release_id = $1 AND c.time_zone <> '' \
               AND d.status <> 'suppressed' GROUP BY c.time_zone ORDER BY COUNT(*) DESC, 1";
    let rows = sql::all::<Zone>(connection, sql, vec![release_id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.zone).collect())
}
