//! Media lists and who is on them.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::set;
use crate::store::sql;

/// A list, with the number of contacts on it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MediaList {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub organization: Option<String>,
    pub per_outlet: Option<i64>,
    /// Nobody who got a mail within so many days.
    pub rest_days: Option<i64>,
    /// Who is on it besides those put there by hand.
    pub filter: Option<String>,
    /// Those put there by hand.
    pub members: i64,
}

const SELECT: &str = "SELECT l.id, l.slug, l.name, o.slug AS organization, l.per_outlet, l.rest_days, l.filter, \
    (SELECT COUNT(*) FROM media_list_member m WHERE m.list_id = l.id) AS members \
    FROM media_list l LEFT JOIN organization o ON o.id = l.organization_id";

pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<MediaList>, StoreError> {
    sql::all(connection, &format!("{SELECT} ORDER BY l.slug"), vec![]).await
}

pub async fn by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<MediaList>, StoreError> {
    let select = format!("{SELECT} WHERE l.slug = $1");
    sql::one(connection, &select, vec![slug.into()]).await
}

/// A new list's id; `Duplicate` where the short name is taken.
pub(crate) async fn create(
    connection: &impl ConnectionTrait,
    slug: &str,
    name: &str,
    organization_id: Option<i64>,
    per_outlet: Option<i64>,
) -> Result<i64, StoreError> {
    let insert = "INSERT INTO media_list (slug, name, organization_id, per_outlet) \
                  VALUES ($1, $2, $3, $4) RETURNING id AS value";
    let values = vec![
        slug.into(),
        name.into(),
        organization_id.into(),
        per_outlet.into(),
    ];
    sql::number(connection, insert, values).await
}

pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    id: i64,
    slug: &str,
    name: &str,
    per_outlet: Option<i64>,
) -> Result<(), StoreError> {
    let update = "UPDATE media_list SET slug = $2, name = $3, per_outlet = $4 WHERE id = $1";
    let values = vec![id.into(), slug.into(), name.into(), per_outlet.into()];
    sql::run(connection, update, values).await?;
    Ok(())
}

/// What is written for a list in the filter language, and how long its people rest.
pub(crate) async fn set_rules(
    connection: &impl ConnectionTrait,
    id: i64,
    filter: Option<&str>,
    rest_days: Option<i64>,
) -> Result<(), StoreError> {
    let update = "UPDATE media_list SET filter = $2, rest_days = $3 WHERE id = $1";
    let values = vec![id.into(), filter.into(), rest_days.into()];
    sql::run(connection, update, values).await?;
    Ok(())
}

/// From now on exactly these lists are taken out of a list.
pub(crate) async fn set_excluded(
    connection: &impl ConnectionTrait,
    id: i64,
    excluded: &[i64],
) -> Result<(), StoreError> {
    let delete = "DELETE FROM media_list_exclude WHERE list_id = $1";
    sql::run(connection, delete, vec![id.into()]).await?;
    let insert = format!(
        "INSERT INTO media_list_exclude (list_id, excluded_id) SELECT $2, l.id FROM media_list l WHERE l.id {}",
        set::among_numbers(connection, 1),
    );
    sql::run(connection, &insert, vec![set::bind(excluded), id.into()]).await?;
    Ok(())
}

/// What decides who is on a list besides those put there by hand.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: i64,
    pub slug: String,
    pub filter: Option<String>,
    /// The lists whose people are taken out.
    pub excluded: Vec<i64>,
}

#[derive(FromQueryResult)]
struct RuleRow {
    id: i64,
    slug: String,
    filter: Option<String>,
}

#[derive(FromQueryResult)]
struct Exclusion {
    list_id: i64,
    excluded_id: i64,
}

/// The rules of all lists.
pub(crate) async fn rules(connection: &impl ConnectionTrait) -> Result<Vec<Rule>, StoreError> {
    let select = "SELECT id, slug, filter FROM media_list ORDER BY id";
    let mut rules: Vec<Rule> = sql::all::<RuleRow>(connection, select, vec![])
        .await?
        .into_iter()
        .map(|row| Rule {
            id: row.id,
            slug: row.slug,
            filter: row.filter,
            excluded: Vec::new(),
        })
        .collect();
    let select = "SELECT list_id, excluded_id FROM media_list_exclude ORDER BY excluded_id";
    for row in sql::all::<Exclusion>(connection, select, vec![]).await? {
        if let Ok(place) = rules.binary_search_by_key(&row.list_id, |rule| rule.id) {
            rules[place].excluded.push(row.excluded_id);
        }
    }
    Ok(rules)
}

/// Puts contacts on a list and tells how many were not on it yet. Whom a person (no import) puts on
/// it stays there whichever import is undone.
pub(crate) async fn add_members(
    connection: &impl ConnectionTrait,
    list_id: i64,
    contacts: &[i64],
    import_id: Option<i64>,
) -> Result<u64, StoreError> {
    if import_id.is_none() {
        let update = format!(
            "UPDATE media_list_member SET import_id = NULL WHERE list_id = $2 AND import_id IS NOT NULL AND contact_id {}",
            set::among_numbers(connection, 1),
        );
        let values = vec![set::bind(contacts), list_id.into()];
        sql::run(connection, &update, values).await?;
    }
    let insert = format!(
        "INSERT INTO media_list_member (list_id, contact_id, import_id) \
         SELECT $2, c.id, $3 FROM contact c WHERE c.id {} \
         ON CONFLICT (list_id, contact_id) DO NOTHING",
        set::among_numbers(connection, 1),
    );
    let values = vec![set::bind(contacts), list_id.into(), import_id.into()];
    sql::run(connection, &insert, values).await
}

/// Everybody on a list, by id.
pub(crate) async fn members(
    connection: &impl ConnectionTrait,
    list_id: i64,
) -> Result<Vec<i64>, StoreError> {
    let select =
        "SELECT contact_id AS value FROM media_list_member WHERE list_id = $1 ORDER BY contact_id";
    sql::numbers(connection, select, vec![list_id.into()]).await
}

pub(crate) async fn remove_members(
    connection: &impl ConnectionTrait,
    list_id: i64,
    contacts: &[i64],
) -> Result<u64, StoreError> {
    let delete = format!(
        "DELETE FROM media_list_member WHERE list_id = $2 AND contact_id {}",
        set::among_numbers(connection, 1),
    );
    sql::run(
        connection,
        &delete,
        vec![set::bind(contacts), list_id.into()],
    )
    .await
}

/// How many distributions name this list in their audience, and how many deliveries came from it.
pub(crate) async fn uses(connection: &impl ConnectionTrait, id: i64) -> Result<i64, StoreError> {
    let select = "SELECT (SELECT COUNT(*) FROM distribution_audience WHERE rule IN ('list', 'except-list') AND ref_id = $1) \
                  + (SELECT COUNT(*) FROM delivery WHERE list_id = $1) AS value";
    sql::number(connection, select, vec![id.into()]).await
}

/// Deletes a list that was never used; its contacts stay.
pub(crate) async fn delete(connection: &impl ConnectionTrait, id: i64) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM media_list_member WHERE list_id = $1",
        "DELETE FROM media_list_exclude WHERE list_id = $1 OR excluded_id = $1",
        "DELETE FROM media_list WHERE id = $1",
    ] {
        sql::run(connection, statement, vec![id.into()]).await?;
    }
    Ok(())
}

/// A membership: the contact and the list's short name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Membership {
    pub contact_id: i64,
    pub slug: String,
}

/// The lists that these contacts are on.
pub async fn of(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<Membership>, StoreError> {
    let select = format!(
        "SELECT m.contact_id, l.slug FROM media_list_member m JOIN media_list l ON l.id = m.list_id \
         WHERE m.contact_id {} ORDER BY m.contact_id, l.slug",
        set::among_numbers(connection, 1),
    );
    sql::all(connection, &select, vec![set::bind(contacts)]).await
}
