//! Imports: what was read from where, and what it changed.

use sea_orm::{ConnectionTrait, FromQueryResult};

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
    pub file: &'a str,
    pub sha256: &'a str,
    pub format: &'a str,
    pub encoding: &'a str,
    pub delimiter: &'a str,
    pub header_key: &'a str,
    /// JSON: header to field.
    pub mapping: &'a str,
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
    pub file: String,
    pub format: String,
    pub counts: String,
    pub at: i64,
    pub undone_at: Option<i64>,
}

/// Notes that an import has begun. Another one of the same bytes that never said how it ended was
/// interrupted: this one finishes its work.
pub(crate) async fn begin(
    connection: &impl ConnectionTrait,
    import: &NewImport<'_>,
) -> Result<i64, StoreError> {
    let stale = "UPDATE import SET state = 'interrupted' WHERE state = 'running' AND sha256 = $1";
    sql::run(connection, stale, vec![import.sha256.into()]).await?;
    let insert = "INSERT INTO import (state, by, source, legal_basis, file, sha256, format, encoding, delimiter, header_key, mapping, at) \
                  VALUES ('running', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id AS value";
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

/// A change of a contact that was there before the import.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Change {
    pub contact_id: i64,
    pub line: u64,
    pub field: &'static str,
    pub old: String,
    pub new: String,
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
            )
        })
        .collect();
    let columns = [
        Column::Number("contact_id"),
        Column::Number("line"),
        Column::Text("field"),
        Column::Text("old"),
        Column::Text("new"),
    ];
    let insert = format!(
        "INSERT INTO import_change (import_id, contact_id, line, field, old, new) \
         SELECT $2, contact_id, line, field, old, new FROM {} AS given",
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
    let select = "SELECT id, state, by, source, legal_basis, file, format, counts, at, undone_at \
                  FROM import ORDER BY id DESC";
    sql::all(connection, select, vec![]).await
}
