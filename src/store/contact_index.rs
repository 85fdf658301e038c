//! The indexes that filters ask for, left out while a first large import fills the table.
//!
//! An index that is kept while a million rows come in the file's order is written all over, again
//! and again; made afterwards from the sorted keys it costs a fraction (measured: a third of the
//! time of the whole import). Uniqueness is not among them: the key's index stays.

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::store::error::StoreError;
use crate::store::sql;

/// Their names, and what follows `ON`: word for word as the migration makes them (a test compares).
const INDEXES: [(&str, &str); 7] = [
    ("contact_outlet", "contact (outlet_id)"),
    ("contact_hash", "contact (address_hash)"),
    (
        "contact_country",
        "contact (country) WHERE erased_at IS NULL AND merged_into_id IS NULL",
    ),
    (
        "contact_kind",
        "contact (kind) WHERE erased_at IS NULL AND merged_into_id IS NULL",
    ),
    (
        "contact_language",
        "contact (language) WHERE erased_at IS NULL AND merged_into_id IS NULL",
    ),
    (
        "contact_domain",
        "contact (domain) WHERE erased_at IS NULL AND merged_into_id IS NULL",
    ),
    (
        "contact_created",
        "contact (created_at) WHERE erased_at IS NULL AND merged_into_id IS NULL",
    ),
];

/// The statements that make them, for whoever compares them with the tables.
pub fn statements() -> impl Iterator<Item = String> {
    INDEXES
        .iter()
        .map(|(name, on)| format!("CREATE INDEX {name} ON {on}"))
}

/// Whether nobody can miss them: there is no contact and no distribution.
pub(crate) async fn may_leave(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let any = "SELECT COUNT(*) AS value FROM (SELECT id FROM contact LIMIT 1) AS c";
    let sent = "SELECT COUNT(*) AS value FROM (SELECT id FROM distribution LIMIT 1) AS d";
    Ok(sql::number(connection, any, vec![]).await? == 0
        && sql::number(connection, sent, vec![]).await? == 0)
}

/// Takes the indexes away.
pub(crate) async fn leave(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    for (name, _) in INDEXES {
        sql::run(connection, &format!("DROP INDEX IF EXISTS {name}"), vec![]).await?;
    }
    Ok(())
}

/// Those that are not there, as statements that make them. An import that was killed leaves them
/// so; whoever works meanwhile is slower, and no less right.
pub(crate) async fn missing(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let names = match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT COUNT(*) AS value FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'contact' AND indexname = $1"
        }
        _ => "SELECT COUNT(*) AS value FROM sqlite_master WHERE type = 'index' AND name = $1",
    };
    let mut missing = Vec::new();
    for (name, on) in INDEXES {
        if sql::number(connection, names, vec![name.into()]).await? == 0 {
            missing.push(format!("CREATE INDEX IF NOT EXISTS {name} ON {on}"));
        }
    }
    Ok(missing)
}

/// Makes one of the missing indexes.
pub(crate) async fn make(
    connection: &impl ConnectionTrait,
    statement: &str,
) -> Result<(), StoreError> {
    sql::run(connection, statement, vec![]).await?;
    Ok(())
}
