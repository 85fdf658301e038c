//! What a look at the installation asks the database: durability, damage, and which zones are in use.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// The settings on which it depends that what was committed outlives a power cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Durability {
    Sqlite {
        journal_mode: String,
        /// 0 OFF, 1 NORMAL, 2 FULL, 3 EXTRA.
        synchronous: i64,
    },
    Postgres {
        fsync: String,
        synchronous_commit: String,
        full_page_writes: String,
    },
}

#[derive(FromQueryResult)]
struct Journal {
    journal_mode: String,
}

#[derive(FromQueryResult)]
struct Synchronous {
    synchronous: i64,
}

#[derive(FromQueryResult)]
struct Server {
    fsync: String,
    synchronous_commit: String,
    full_page_writes: String,
}

#[derive(FromQueryResult)]
struct Text {
    value: String,
}

pub async fn durability(connection: &impl ConnectionTrait) -> Result<Durability, StoreError> {
    let lost = || StoreError::Refused("the database does not tell its settings".to_owned());
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let sql = "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit, \
                   current_setting('full_page_writes') AS full_page_writes";
        let server = sql::one::<Server>(connection, sql, vec![])
            .await?
            .ok_or_else(lost)?;
        return Ok(Durability::Postgres {
            fsync: server.fsync,
            synchronous_commit: server.synchronous_commit,
            full_page_writes: server.full_page_writes,
        });
    }
    let journal = sql::one::<Journal>(connection, "PRAGMA journal_mode", vec![]).await?;
    let synchronous = sql::one::<Synchronous>(connection, "PRAGMA synchronous", vec![]).await?;
    Ok(Durability::Sqlite {
        journal_mode: journal.ok_or_else(lost)?.journal_mode,
        synchronous: synchronous.ok_or_else(lost)?.synchronous,
    })
}

/// Damage that a quick look finds, a sentence each; PostgreSQL watches its pages itself.
pub async fn damage(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        return Ok(Vec::new());
    }
    let quick = "SELECT quick_check AS value FROM pragma_quick_check LIMIT 5";
    Ok(texts(connection, quick, vec![])
        .await?
        .into_iter()
        .filter(|line| line != "ok")
        .collect())
}

/// Folds what SQLite's write-ahead log has gathered into the file, as far as no reader is in the way;
/// otherwise a commit does it at a moment that it does not choose. Nothing depends on it: what
/// cannot be folded now stays in the log.
pub async fn fold(connection: &impl ConnectionTrait) {
    if connection.get_database_backend() == DatabaseBackend::Sqlite {
        drop(sql::run(connection, "PRAGMA wal_checkpoint(PASSIVE)", vec![]).await);
    }
}

/// The time zones of contacts and organizations, of distributions that are not over, and of
/// embargoes that have not been lifted.
pub async fn zones_in_use(
    connection: &impl ConnectionTrait,
    now: Instant,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT time_zone AS value FROM contact WHERE time_zone <> '' \
               UNION SELECT time_zone FROM organization WHERE time_zone <> '' \
               UNION SELECT zone FROM distribution WHERE status NOT IN ('finished', 'canceled') \
               UNION SELECT zone FROM embargo WHERE zone IS NOT NULL AND instant > $1 \
               ORDER BY 1";
    texts(connection, sql, vec![now.millis().into()]).await
}

/// The From headers that organizations bring along.
pub async fn from_headers(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT DISTINCT from_header AS value FROM organization WHERE from_header <> '' ORDER BY 1";
    texts(connection, sql, vec![]).await
}

/// Contacts whose address only a server with SMTPUTF8 can take.
pub async fn addresses_beyond_ascii(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let bytes = match connection.get_database_backend() {
        DatabaseBackend::Postgres => "octet_length(email)",
        _ => "length(CAST(email AS BLOB))",
    };
    let sql = format!(
        "SELECT COUNT(*) AS value FROM contact WHERE status = 'active' AND length(email) <> {bytes}"
    );
    sql::number(connection, &sql, vec![]).await
}

async fn texts(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<sea_orm::Value>,
) -> Result<Vec<String>, StoreError> {
    let rows = sql::all::<Text>(connection, sql, values).await?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}
