//! Imports: what was read from where, and what it changed.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// A file about to be imported.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    pub by: &'a str,
    pub source: &'a str,
    pub legal_basis: &'a str,
    pub jurisdiction: &'a str,
    pub file: &'a str,
    pub sha256: &'a str,
    pub format: &'a str,
    pub encoding: &'a str,
    pub delimiter: &'a str,
    pub header_key: &'a str,
    /// JSON: header to field.
    pub mapping: &'a str,
    /// JSON: what was said with `--map`.
    pub said_map: &'a str,
    pub list_id: Option<i64>,
    pub at: Instant,
}

/// An import as it stands in the list of imports.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ImportRow {
    pub id: i64,
    pub state: String,
    pub by: String,
    pub source: String,
    pub legal_basis: String,
    pub jurisdiction: String,
    pub file: String,
    pub format: String,
    pub encoding: String,
    pub delimiter: String,
    pub mapping: String,
    pub counts: String,
    pub at: i64,
    pub undone_at: Option<i64>,
    pub list_id: Option<i64>,
    /// The list's short name, while it is there.
    pub list: Option<String>,
    pub replaces: bool,
}

const SELECT: &str = "SELECT i.id, i.state, i.by, i.source, i.legal_basis, i.jurisdiction, i.file, i.format, i.encoding, \
    i.delimiter, i.mapping, i.counts, i.at, i.undone_at, i.list_id, l.slug AS list, i.replaces \
    FROM import i LEFT JOIN media_list l ON l.id = i.list_id";

/// Notes that an import has begun. Another one of the same bytes that never said how it ended was
/// interrupted: this one finishes its work.
pub(crate) async fn begin(
    connection: &impl ConnectionTrait,
    import: &NewImport<'_>,
) -> Result<i64, StoreError> {
    let stale = "UPDATE import SET state = 'interrupted' WHERE state = 'running' AND sha256 = $1";
    sql::run(connection, stale, vec![import.sha256.into()]).await?;
    let insert = "INSERT INTO import (state, by, source, legal_basis, file, sha256, format, encoding, delimiter, header_key, mapping, at, \
                  jurisdiction, said_map, list_id) \
                  VALUES ('running', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id AS value";
    let values = vec![
        import.by.into(),
        import.source.into(),
        import.legal_basis.into(),
        import.file.into(),
        import.sha256.into(),
        import.format.into(),
        import.encoding.into(),
        import.delimiter.into(),
        import.header_key.into(),
        import.mapping.into(),
        import.at.millis().into(),
        import.jurisdiction.into(),
        import.said_map.into(),
        import.list_id.into(),
    ];
    sql::number(connection, insert, values).await
}

/// Notes how an import ended: `done` or `interrupted`, with its counts as JSON.
pub(crate) async fn end(
    connection: &impl ConnectionTrait,
    id: i64,
    state: &str,
    counts: &str,
) -> Result<(), StoreError> {
    let update = "UPDATE import SET state = $2, counts = $3 WHERE id = $1";
    sql::run(
        connection,
        update,
        vec![id.into(), state.into(), counts.into()],
    )
    .await?;
    Ok(())
}

/// By which an import sees that nobody else has written since it was last here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Mark {
    /// Grows when somebody changes an outlet.
    pub change_seq: i64,
    /// The highest ids of contacts and of further addresses. No key comes to a row that is there.
    pub contact: i64,
    pub address: i64,
    /// 0 where nobody ever said no.
    pub noes: i64,
}

/// Where the database stands; to be asked within a transaction that holds `contact::lock`.
pub(crate) async fn mark(connection: &impl ConnectionTrait) -> Result<Mark, StoreError> {
    let select = "SELECT COALESCE((SELECT change_seq FROM desk WHERE id = 1), 0) AS change_seq, \
                  COALESCE((SELECT MAX(id) FROM contact), 0) AS contact, \
                  COALESCE((SELECT MAX(id) FROM contact_address), 0) AS address, \
                  (SELECT COUNT(*) FROM (SELECT 1 FROM suppression LIMIT 1) AS any_no) AS noes";
    let found = sql::one::<Mark>(connection, select, vec![]).await?;
    found.ok_or_else(|| StoreError::Refused("no mark".to_owned()))
}

/// A change of a contact that was there before the import.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Change {
    pub contact_id: i64,
    pub line: u64,
    pub field: &'static str,
    pub old: String,
    pub new: String,
    /// Of the field `outlet`.
    pub old_id: Option<i64>,
    pub new_id: Option<i64>,
}

pub(crate) async fn record_changes(
    connection: &impl ConnectionTrait,
    import_id: i64,
    changes: &[Change],
) -> Result<(), StoreError> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            (
                change.contact_id,
                change.line,
                change.field,
                &change.old,
                &change.new,
                change.old_id,
                change.new_id,
            )
        })
        .collect();
    let columns = [
        Column::Number("contact_id"),
        Column::Number("line"),
        Column::Text("field"),
        Column::Text("old"),
        Column::Text("new"),
        Column::Number("old_id"),
        Column::Number("new_id"),
    ];
    let insert = format!(
        "INSERT INTO import_change (import_id, contact_id, line, field, old, new, old_id, new_id) \
         SELECT $2, contact_id, line, field, old, new, old_id, new_id FROM {} AS given",
        set::rows(connection, 1, &columns),
    );
    sql::run(
        connection,
        &insert,
        vec![set::bind(&rows), import_id.into()],
    )
    .await?;
    Ok(())
}

/// A contact that was there before the import, with what the import said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Met {
    pub contact_id: i64,
    pub line: u64,
    /// A bit per field of `contact::FIELDS`.
    pub fields: u16,
    /// ` l5 a17 m3 `: labels and further addresses that it said again, and lists that it named.
    pub said: String,
}

pub(crate) async fn record_met(
    connection: &impl ConnectionTrait,
    import_id: i64,
    met: &[Met],
) -> Result<(), StoreError> {
    let rows: Vec<_> = met
        .iter()
        .map(|met| (met.contact_id, met.line, met.fields, &met.said))
        .collect();
    let columns = [
        Column::Number("contact_id"),
        Column::Number("line"),
        Column::Number("fields"),
        Column::Text("said"),
    ];
    let insert = format!(
        "INSERT INTO import_met (import_id, contact_id, line, fields, said) \
         SELECT $2, contact_id, line, fields, said FROM {} AS given WHERE true \
         ON CONFLICT (import_id, contact_id) DO UPDATE SET fields = import_met.fields | excluded.fields, \
           said = import_met.said || excluded.said",
        set::rows(connection, 1, &columns),
    );
    sql::run(
        connection,
        &insert,
        vec![set::bind(&rows), import_id.into()],
    )
    .await?;
    Ok(())
}

/// All imports, newest first.
pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<ImportRow>, StoreError> {
    let select = format!("{SELECT} ORDER BY i.id DESC");
    sql::all(connection, &select, vec![]).await
}

pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<ImportRow>, StoreError> {
    let select = format!("{SELECT} WHERE i.id = $1");
    sql::one(connection, &select, vec![id.into()]).await
}

/// A mapping that was said for a header, with the import it was said for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Remembered {
    pub id: i64,
    pub header_key: String,
    pub said_map: String,
}

/// The newest mappings that were said with `--map`, one per header; of no import that was undone,
/// because a wrong mapping is a reason to undo one.
pub(crate) async fn remembered(
    connection: &impl ConnectionTrait,
) -> Result<Vec<Remembered>, StoreError> {
    let select = "SELECT i.id, i.header_key, i.said_map FROM import i \
                  WHERE i.said_map <> '[]' AND i.state <> 'undone' \
                  AND NOT EXISTS (SELECT 1 FROM import n WHERE n.header_key = i.header_key AND n.id > i.id \
                                  AND n.said_map <> '[]' AND n.state <> 'undone') \
                  ORDER BY i.id DESC LIMIT 200";
    sql::all(connection, select, vec![]).await
}

/// The class of our locks, one per import at work, on PostgreSQL.
const ALIVE: i32 = 0x696d_706f;

fn lock_number(id: i64) -> i32 {
    i32::try_from(id & 0x7fff_ffff).unwrap_or(0)
}

/// Takes a lock that lasts as long as this very transaction, which the caller keeps open and uses
/// for nothing else: how others tell a dead import from a slow one. SQLite's sign is a lock file.
pub(crate) async fn hold_alive(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<(), StoreError> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let endless = "SET LOCAL idle_in_transaction_session_timeout = 0";
    sql::run(connection, endless, vec![]).await?;
    let lock = "SELECT pg_advisory_xact_lock($1, $2)";
    let values = vec![ALIVE.into(), lock_number(id).into()];
    sql::run(connection, lock, values).await?;
    Ok(())
}

/// Whether the process of an import is gone, as PostgreSQL knows by the lock that its session held.
pub(crate) async fn is_dead(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<bool, StoreError> {
    let locks = "SELECT COUNT(*) AS value FROM pg_locks WHERE locktype = 'advisory' AND granted \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                 AND classid = $1::bigint::oid AND objid = $2::bigint::oid AND objsubid = 2";
    let values = vec![i64::from(ALIVE).into(), i64::from(lock_number(id)).into()];
    Ok(sql::number(connection, locks, values).await? == 0)
}
