//! Press contacts: our people, printed under "Media contact:".

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// One of our people.
#[derive(Clone, PartialEq, Eq, Debug, Default, FromQueryResult)]
pub struct PressContact {
    pub id: i64,
    pub slug: String,
    /// The organization's short name.
    pub organization: Option<String>,
    pub name: String,
    pub role: String,
    pub phone: String,
    pub email: String,
    pub language: String,
    pub archived_at: Option<i64>,
}

const SELECT: &str = "SELECT p.id, p.slug, o.slug AS organization, p.name, p.role, p.phone, p.email, p.language, p.archived_at \
    FROM press_contact p LEFT JOIN organization o ON o.id = p.organization_id";

pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<PressContact>, StoreError> {
    sql::all(connection, &format!("{SELECT} ORDER BY p.slug"), vec![]).await
}

pub async fn by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<PressContact>, StoreError> {
    let select = format!("{SELECT} WHERE p.slug = $1");
    sql::one(connection, &select, vec![slug.into()]).await
}

/// Inserts and answers with the new id; `Duplicate` where the short name is taken.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    person: &PressContact,
    organization_id: Option<i64>,
) -> Result<i64, StoreError> {
    let insert = "INSERT INTO press_contact (slug, organization_id, name, role, phone, email, language) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id AS value";
    sql::number(connection, insert, values(person, organization_id)).await
}

pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    person: &PressContact,
    organization_id: Option<i64>,
) -> Result<(), StoreError> {
    let update = "UPDATE press_contact SET organization_id = $2, name = $3, role = $4, phone = $5, email = $6, language = $7 \
                  WHERE slug = $1";
    sql::run(connection, update, values(person, organization_id)).await?;
    Ok(())
}

fn values(person: &PressContact, organization_id: Option<i64>) -> Vec<sea_orm::Value> {
    vec![
        person.slug.as_str().into(),
        organization_id.into(),
        person.name.as_str().into(),
        person.role.as_str().into(),
        person.phone.as_str().into(),
        person.email.as_str().into(),
        person.language.as_str().into(),
    ]
}

/// Archives one of our people: past releases keep the name, new ones cannot use it.
pub(crate) async fn archive(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    let update = "UPDATE press_contact SET archived_at = $2 WHERE id = $1 AND archived_at IS NULL";
    Ok(sql::run(connection, update, vec![id.into(), at.millis().into()]).await? == 1)
}
