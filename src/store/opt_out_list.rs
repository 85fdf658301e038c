//! The suppression list as a whole: read out for a file, and taken in from one.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::suppression::Scope;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// A live entry, with the short name of the list or organization it reaches.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct ListedNo {
    pub id: i64,
    pub key_id: String,
    pub target: String,
    pub hash: String,
    pub scope: String,
    /// Empty for everything.
    pub slug: String,
    pub reason: String,
    pub source: String,
    pub at: i64,
}

/// The next live entries behind an id.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    after: i64,
    limit: i64,
) -> Result<Vec<ListedNo>, StoreError> {
    let select = "SELECT s.id, s.key_id, s.target, s.hash, s.scope, COALESCE(l.slug, o.slug, '') AS slug, s.reason, s.source, s.at \
                  FROM suppression s LEFT JOIN media_list l ON s.scope = 'list' AND l.id = s.scope_id \
                  LEFT JOIN organization o ON s.scope = 'organization' AND o.id = s.scope_id \
                  WHERE s.lifted_at IS NULL AND s.id > $1 ORDER BY s.id LIMIT $2";
    sql::all(connection, select, vec![after.into(), limit.into()]).await
}

/// An entry that comes from a file, and keeps its date and its key.
#[derive(Clone, Debug)]
pub(crate) struct TakenIn {
    pub(crate) key_id: String,
    pub(crate) hash: String,
    pub(crate) reason: String,
    pub(crate) source: String,
    pub(crate) at: i64,
}

/// What became of entries that were taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) added: u64,
    /// Not taken: a person has lifted that very no since.
    pub(crate) lifted: u64,
}

/// Writes down entries of one target and scope. Those that are live already, or covered by a wider
/// one, stay as they are; and a no that a person lifted here after it was said stays lifted.
pub(crate) async fn take_in(
    connection: &impl ConnectionTrait,
    target: &str,
    scope: Scope,
    by: &str,
    entries: &[TakenIn],
) -> Result<Taken, StoreError> {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                &entry.key_id,
                &entry.hash,
                &entry.reason,
                &entry.source,
                entry.at,
            )
        })
        .collect();
    let given = set::rows(
        connection,
        1,
        &[
            Column::Text("key_id"),
            Column::Text("hash"),
            Column::Text("reason"),
            Column::Text("source"),
            Column::Number("at"),
        ],
    );
    let covered = "EXISTS (SELECT 1 FROM suppression s WHERE s.hash = given.hash AND s.lifted_at IS NULL \
                   AND (s.scope = 'everything' OR (s.scope = $2 AND s.scope_id = $3)))";
    let lifted = "EXISTS (SELECT 1 FROM suppression s WHERE s.hash = given.hash AND s.lifted_at >= given.at \
                  AND s.scope = $2 AND s.scope_id = $3)";
    let count =
        format!("SELECT COUNT(*) AS value FROM {given} AS given WHERE NOT {covered} AND {lifted}");
    let mut values = vec![set::bind(&rows), scope.as_str().into(), scope.id().into()];
    let kept_lifted = sql::number(connection, &count, values.clone()).await?;
    let insert = format!(
        "INSERT INTO suppression (key_id, target, hash, scope, scope_id, reason, source, at, by) \
         SELECT given.key_id, $4, given.hash, $2, $3, given.reason, given.source, given.at, $5 FROM {given} AS given \
         WHERE NOT {covered} AND NOT {lifted} \
         ON CONFLICT (hash, scope, scope_id) WHERE lifted_at IS NULL DO NOTHING"
    );
    values.extend([target.into(), by.into()]);
    Ok(Taken {
        added: sql::run(connection, &insert, values).await?,
        lifted: u64::try_from(kept_lifted).unwrap_or(0),
    })
}
