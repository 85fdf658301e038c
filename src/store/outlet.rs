//! The outlets that contacts work for.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

#[derive(Deserialize)]
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
         WHERE NOT EXISTS (SELECT 1 FROM outlet o WHERE o.name_key = given.name_key) \
         ON CONFLICT (name_key, country) DO NOTHING",
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

/// The ids of those outlets that are there, by name key. Of several in different countries the one
/// that is tied to none, else the oldest.
pub(crate) async fn by_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let select = format!(
        "SELECT COALESCE(merged_into_id, id) AS id, name_key FROM outlet \
         WHERE name_key {} \
         ORDER BY CASE WHEN country = '' THEN 1 ELSE 0 END, outlet.id DESC",
        set::among_texts(connection, 1),
    );
    let values = vec![set::bind(keys)];
    let found: Vec<Found> =
        set::all_at_once(connection, &["id", "name_key"], &select, values).await?;
    Ok(found
        .into_iter()
        .map(|row| (row.name_key, row.id))
        .collect())
}

#[derive(FromQueryResult)]
struct Key {
    name_key: String,
}

/// Those of these name keys that some outlet has.
pub(crate) async fn known_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<String>, StoreError> {
    let select = format!(
        "SELECT DISTINCT name_key FROM outlet WHERE name_key {}",
        set::among_texts(connection, 1),
    );
    let found = sql::all::<Key>(connection, &select, vec![set::bind(keys)]).await?;
    Ok(found.into_iter().map(|row| row.name_key).collect())
}

/// An outlet as people look at it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OutletRow {
    pub id: i64,
    pub name: String,
    pub country: String,
    pub domain: Option<String>,
    pub sanction_until: Option<i64>,
    pub sanction_reason: Option<String>,
    pub merged_into_id: Option<i64>,
    pub contacts: i64,
}

const ROWS: &str = "SELECT o.id, o.name, o.country, o.domain, o.sanction_until, o.sanction_reason, o.merged_into_id, \
    (SELECT COUNT(*) FROM contact c WHERE c.outlet_id = o.id AND c.erased_at IS NULL AND c.merged_into_id IS NULL) AS contacts \
    FROM outlet o";

/// Outlets by name, without those merged into others; `like` is a pattern for the name's key.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    like: &str,
    limit: i64,
) -> Result<Vec<OutletRow>, StoreError> {
    let select = format!(
        "{ROWS} WHERE o.merged_into_id IS NULL AND o.name_key LIKE $1 ESCAPE '\\' ORDER BY o.name_key, o.id LIMIT $2"
    );
    sql::all(connection, &select, vec![like.into(), limit.into()]).await
}

pub(crate) async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<OutletRow>, StoreError> {
    let select = format!("{ROWS} WHERE o.id = $1");
    sql::one(connection, &select, vec![id.into()]).await
}

/// All outlets of this name key, those merged into others too.
pub(crate) async fn by_key(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Vec<OutletRow>, StoreError> {
    let select = format!("{ROWS} WHERE o.name_key = $1 ORDER BY o.id");
    sql::all(connection, &select, vec![key.into()]).await
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

/// The names that an outlet took over.
pub(crate) async fn former_names(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Vec<String>, StoreError> {
    let select = "SELECT name FROM outlet WHERE merged_into_id = $1 ORDER BY name_key";
    let rows = sql::all::<Name>(connection, select, vec![id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// What an outlet is called and where it is at home.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub name: &'a str,
    pub country: &'a str,
    pub domain: Option<&'a str>,
}

/// A new outlet's id; `Duplicate` where there is one of that name and country.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    facts: Facts<'_>,
) -> Result<i64, StoreError> {
    let insert = "INSERT INTO outlet (name, name_key, country, domain) VALUES ($1, $2, $3, $4) RETURNING id AS value";
    let values = vec![
        facts.name.into(),
        name::key(facts.name).into(),
        facts.country.into(),
        facts.domain.into(),
    ];
    sql::number(connection, insert, values).await
}

/// `Duplicate` where another outlet has that name and country.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    id: i64,
    facts: Facts<'_>,
) -> Result<(), StoreError> {
    let update =
        "UPDATE outlet SET name = $2, name_key = $3, country = $4, domain = $5 WHERE id = $1";
    let values = vec![
        id.into(),
        facts.name.into(),
        name::key(facts.name).into(),
        facts.country.into(),
        facts.domain.into(),
    ];
    sql::run(connection, update, values).await?;
    Ok(())
}

/// Gives an outlet's people and agreements to another and tells how many people that were. The row
/// stays, so that an old file finds the way to the other one.
pub(crate) async fn merge(
    connection: &impl ConnectionTrait,
    from: i64,
    into: i64,
    at: Instant,
) -> Result<u64, StoreError> {
    let contacts = "UPDATE contact SET outlet_id = $2, updated_at = $3 WHERE outlet_id = $1";
    let values = vec![from.into(), into.into(), at.millis().into()];
    let moved = sql::run(connection, contacts, values).await?;
    for statement in [
        "UPDATE agreement SET outlet_id = $2 WHERE outlet_id = $1",
        "UPDATE outlet SET merged_into_id = $2 WHERE id = $1 OR merged_into_id = $1",
        "UPDATE outlet SET domain = (SELECT f.domain FROM outlet f WHERE f.id = $1) WHERE id = $2 AND COALESCE(domain, '') = ''",
        // The longer sanction holds for all of them.
        "UPDATE outlet SET sanction_until = (SELECT f.sanction_until FROM outlet f WHERE f.id = $1), \
           sanction_reason = (SELECT f.sanction_reason FROM outlet f WHERE f.id = $1) \
         WHERE id = $2 AND COALESCE(sanction_until, 0) < COALESCE((SELECT f.sanction_until FROM outlet f WHERE f.id = $1), 0)",
    ] {
        sql::run(connection, statement, vec![from.into(), into.into()]).await?;
    }
    Ok(moved)
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
