//! Boilerplates: the "About" texts of organizations, versioned per language.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// A boilerplate without its texts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Boilerplate {
    pub id: i64,
    pub slug: String,
    pub organization: Option<String>,
    pub title: String,
}

/// One text of a boilerplate; it never changes, a new text is a new version.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Version {
    pub id: i64,
    pub boilerplate_id: i64,
    pub language: String,
    pub number: i64,
    pub body: String,
    pub hash: String,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub reviewed_at: Option<i64>,
    pub by: String,
    pub at: i64,
}

/// A text about to become a version.
#[derive(Clone, Debug)]
pub struct NewVersion<'a> {
    pub boilerplate_id: i64,
    pub language: &'a str,
    pub body: &'a str,
    pub hash: &'a str,
    /// Civil dates, `YYYY-MM-DD`.
    pub valid_from: Option<&'a str>,
    pub valid_until: Option<&'a str>,
    pub by: &'a str,
    pub at: Instant,
}

const SELECT: &str = "SELECT b.id, b.slug, o.slug AS organization, b.title FROM boilerplate b \
    LEFT JOIN organization o ON o.id = b.organization_id";

pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<Boilerplate>, StoreError> {
    sql::all(connection, &format!("{SELECT} ORDER BY b.slug"), vec![]).await
}

pub async fn by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Boilerplate>, StoreError> {
    let select = format!("{SELECT} WHERE b.slug = $1");
    sql::one(connection, &select, vec![slug.into()]).await
}

/// A new boilerplate's id; `Duplicate` where the short name is taken.
pub(crate) async fn create(
    connection: &impl ConnectionTrait,
    slug: &str,
    organization_id: Option<i64>,
    title: &str,
) -> Result<i64, StoreError> {
    let insert = "INSERT INTO boilerplate (slug, organization_id, title) VALUES ($1, $2, $3) RETURNING id AS value";
    sql::number(
        connection,
        insert,
        vec![slug.into(), organization_id.into(), title.into()],
    )
    .await
}

pub(crate) async fn set_title(
    connection: &impl ConnectionTrait,
    id: i64,
    title: &str,
) -> Result<(), StoreError> {
    let update = "UPDATE boilerplate SET title = $2 WHERE id = $1";
    sql::run(connection, update, vec![id.into(), title.into()]).await?;
    Ok(())
}

/// The next version's number; two writers at once meet at the unique key, and the second is a
/// `Duplicate` to be tried again.
pub(crate) async fn add_version(
    connection: &impl ConnectionTrait,
    version: &NewVersion<'_>,
) -> Result<i64, StoreError> {
    let insert = "INSERT INTO boilerplate_version (boilerplate_id, language, number, body, hash, valid_from, valid_until, by, at) \
                  SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5, $6, $7, $8 FROM boilerplate_version \
                  WHERE boilerplate_id = $1 AND language = $2 RETURNING number AS value";
    let text = |value: Option<&str>| value.map(str::to_owned).into();
    let values = vec![
        version.boilerplate_id.into(),
        version.language.into(),
        version.body.into(),
        version.hash.into(),
        text(version.valid_from),
        text(version.valid_until),
        version.by.into(),
        version.at.millis().into(),
    ];
    sql::number(connection, insert, values).await
}

/// A release not yet out whose "About" text has a newer version.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, serde::Serialize)]
pub struct Behind {
    pub release: String,
    /// The release's status.
    pub status: String,
    pub boilerplate: String,
    pub language: String,
    /// The version it carries.
    pub carries: i64,
    pub newest: i64,
}

/// All of them, by boilerplate and release.
pub async fn behind(connection: &impl ConnectionTrait) -> Result<Vec<Behind>, StoreError> {
    let select = "SELECT r.slug AS release, r.status, b.slug AS boilerplate, v.language, v.number AS carries, \
                    (SELECT MAX(n.number) FROM boilerplate_version n WHERE n.boilerplate_id = b.id AND n.language = v.language) AS newest \
                  FROM release r JOIN version_boilerplate p ON p.version_id = r.current_version_id \
                  JOIN boilerplate_version v ON v.id = p.boilerplate_version_id JOIN boilerplate b ON b.id = v.boilerplate_id \
                  WHERE r.status IN ('draft', 'approved', 'scheduled') \
                  AND EXISTS (SELECT 1 FROM boilerplate_version n WHERE n.boilerplate_id = b.id \
                    AND n.language = v.language AND n.number > v.number) \
                  ORDER BY b.slug, r.slug, v.language";
    sql::all(connection, select, vec![]).await
}

/// Notes that somebody has read a version and found it still right; its text stays as it is.
pub(crate) async fn review(
    connection: &impl ConnectionTrait,
    version_id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let update = "UPDATE boilerplate_version SET reviewed_at = $2 WHERE id = $1";
    sql::run(
        connection,
        update,
        vec![version_id.into(), at.millis().into()],
    )
    .await?;
    Ok(())
}

/// The newest version in a language.
pub async fn newest(
    connection: &impl ConnectionTrait,
    boilerplate_id: i64,
    language: &str,
) -> Result<Option<Version>, StoreError> {
    let select = "SELECT * FROM boilerplate_version WHERE boilerplate_id = $1 AND language = $2 \
                  ORDER BY number DESC LIMIT 1";
    sql::one(
        connection,
        select,
        vec![boilerplate_id.into(), language.into()],
    )
    .await
}

/// All versions, by language, newest first.
pub async fn versions(
    connection: &impl ConnectionTrait,
    boilerplate_id: i64,
) -> Result<Vec<Version>, StoreError> {
    let select = "SELECT * FROM boilerplate_version WHERE boilerplate_id = $1 ORDER BY language, number DESC";
    sql::all(connection, select, vec![boilerplate_id.into()]).await
}
