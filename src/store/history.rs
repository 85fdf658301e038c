//! How far a database's tables are, and how they get to where this version wants them: all steps or none.

use dateline_migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseBackend};
use sea_orm_migration::{MigrationTrait, MigratorTrait, MigratorTraitSelf};

use crate::store::connection::{Store, begin_write};
use crate::store::contact_index;
use crate::store::error::StoreError;
use crate::store::sql;

/// One number for all of Dateline's session locks on PostgreSQL, so that they meet only each other.
const MIGRATION_LOCK: i64 = 0x6461_7465_6c69_6e65;

/// All steps that tables ever went through, oldest first: this version's own, or a test's later ones.
#[derive(Clone, Copy, Debug)]
pub struct History(fn() -> Vec<Box<dyn MigrationTrait>>);

impl History {
    /// This version's.
    pub fn ours() -> Self {
        Self(<Migrator as MigratorTrait>::migrations)
    }

    pub fn of(migrations: fn() -> Vec<Box<dyn MigrationTrait>>) -> Self {
        Self(migrations)
    }

    fn names(self) -> Vec<String> {
        let migrations = (self.0)();
        migrations
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect()
    }
}

impl MigratorTraitSelf for History {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.0)()
    }
}

/// A database that somebody has worked with, opened as it is, whose tables lack a step. None where
/// there is nothing in it yet, or nothing to do.
pub async fn behind(
    url: &str,
    password: Option<&str>,
    history: &History,
) -> Result<Option<Store>, StoreError> {
    let store = match Store::open_as_it_is(url, password).await {
        Ok(store) => store,
        Err(StoreError::Missing(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    // The tables first: whoever makes them at this very moment commits the steps' names with them.
    if has_table(store.db(), "desk").await? {
        let applied = applied(store.db()).await?;
        let known = history.names();
        if applied.iter().any(|name| !known.contains(name)) {
            return Err(StoreError::Newer(store.shown().to_owned()));
        }
        if applied.len() < known.len() {
            return Ok(Some(store));
        }
    }
    store.close().await;
    Ok(None)
}

/// Whether the tables are exactly this version's.
pub(in crate::store) async fn must_be_ours(store: &Store) -> Result<(), StoreError> {
    let shown = || store.shown().to_owned();
    let known = History::ours().names();
    let applied = applied(store.db()).await?;
    if applied.is_empty() {
        return Err(StoreError::Missing(shown()));
    }
    if applied.iter().any(|name| !known.contains(name)) {
        return Err(StoreError::Newer(shown()));
    }
    if applied.len() < known.len() {
        return Err(StoreError::Older(shown()));
    }
    Ok(())
}

/// Does the steps that are missing, in one transaction, and tells their names. Two of these at once
/// are safe on both databases: the second waits and finds nothing to do.
pub(in crate::store) async fn bring_up(
    store: &Store,
    history: &History,
) -> Result<Vec<String>, StoreError> {
    let transaction = begin_write(store.db()).await?;
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        sql::run(
            &transaction,
            "SELECT pg_advisory_xact_lock($1)",
            vec![MIGRATION_LOCK.into()],
        )
        .await?;
    }
    let before = applied(&transaction).await?;
    let known = history.names();
    if before.iter().any(|name| !known.contains(name)) {
        return Err(StoreError::Newer(store.shown().to_owned()));
    }
    MigratorTraitSelf::up(history, &transaction, None).await?;
    for statement in contact_index::missing(&transaction).await? {
        contact_index::make(&transaction, &statement).await?;
    }
    transaction.commit().await?;
    Ok(known
        .into_iter()
        .filter(|name| !before.contains(name))
        .collect())
}

#[derive(sea_orm::FromQueryResult)]
struct Applied {
    version: String,
}

/// Names of the migrations that the database has; none where it has no Dateline tables.
async fn applied(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    if !has_table(connection, "seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let rows = sql::all::<Applied>(
        connection,
        "SELECT version FROM seaql_migrations ORDER BY version",
        vec![],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn has_table(connection: &impl ConnectionTrait, name: &str) -> Result<bool, StoreError> {
    let table = match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT COUNT(*) AS value FROM pg_tables WHERE tablename = $1 AND schemaname = ANY (current_schemas(false))"
        }
        _ => "SELECT COUNT(*) AS value FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    Ok(sql::number(connection, table, vec![name.into()]).await? > 0)
}
