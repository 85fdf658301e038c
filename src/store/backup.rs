//! A consistent copy of the database in one file, made while others work, and opened again.

use std::path::Path;
use std::process::Stdio;

use sea_orm::{ConnectionTrait, FromQueryResult};
use tokio::process::Command;

use crate::store::connection::Store;
use crate::store::desk_row;
use crate::store::error::StoreError;
use crate::store::sql;

#[derive(FromQueryResult)]
struct Line {
    value: String,
}

/// SQLite: writes a consistent copy to `file`, which must not exist; others go on writing meanwhile.
pub async fn copy_sqlite(connection: &impl ConnectionTrait, file: &Path) -> Result<(), StoreError> {
    let path = file.display().to_string();
    sql::run(connection, "VACUUM INTO $1", vec![path.into()]).await?;
    Ok(())
}

/// What is wrong with an SQLite database as SQLite sees it: damaged pages, rows that point nowhere.
/// At most a hundred sentences; none: it is whole.
pub async fn faults(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let integrity = "SELECT integrity_check AS value FROM pragma_integrity_check LIMIT 100";
    let mut found: Vec<String> = sql::all::<Line>(connection, integrity, vec![])
        .await?
        .into_iter()
        .map(|line| line.value)
        .filter(|line| line != "ok")
        .collect();
    let pointing = "SELECT \"table\" || ' row ' || COALESCE(rowid, 0) || ' points at a row of ' || parent || ' that is not there' AS value \
                    FROM pragma_foreign_key_check LIMIT 100";
    let lost = sql::all::<Line>(connection, pointing, vec![]).await?;
    found.extend(lost.into_iter().map(|line| line.value));
    Ok(found)
}

/// Says inside a copy that it is one: put in the place of the lost database it would take itself for
/// that, and send again what went out after the backup. The copy may be of an older version's tables.
pub async fn mark_sqlite(file: &Path) -> Result<(), StoreError> {
    let store = Store::open_as_it_is(&format!("sqlite://{}", file.display()), None).await?;
    let marked = desk_row::set_place(store.db(), "a backup").await;
    store.close().await;
    marked
}

/// Opens a copy and looks whether it is whole.
pub async fn verify_sqlite(file: &Path) -> Result<Vec<String>, StoreError> {
    let store = Store::open_as_it_is(&format!("sqlite://{}", file.display()), None).await?;
    let found = faults(store.db()).await;
    store.close().await;
    found
}

/// Why `pg_dump` or `pg_restore` did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    #[error("{0} is not on the PATH")]
    Absent(&'static str),
    #[error("{0} failed: {1}")]
    Failed(&'static str, String),
    #[error("a file for the password cannot be written: {0}")]
    Password(std::io::Error),
}

/// PostgreSQL: `pg_dump` in its own format to `file`. The password travels in a file that only we
/// can read, never in an argument or a variable that others see.
pub async fn dump(url: &str, password: Option<&str>, file: &Path) -> Result<(), DumpError> {
    let pass_file = tempfile::NamedTempFile::new().map_err(DumpError::Password)?;
    let (address, inline) = apart(url);
    if let Some(password) = password.map(str::to_owned).or(inline) {
        let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
        std::fs::write(pass_file.path(), format!("*:*:*:*:{escaped}\n"))
            .map_err(DumpError::Password)?;
    }
    let mut command = Command::new("pg_dump");
    command
        .args(["--format=custom", "--no-password", "--file"])
        .arg(file)
        .arg("--dbname")
        .arg(address)
        .env("PGPASSFILE", pass_file.path());
    finish("pg_dump", command).await
}

/// Reads a dump's table of contents to its end.
pub async fn verify_dump(file: &Path) -> Result<(), DumpError> {
    let mut command = Command::new("pg_restore");
    command.arg("--list").arg(file);
    finish("pg_restore", command).await
}

async fn finish(name: &'static str, mut command: Command) -> Result<(), DumpError> {
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output()
        .await;
    match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(DumpError::Absent(name)),
        Err(error) => Err(DumpError::Failed(name, error.to_string())),
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().next().unwrap_or("it said nothing").to_owned();
            Err(DumpError::Failed(name, first))
        }
    }
}

/// The address without its password, and the password.
fn apart(url: &str) -> (String, Option<String>) {
    let Ok(mut parsed) = url::Url::parse(url) else {
        return (url.to_owned(), None);
    };
    let mut inline = parsed.password().map(|password| {
        let bytes: Vec<u8> = percent_decoded(password);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    // An option may be one, too, and everybody reads what a program was started with.
    let (passwords, others): (Vec<_>, Vec<_>) = parsed
        .query_pairs()
        .into_owned()
        .partition(|(name, _)| name == "password");
    if let Some((_, password)) = passwords.into_iter().last() {
        inline = Some(password);
        if others.is_empty() {
            parsed.set_query(None);
        } else {
            parsed.query_pairs_mut().clear().extend_pairs(others);
        }
    }
    // Fails only where there is no host, and then there is no password either.
    let _ = parsed.set_password(None);
    (parsed.to_string(), inline)
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let pair = behind
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn the_password_leaves_the_address() {
        let (address, password) = apart("postgres://ana:s3%3Acret%25@db.example.com:5432/x");
        assert_eq!(address, "postgres://ana@db.example.com:5432/x");
        assert_eq!(password.as_deref(), Some("s3:cret%"));
        assert_eq!(apart("postgres://ana@db.example.com/x").1, None);
        for (url, left) in [
            (
                "postgres://ana@db.example.com/x?password=s3%3Acret",
                "postgres://ana@db.example.com/x",
            ),
            (
                "postgres://ana@db.example.com/x?sslmode=require&password=s3%3Acret",
                "postgres://ana@db.example.com/x?sslmode=require",
            ),
        ] {
            let (address, password) = apart(url);
            assert_eq!(
                (address.as_str(), password.as_deref()),
                (left, Some("s3:cret"))
            );
        }
    }
}
