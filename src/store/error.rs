//! What can go wrong with the database, told apart by what has to happen next.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// A failure of the database. Display is one sentence for people; no value of a row is in it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no Dateline database at {0}")]
    Missing(String),
    #[error("the database at {0} belongs to an older version of Dateline")]
    Older(String),
    #[error("the database at {0} belongs to a newer version of Dateline")]
    Newer(String),
    #[error("the database address {0:?} cannot be used: {1}")]
    Address(String, String),
    #[error("the database stayed locked by another program for too long")]
    Locked,
    /// Two transactions waited for each other, and PostgreSQL ended this one: nothing of it is
    /// written, and done again it succeeds.
    #[error("the database was wanted by two at the same instant")]
    Deadlock,
    #[error("the disk with the database is full; nothing of this step was written")]
    Full,
    #[error("the database cannot be written: {0}")]
    ReadOnly(String),
    #[error("this user may not read the database {0}")]
    Closed(String),
    /// The database is there and does not let us in; waiting will not mend it.
    #[error("the database refused the login: {0}")]
    Login(String),
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database file is damaged or not a database: {0}")]
    Damaged(String),
    /// A unique key refused a second row; the caller knows which and says so in its own words.
    #[error("the row exists already")]
    Duplicate,
    #[error("table {table}, row {id}: column {column} holds something this version cannot read")]
    Row {
        table: &'static str,
        column: &'static str,
        id: i64,
    },
    #[error("the database refused a step: {0}")]
    Refused(String),
}

impl StoreError {
    /// All that is known where a wait for a connection ran out.
    pub(in crate::store) const NO_ANSWER: &str = "no answer in time";

    /// Whether the same step may well succeed a little later.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Locked | Self::Deadlock | Self::Unreachable(_) | Self::Full
        )
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            return Self::Duplicate;
        }
        match &error {
            DbErr::ConnectionAcquire(_) => Self::Unreachable(Self::NO_ANSWER.to_owned()),
            DbErr::Conn(RuntimeErr::SqlxError(inner))
            | DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => from_sqlx(inner),
            other => Self::Refused(other.to_string()),
        }
    }
}

/// SQLite's primary result codes are the low byte of the extended ones (sqlite.org/rescode.html);
/// PostgreSQL's are SQLSTATE classes.
fn from_sqlx(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(inner) => {
            let code = inner.code().unwrap_or_default().into_owned();
            if inner
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .is_some()
            {
                return match code.parse::<i32>().unwrap_or(0) & 0xff {
                    5 | 6 => StoreError::Locked,
                    8 | 3 => StoreError::ReadOnly(inner.message().to_owned()),
                    // 10 is an I/O error: a quota or RLIMIT_FSIZE shows itself so, not as 13.
                    13 | 10 => StoreError::Full,
                    11 | 26 => StoreError::Damaged(inner.message().to_owned()),
                    14 => StoreError::Unreachable("the file cannot be opened".to_owned()),
                    _ => StoreError::Refused(inner.message().to_owned()),
                };
            }
            match code.as_str() {
                "25006" | "42501" => StoreError::ReadOnly(inner.message().to_owned()),
                "53100" => StoreError::Full,
                "55P03" | "57014" => StoreError::Locked,
                "40P01" => StoreError::Deadlock,
                "28000" | "28P01" => StoreError::Login(inner.message().to_owned()),
                "3D000" => StoreError::Missing(inner.message().to_owned()),
                code if code.starts_with("08")
                    || code.starts_with("57P")
                    || code.starts_with("53") =>
                {
                    StoreError::Unreachable(inner.message().to_owned())
                }
                _ => StoreError::Refused(inner.message().to_owned()),
            }
        }
        sqlx::Error::Io(inner) => StoreError::Unreachable(inner.to_string()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            StoreError::Unreachable(StoreError::NO_ANSWER.to_owned())
        }
        // Another program listens there, or something between us ends the talk in its own words.
        sqlx::Error::Protocol(_) => StoreError::Unreachable(
            "what answers there does not speak as PostgreSQL does".to_owned(),
        ),
        sqlx::Error::Tls(inner) => StoreError::Unreachable(inner.to_string()),
        other => StoreError::Refused(other.to_string()),
    }
}
