//! `db backup`: one file with everything but the key, made while others work, opened again before it counts.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::desk::Desk;
use crate::desk::opening::open;
use crate::desk::problem::{Exit, Problem, hint_for_writing};
use crate::domain::instant::Instant;
use crate::store::connection::Store;
use crate::store::error::StoreError;
use crate::store::{backup, log};

/// A backup that was opened again.
#[derive(Clone, Debug, serde::Serialize)]
pub struct BackedUp {
    pub file: PathBuf,
    pub bytes: u64,
    /// The newest act in it.
    pub newest_at: Option<Instant>,
    /// Without this file no opt-out in the backup can be recognised.
    pub key_file: PathBuf,
}

/// Writes a consistent copy to `file`, readable by its owner only. A file that is there already stays
/// as it is (2).
pub async fn backup(desk: &Desk, file: &Path) -> Result<BackedUp, Problem> {
    let bytes = write(&desk.store, &desk.config, file).await?;
    let newest = log::latest(desk.store.db(), &log::Wanted::default(), 1).await?;
    Ok(BackedUp {
        file: file.to_owned(),
        bytes,
        newest_at: newest.first().map(|row| Instant::from_millis(row.at)),
        key_file: desk.config.desk.key_file.clone(),
    })
}

/// The same for a database of any version: first beside the file, then checked, then in one step in
/// its place. How many bytes it has.
pub(crate) async fn write(store: &Store, config: &Config, file: &Path) -> Result<u64, Problem> {
    if file.exists() {
        return Err(Problem::new(
            Exit::Usage,
            "file-exists",
            format!(
                "{} is there already, and backups are not overwritten",
                file.display()
            ),
        )
        .hint("name a new file, for example with the date"));
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    remove(&beside)?;
    if let Err(problem) = make(store, config, file, &beside).await {
        remove(&beside)?;
        return Err(problem);
    }
    let done = keep(&beside, file).map_err(|error| cannot_write(file, &error));
    if done.is_err() {
        remove(&beside)?;
    }
    done
}

async fn make(store: &Store, config: &Config, file: &Path, beside: &Path) -> Result<(), Problem> {
    private(beside).map_err(|error| cannot_write(file, &error))?;
    if store.is_sqlite() {
        // SQLite fills an empty file, and this one is for our eyes only.
        let refused = |error| not_copied(file, error);
        backup::copy_sqlite(store.db(), beside)
            .await
            .map_err(refused)?;
        backup::mark_sqlite(beside).await.map_err(refused)?;
        let faults = backup::verify_sqlite(beside).await?;
        return match faults.first() {
            None => Ok(()),
            Some(first) => Err(unsound(&format!("the copy is not whole ({first})"))),
        };
    }
    let (url, password) = open::address(config).await?;
    backup::dump(&url, password.as_deref(), beside)
        .await
        .map_err(|error| dump_problem(&error))?;
    backup::verify_dump(beside)
        .await
        .map_err(|error| dump_problem(&error))
}

/// It is the copy that has no room: the database itself is only read.
fn not_copied(file: &Path, error: StoreError) -> Problem {
    match error {
        StoreError::Full => Problem::new(
            Exit::Failed,
            "backup-full",
            format!(
                "the disk with {} is full; no backup was made",
                file.display()
            ),
        )
        .hint("make room there, or name a file on another disk"),
        other => other.into(),
    }
}

fn unsound(what: &str) -> Problem {
    Problem::new(
        Exit::Failed,
        "backup-unsound",
        format!("{what}; no backup was made"),
    )
    .hint("look at the database itself: dateline db check")
}

fn dump_problem(error: &backup::DumpError) -> Problem {
    Problem::new(
        Exit::Failed,
        "pg-dump",
        format!("{error}; no backup was made"),
    )
    .hint("install PostgreSQL's client programs, of the server's version or newer")
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        "backup-file",
        format!("{} cannot be written: {error}", path.display()),
    )
    .hint(hint_for_writing(error))
}

/// An empty file that only its owner can read.
fn private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// On disk for good, then in its place: a power cut leaves the old state or the new one.
fn keep(beside: &Path, file: &Path) -> std::io::Result<u64> {
    let opened = std::fs::File::open(beside)?;
    opened.sync_all()?;
    std::fs::rename(beside, file)?;
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(opened.metadata()?.len())
}

fn remove(beside: &Path) -> Result<(), Problem> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = beside.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(cannot_write(beside, &error));
            }
            _ => {}
        }
    }
    Ok(())
}
