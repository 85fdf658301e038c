//! What the release check asks: overridden rules, where a pasted text came from, how old its standing texts are.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};

use crate::domain::check::origin::Origin;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// A rule that somebody has set aside for one version.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Override {
    pub rule: String,
    pub reason: String,
    pub by: String,
    /// UTC milliseconds.
    pub at: i64,
}

/// Sets a rule aside; a second reason for the same version replaces the first.
pub async fn add_override(
    connection: &impl ConnectionTrait,
    version_id: i64,
    rule: &str,
    reason: &str,
    by: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO check_override (version_id, rule, reason, by, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (version_id, rule) DO UPDATE SET reason = excluded.reason, by = excluded.by, at = excluded.at";
    let values = vec![
        version_id.into(),
        rule.into(),
        reason.into(),
        by.into(),
        at.millis().into(),
    ];
    sql::run(connection, sql, values).await?;
    Ok(())
}

pub async fn overrides(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<Override>, StoreError> {
    let sql = "SELECT rule, reason, by, at FROM check_override WHERE version_id = $1 ORDER BY rule";
    sql::all(connection, sql, vec![version_id.into()]).await
}

#[derive(FromQueryResult)]
struct OriginRow {
    origin: String,
}

pub async fn keep_origin(
    connection: &impl ConnectionTrait,
    version_id: i64,
    origin: &Origin,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(origin).unwrap_or_default();
    let sql = "INSERT INTO version_origin (version_id, origin) VALUES ($1, $2)";
    sql::run(connection, sql, vec![version_id.into(), json.into()]).await?;
    Ok(())
}

/// None: the version was not made from pasted text.
pub async fn origin(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Option<Origin>, StoreError> {
    let sql = "SELECT origin FROM version_origin WHERE version_id = $1";
    let row = sql::one::<OriginRow>(connection, sql, vec![version_id.into()]).await?;
    let broken = StoreError::Row {
        table: "version_origin",
        column: "origin",
        id: version_id,
    };
    row.map(|row| serde_json::from_str(&row.origin).map_err(|_| broken))
        .transpose()
}

/// When these words, as canonical JSON writes them, first stood in any version of any release.
pub async fn first_with(
    connection: &impl ConnectionTrait,
    words: &str,
) -> Result<Option<Instant>, StoreError> {
    let holds = match connection.get_database_backend() {
        DatabaseBackend::Postgres => "strpos(t.content, $1) > 0",
        _ => "instr(t.content, $1) > 0",
    };
    let sql = format!(
        "SELECT v.at AS value FROM release_text t JOIN release_version v ON v.id = t.version_id \
         WHERE {holds} ORDER BY v.at LIMIT 1"
    );
    let found = sql::numbers(connection, &sql, vec![words.into()]).await?;
    Ok(found.first().copied().map(Instant::from_millis))
}

/// An "About" text that a version carries.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Pinned {
    pub slug: String,
    pub language: String,
    /// UTC milliseconds.
    pub at: i64,
    pub reviewed_at: Option<i64>,
    /// Civil dates, `YYYY-MM-DD`.
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
}

pub async fn pinned(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<Pinned>, StoreError> {
    let sql = "SELECT b.slug, p.language, v.at, v.reviewed_at, v.valid_from, v.valid_until FROM version_boilerplate p \
               JOIN boilerplate_version v ON v.id = p.boilerplate_version_id JOIN boilerplate b ON b.id = v.boilerplate_id \
               WHERE p.version_id = $1 ORDER BY p.language, p.position";
    sql::all(connection, sql, vec![version_id.into()]).await
}

/// A living "About" text of the same organization as one that a version carries.
#[derive(Clone, Debug, FromQueryResult)]
pub struct KinRow {
    pub carried: String,
    pub slug: String,
    pub language: String,
    pub body: String,
}

/// The newest texts, in every language, of the version's own "About" texts and of the others of their
/// organizations; none whose last day was before `today`.
pub async fn kin(
    connection: &impl ConnectionTrait,
    version_id: i64,
    today: &str,
) -> Result<Vec<KinRow>, StoreError> {
    let sql = "SELECT DISTINCT mine.slug AS carried, b.slug, v.language, v.body FROM version_boilerplate p \
               JOIN boilerplate_version pinned ON pinned.id = p.boilerplate_version_id \
               JOIN boilerplate mine ON mine.id = pinned.boilerplate_id \
               JOIN boilerplate b ON b.id = mine.id OR b.organization_id = mine.organization_id \
               JOIN boilerplate_version v ON v.boilerplate_id = b.id \
               WHERE p.version_id = $1 AND (v.valid_until IS NULL OR v.valid_until >= $2) \
               AND v.number = (SELECT MAX(n.number) FROM boilerplate_version n \
                 WHERE n.boilerplate_id = v.boilerplate_id AND n.language = v.language) \
               ORDER BY mine.slug, b.slug, v.language";
    sql::all(connection, sql, vec![version_id.into(), today.into()]).await
}
