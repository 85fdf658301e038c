//! How a database is opened, created, migrated, and how a writing transaction begins.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseBackend, DatabaseConnection, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
/// What queries run on: the database or a transaction. The desk names it, and nothing else of sea-orm.
pub use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::store::error::StoreError;
use crate::store::history::{self, History};
use crate::store::reach;
use crate::store::sql;

/// SQLite waits this long for another writer; an import's chunk is far shorter.
const BUSY: Duration = Duration::from_secs(30);

/// How much of its file SQLite keeps in memory, in KiB with a minus: who sends to a million needs no
/// more, because rows lie in the order in which they go.
const CACHE: &str = "-32768";
/// A large import writes all over the index of a million addresses, which fits in here (44 MB).
const WIDE_CACHE: &str = "-49152";
/// Where a million rows are sorted: each sort may take as much as the cache before it goes to a file.
const SPARING: &str = "-10240";

/// An open database. Every function of this room takes `store.db()` or a transaction.
#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    shown: String,
    file: Option<PathBuf>,
}

impl Store {
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// The database's name for people: the file, or host and name without a password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The file, where the database is SQLite.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub fn is_sqlite(&self) -> bool {
        self.file.is_some()
    }

    /// Opens a database that exists and has exactly this version's tables.
    pub async fn open(url: &str, password: Option<&str>) -> Result<Self, StoreError> {
        let store = Self::connect(url, password, false).await?;
        history::must_be_ours(&store).await?;
        Ok(store)
    }

    /// Whether the tables are still exactly this version's.
    pub async fn must_be_ours(&self) -> Result<(), StoreError> {
        history::must_be_ours(self).await
    }

    /// Opens a database that exists, whatever version its tables are of.
    pub(in crate::store) async fn open_as_it_is(
        url: &str,
        password: Option<&str>,
    ) -> Result<Self, StoreError> {
        Self::connect(url, password, false).await
    }

    /// Opens or creates the database and brings its tables to this version, in one transaction.
    pub async fn migrate(
        url: &str,
        password: Option<&str>,
    ) -> Result<(Self, Vec<String>), StoreError> {
        Self::migrate_by(url, password, &History::ours()).await
    }

    /// The same by another history.
    pub async fn migrate_by(
        url: &str,
        password: Option<&str>,
        history: &History,
    ) -> Result<(Self, Vec<String>), StoreError> {
        let store = Self::connect(url, password, true).await?;
        let fresh = history::bring_up(&store, history).await?;
        Ok((store, fresh))
    }

    async fn connect(url: &str, password: Option<&str>, create: bool) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return connect_sqlite(Path::new(path), create).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return connect_postgres(url, password).await;
        }
        Err(StoreError::Address(
            without_password(url),
            "it has to begin with sqlite:// or postgres://".to_owned(),
        ))
    }

    /// Closes the pool, so that SQLite folds its write-ahead log into the file.
    pub async fn close(self) {
        // Nothing is lost if this fails: everything was committed before.
        drop(self.db.close().await);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that opens a file"
)]
async fn connect_sqlite(path: &Path, create: bool) -> Result<Store, StoreError> {
    let shown = path.display().to_string();
    if path.is_dir() {
        return Err(StoreError::Address(shown, "it is a directory".to_owned()));
    }
    if create {
        create_private(path)
            .map_err(|error| StoreError::Address(shown.clone(), error.to_string()))?;
    } else if !path.exists() {
        return Err(StoreError::Missing(shown));
    }
    // SQLite says only that it cannot open it, as of a share that is away for a while.
    if let Err(error) = std::fs::File::open(path)
        && error.kind() == std::io::ErrorKind::PermissionDenied
    {
        return Err(StoreError::Closed(shown));
    }
    let mut options = ConnectOptions::new("sqlite::memory:");
    let file = path.to_owned();
    let writable = std::fs::metadata(path).is_ok_and(|meta| !meta.permissions().readonly());
    options
        .sqlx_logging(false)
        .max_connections(1)
        // A file does not hang up; asking it before each use costs every transaction a turn more.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |_| {
            let options = sea_orm::sqlx::sqlite::SqliteConnectOptions::new()
                .filename(&file)
                .create_if_missing(false)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                // FULL: with NORMAL a power cut may take back the last commits, which means mail twice.
                .synchronous(SqliteSynchronous::Full)
                .pragma("cache_size", CACHE)
                // A freeze of a million sorts them all; in memory that took half a gigabyte (measured).
                .pragma("temp_store", "FILE")
                .pragma("secure_delete", "ON");
            if writable {
                options.journal_mode(SqliteJournalMode::Wal)
            } else {
                options
            }
        });
    // Turning a new file to WAL does not wait for the busy timeout, so waiting is ours.
    let mut tries = 0;
    let db = loop {
        match Database::connect(options.clone())
            .await
            .map_err(StoreError::from)
        {
            Ok(db) => break db,
            Err(StoreError::Locked) if tries < 200 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // A disk that went read-only stays so; waiting, as for a share that is away, is no use.
            Err(StoreError::Unreachable(_)) if is_read_only(path) => {
                return Err(StoreError::ReadOnly(format!(
                    "{shown} lies on a disk that is mounted read-only"
                )));
            }
            Err(error) => return Err(error),
        }
    };
    Ok(Store {
        db,
        shown,
        file: Some(path.to_owned()),
    })
}

/// Whether the file lies on a read-only file system, where SQLite cannot make what it needs beside it.
fn is_read_only(path: &Path) -> bool {
    std::fs::OpenOptions::new()
        .append(true)
        .open(path)
        .is_err_and(|error| error.kind() == std::io::ErrorKind::ReadOnlyFilesystem)
}

/// An empty file that only its owner can read: the database holds personal data.
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let opened = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match opened {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

async fn connect_postgres(url: &str, password: Option<&str>) -> Result<Store, StoreError> {
    let shown = without_password(url);
    let db = reach::postgres(url, &shown, password).await?;
    Ok(Store {
        db,
        shown,
        file: None,
    })
}

/// `postgres://user:secret@host/name?password=secret` without the secrets.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "(no address)".to_owned();
    };
    // Options may hold a password too, and tell nobody which database is meant.
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((user, place)) = rest.rsplit_once('@') else {
        // With an @ further on, what stands after a colon may be the beginning of a password.
        let shown = match rest.split_once(':') {
            Some((before, _)) if options.contains('@') => before,
            _ => rest,
        };
        return format!("{scheme}://{shown}");
    };
    let user = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{place}")
}

/// Ends a transaction: from here on its changes survive anything.
pub async fn commit(transaction: DatabaseTransaction) -> Result<(), StoreError> {
    Ok(transaction.commit().await?)
}

/// With `pages`, SQLite's log gathers so many of them before they are brought into the file, and more
/// of the file stays in memory: a page that many rows touch is written once instead of again and
/// again. `None`: as always.
pub(crate) async fn gather(
    connection: &impl ConnectionTrait,
    pages: Option<u32>,
) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Sqlite {
        let size = if pages.is_some() { WIDE_CACHE } else { CACHE };
        cache(connection, size).await?;
        let pages = pages.unwrap_or(1000);
        let pragma = format!("PRAGMA wal_autocheckpoint = {pages}");
        sql::pragma(connection, &pragma).await?;
    }
    Ok(())
}

/// Does work on everybody at once with SQLite's memory spared; afterwards it has as much as usual.
/// PostgreSQL has its own.
pub async fn sparing<T, E: From<StoreError>>(
    connection: &impl ConnectionTrait,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    cache(connection, SPARING).await?;
    let done = work.await;
    cache(connection, CACHE).await?;
    done
}

async fn cache(connection: &impl ConnectionTrait, size: &str) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Sqlite {
        sql::run(connection, &format!("PRAGMA cache_size = {size}"), vec![]).await?;
    }
    Ok(())
}

/// Begins a transaction that only reads, or only holds a lock.
pub async fn begin_read(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    begin(db, TransactionOptions::default()).await
}

/// Begins a transaction that may write. On SQLite it takes the write lock at once (BEGIN
/// IMMEDIATE): a transaction that reads first and writes later fails at once under contention,
/// whatever the busy timeout (measured).
pub async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: (db.get_database_backend() == DatabaseBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    begin(db, options).await
}

/// Begins on a task of its own, because a caller may be dropped meanwhile (a page's reader hangs up):
/// PostgreSQL's driver would hand the connection to the next caller with the transaction open in it,
/// whose work would then never be committed.
async fn begin(
    db: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, StoreError> {
    let db = db.clone();
    let begun = tokio::spawn(async move { db.begin_with_options(options).await }).await;
    begun
        .map_err(|_| StoreError::Unreachable("no transaction could be begun".to_owned()))?
        .map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_in_the_address_is_not_shown() {
        let shown = without_password("postgres://dateline:s3cret@db.example.com/dateline");
        assert_eq!(shown, "postgres://dateline@db.example.com/dateline");
        for url in [
            "postgres://dateline@db.example.com/dateline?password=s3cret",
            "postgres://dateline:s3c?ret@db.example.com/dateline",
            "postgres://dateline:s3c@ret@db.example.com/dateline",
            "postgres://db.example.com/dateline?password=s3cret@x",
        ] {
            let shown = without_password(url);
            assert!(!shown.contains("ret") && !shown.contains("s3c"), "{shown}");
        }
        assert_eq!(
            without_password("postgres://db.example.com/x"),
            "postgres://db.example.com/x"
        );
    }
}
