//! The outlets that contacts work for.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    name_key: String,
}

/// The ids of outlets by name key, creating those that are missing. An outlet that was merged
/// into another answers with that other one, so that an old file cannot split them again.
pub(crate) async fn get_or_create(
    connection: &impl ConnectionTrait,
    names: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let rows: Vec<_> = names.iter().map(|text| (text, name::key(text))).collect();
    let insert = format!(
        "INSERT INTO outlet (name, name_key) SELECT name, name_key FROM {} AS given \
         WHERE true ON CONFLICT (name_key, country) DO NOTHING",
        set::rows(
            connection,
            1,
            &[Column::Text("name"), Column::Text("name_key")]
        ),
    );
    sql::run(connection, &insert, vec![set::bind(&rows)]).await?;
    let keys: Vec<_> = rows.into_iter().map(|(_, key)| key).collect();
    by_keys(connection, &keys).await
}

/// The ids of those outlets that are there, by name key.
pub(crate) async fn by_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let select = format!(
        "SELECT COALESCE(merged_into_id, id) AS id, name_key FROM outlet \
         WHERE country = '' AND name_key {}",
        set::among_texts(connection, 1),
    );
    let found = sql::all::<Found>(connection, &select, vec![set::bind(keys)]).await?;
    Ok(found
        .into_iter()
        .map(|row| (row.name_key, row.id))
        .collect())
}

#[derive(FromQueryResult)]
struct Merged {
    id: i64,
    merged_into_id: i64,
}

/// Those of these outlets that were merged into others, with the others.
pub(crate) async fn merged(
    connection: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<HashMap<i64, i64>, StoreError> {
    let select = format!(
        "SELECT id, merged_into_id FROM outlet WHERE merged_into_id IS NOT NULL AND id {}",
        set::among_numbers(connection, 1),
    );
    let found = sql::all::<Merged>(connection, &select, vec![set::bind(ids)]).await?;
    Ok(found
        .into_iter()
        .map(|row| (row.id, row.merged_into_id))
        .collect())
}

/// Keeps an outlet from advance copies until `until`.
pub async fn sanction(
    connection: &impl ConnectionTrait,
    id: i64,
    until: Instant,
    reason: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE outlet SET sanction_until = $1, sanction_reason = $2 WHERE id = $3";
    let values = vec![until.millis().into(), reason.into(), id.into()];
    sql::run(connection, sql, values).await?;
    Ok(())
}
