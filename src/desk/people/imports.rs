//! The imports there were: what was read, by whom, when, and how each ended.

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::import_contacts::alive;
use crate::desk::problem::{Exit, Problem};
use crate::domain::instant::Instant;
use crate::store::import::{self, ImportRow};
use crate::store::import_undo;

/// Changes that are shown one by one.
const SHOWN: i64 = 1000;

/// The JSON contract of `contact imports`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ImportView {
    pub id: i64,
    /// `running`, `done`, `interrupted` or `undone`.
    pub state: String,
    pub at: Instant,
    pub by: String,
    pub file: String,
    pub source: String,
    pub legal_basis: String,
    pub jurisdiction: String,
    /// The short name of the list it filled.
    pub list: Option<String>,
    /// It made that list equal the file.
    pub replaces: bool,
    pub format: String,
    pub encoding: String,
    pub delimiter: String,
    /// How many rows became what; empty where it never said how it ended.
    pub counts: serde_json::Value,
    pub undone_at: Option<Instant>,
}

/// An import with its columns and what it changed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ImportDetail {
    #[serde(flatten)]
    pub import: ImportView,
    pub columns: Vec<ColumnView>,
    /// Opt-outs that it brought and that hold.
    pub opt_outs: i64,
    /// What it changed of contacts that were there; at most a thousand.
    pub changes: Vec<ChangeView>,
}

/// A column of the file with the field it filled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ColumnView {
    pub header: String,
    pub field: Option<String>,
}

/// A change; `old` and `new` are empty where the contact was erased since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChangeView {
    pub contact: i64,
    pub line: i64,
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// All imports, newest first.
pub async fn list(desk: &Desk) -> Result<Vec<ImportView>, Problem> {
    let mut views = Vec::new();
    for row in import::list(desk.store.db()).await? {
        views.push(view(desk, row).await?);
    }
    Ok(views)
}

/// One import in full.
///
/// Errors: exit 2 `no-import`.
pub async fn show(desk: &Desk, id: i64) -> Result<ImportDetail, Problem> {
    let row = find(desk, id).await?;
    let columns: Vec<(String, Option<String>)> =
        serde_json::from_str(&row.mapping).unwrap_or_default();
    let changes = import_undo::changes(desk.store.db(), id, SHOWN).await?;
    Ok(ImportDetail {
        columns: columns
            .into_iter()
            .map(|(header, field)| ColumnView { header, field })
            .collect(),
        opt_outs: import_undo::opt_outs(desk.store.db(), id).await?,
        changes: changes
            .into_iter()
            .map(|change| ChangeView {
                contact: change.contact_id,
                line: change.line,
                field: change.field,
                old: change.old,
                new: change.new,
            })
            .collect(),
        import: view(desk, row).await?,
    })
}

/// An import's row, as it says of itself.
pub(crate) async fn find(desk: &Desk, id: i64) -> Result<ImportRow, Problem> {
    import::by_id(desk.store.db(), id).await?.ok_or_else(|| {
        Problem::new(Exit::Usage, "no-import", format!("there is no import {id}"))
            .hint("see which there are: dateline contact imports")
    })
}

/// What state an import is in: one that never said how it ended, and whose process is gone, was
/// interrupted.
pub(crate) async fn state(desk: &Desk, row: &ImportRow) -> Result<String, Problem> {
    if row.state == "running" && alive::is_dead(desk, row.id).await? {
        return Ok("interrupted".to_owned());
    }
    Ok(row.state.clone())
}

async fn view(desk: &Desk, row: ImportRow) -> Result<ImportView, Problem> {
    Ok(ImportView {
        id: row.id,
        state: state(desk, &row).await?,
        at: Instant::from_millis(row.at),
        by: row.by,
        file: row.file,
        source: row.source,
        legal_basis: row.legal_basis,
        jurisdiction: row.jurisdiction,
        list: row.list,
        replaces: row.replaces,
        format: row.format,
        encoding: row.encoding,
        delimiter: row.delimiter,
        counts: serde_json::from_str(&row.counts).unwrap_or_default(),
        undone_at: row.undone_at.map(Instant::from_millis),
    })
}
