//! How a PostgreSQL server is reached: a refusal that stays one is told at once, a server that is just
//! starting is waited for.

use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::store::error::StoreError;

/// A database that does not answer a connect within this is away.
const CONNECT: Duration = Duration::from_secs(10);
/// Whoever is not connected by then is asked beside the pool, which tries again and again where nobody
/// listens and does not say so meanwhile. A server that answers does so sooner, and is asked once.
const SOON: Duration = Duration::from_millis(300);
/// How long that question may take.
const ASK: Duration = Duration::from_secs(2);
/// A connection that rested for so long is tried before it is used: a server, or what stands between,
/// may have hung up.
const IDLE: Duration = Duration::from_secs(5);

/// Connects; `shown` is the address without its password.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that connects to PostgreSQL"
)]
pub(in crate::store) async fn postgres(
    url: &str,
    shown: &str,
    password: Option<&str>,
) -> Result<DatabaseConnection, StoreError> {
    // Asked here, because sea-orm's own refusal quotes the address with its password.
    let server = PgConnectOptions::from_str(url).map_err(|_| {
        StoreError::Address(shown.to_owned(), "it is no PostgreSQL address".to_owned())
    })?;
    let server = match password {
        Some(password) => server.password(password),
        None => server,
    };
    let password = password.map(str::to_owned);
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(4)
        .connect_timeout(CONNECT)
        .acquire_timeout(CONNECT)
        .test_before_acquire_if_idle_for(IDLE)
        .map_sqlx_postgres_opts(move |options| {
            let options = options
                .application_name("dateline")
                .options([("client_min_messages", "warning"), ("lock_timeout", "30s")]);
            match &password {
                Some(password) => options.password(password),
                None => options,
            }
        });
    let connected = tokio::select! {
        biased;
        done = Database::connect(options) => done.map_err(StoreError::from),
        nobody = nobody_listens(&server) => Err(nobody),
    };
    match connected {
        Ok(db) => Ok(db),
        Err(StoreError::Unreachable(why)) => {
            // The pool says only that it waited.
            let why = if why == StoreError::NO_ANSWER {
                reason_of(&server).await.unwrap_or(why)
            } else {
                why
            };
            Err(StoreError::Unreachable(format!("{shown}: {why}")))
        }
        Err(StoreError::Login(why)) => Err(StoreError::Login(format!("{shown}: {why}"))),
        Err(StoreError::Missing(_)) => Err(StoreError::Missing(shown.to_owned())),
        Err(other) => Err(other),
    }
}

/// Ends only where nobody listens: then waiting is no use.
async fn nobody_listens(server: &PgConnectOptions) -> StoreError {
    tokio::time::sleep(SOON).await;
    match ask(server).await {
        Some(sqlx::Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            StoreError::Unreachable(error.to_string())
        }
        _ => std::future::pending().await,
    }
}

/// What the server says when it is asked once more, without waiting.
async fn reason_of(server: &PgConnectOptions) -> Option<String> {
    match ask(server).await? {
        sqlx::Error::Io(error) => Some(error.to_string()),
        sqlx::Error::Database(error) => Some(error.message().to_owned()),
        _ => None,
    }
}

/// Why one connection cannot be had; none where it can, or where nobody says so in time.
async fn ask(server: &PgConnectOptions) -> Option<sqlx::Error> {
    let attempt = PgConnection::connect_with(server);
    match tokio::time::timeout(ASK, attempt).await.ok()? {
        Ok(connection) => {
            // It was only asked; whether the goodbye arrives is nobody's concern.
            let _ = connection.close().await;
            None
        }
        Err(error) => Some(error),
    }
}
