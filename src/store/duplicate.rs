//! What is asked to find contacts that are one person, and what people said about it.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// A contact as far as it is compared, in the order of the columns that [`page`] gathers.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Compared {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) outlet_id: Option<i64>,
    pub(crate) phone: String,
}

/// The next contacts behind an id, of those who have an address.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: i64,
    limit: i64,
) -> Result<Vec<Compared>, StoreError> {
    let rows = set::gathered(
        connection,
        &[
            "id",
            "email_key",
            "CASE WHEN name = '' THEN trim(given_name || ' ' || family_name) ELSE name END",
            "outlet_id",
            "phone",
        ],
    );
    let select = format!(
        "SELECT {rows} AS value FROM (SELECT * FROM contact WHERE id > $1 AND email_key IS NOT NULL \
         AND merged_into_id IS NULL AND erased_at IS NULL ORDER BY id LIMIT $2) AS page"
    );
    let mut found: Vec<Compared> =
        set::ungathered(connection, &select, vec![after.into(), limit.into()]).await?;
    // Gathering promises no order on PostgreSQL.
    found.sort_unstable_by_key(|row| row.id);
    Ok(found)
}

#[derive(FromQueryResult)]
struct PairRow {
    one_id: i64,
    other_id: i64,
}

/// Pairs of a table, as the contacts they are today, after merges.
async fn pairs(
    connection: &impl ConnectionTrait,
    table: &str,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let select = format!(
        "SELECT COALESCE(a.merged_into_id, a.id) AS one_id, COALESCE(b.merged_into_id, b.id) AS other_id \
         FROM {table} p JOIN contact a ON a.id = p.one_id JOIN contact b ON b.id = p.other_id"
    );
    let rows = sql::all::<PairRow>(connection, &select, vec![]).await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.one_id != row.other_id)
        .map(|row| (row.one_id.min(row.other_id), row.one_id.max(row.other_id)))
        .collect())
}

/// Pairs that a file gave the same address.
pub(crate) async fn shared(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(i64, i64)>, StoreError> {
    pairs(connection, "shared_address").await
}

/// Pairs that a person called two people.
pub(crate) async fn not_duplicates(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(i64, i64)>, StoreError> {
    pairs(connection, "not_duplicate").await
}

/// Remembers pairs that a file gave the same address.
pub(crate) async fn note_shared(
    connection: &impl ConnectionTrait,
    pairs: &[(i64, i64)],
) -> Result<u64, StoreError> {
    let ordered: Vec<_> = pairs
        .iter()
        .filter(|(one, other)| one != other)
        .map(|(one, other)| (one.min(other), one.max(other)))
        .collect();
    if ordered.is_empty() {
        return Ok(0);
    }
    let insert = format!(
        "INSERT INTO shared_address (one_id, other_id) SELECT one_id, other_id FROM {} AS given \
         WHERE true ON CONFLICT (one_id, other_id) DO NOTHING",
        set::rows(
            connection,
            1,
            &[Column::Number("one_id"), Column::Number("other_id")]
        ),
    );
    sql::run(connection, &insert, vec![set::bind(&ordered)]).await
}

/// Remembers a person's word that two contacts are two people; false: it was known.
pub(crate) async fn note_not(
    connection: &impl ConnectionTrait,
    one: i64,
    other: i64,
    by: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let insert = "INSERT INTO not_duplicate (one_id, other_id, by, at) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (one_id, other_id) DO NOTHING";
    let values = vec![
        one.min(other).into(),
        one.max(other).into(),
        by.into(),
        at.millis().into(),
    ];
    Ok(sql::run(connection, insert, values).await? > 0)
}

/// How many mails each of these contacts was sent.
pub(crate) async fn mails(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<(i64, i64)>, StoreError> {
    let select = format!(
        "SELECT contact_id AS one_id, COUNT(*) AS other_id FROM delivery \
         WHERE status = 'sent' AND NOT rehearsal AND contact_id {} GROUP BY contact_id",
        set::among_numbers(connection, 1)
    );
    let rows = sql::all::<PairRow>(connection, &select, vec![set::bind(contacts)]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.one_id, row.other_id))
        .collect())
}
