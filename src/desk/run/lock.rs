//! Being the one who sends: a lock file beside SQLite's, a lock held by a session on PostgreSQL.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::keys::run::Unknown;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{DatabaseTransaction, Store, begin_read, begin_write, commit};
use crate::store::delivery::{self, Settled};
use crate::store::run;

/// Held for as long as a run works. Both kinds die with the process: there is never a stale lock
/// to delete by hand.
#[derive(Debug)]
pub(crate) struct Held {
    file: Option<File>,
    alive: Option<DatabaseTransaction>,
}

impl Held {
    /// Lets go. Dropping does the same; this waits for the database.
    pub(crate) async fn let_go(self) {
        if let Some(alive) = self.alive {
            // The lock ends with the transaction, whichever way that ends.
            let _ = commit(alive).await;
        }
        drop(self.file);
    }
}

fn path(store: &Store) -> Option<PathBuf> {
    store.file().map(|file| {
        let mut name = file.as_os_str().to_owned();
        name.push(".run-lock");
        PathBuf::from(name)
    })
}

/// SQLite: takes the lock file; None: another run has it. PostgreSQL: several may run at once.
pub(crate) fn take(desk: &Desk) -> Result<Option<Held>, Problem> {
    take_of(&desk.store)
}

/// The same where there is only a database yet.
pub(crate) fn take_of(store: &Store) -> Result<Option<Held>, Problem> {
    let Some(path) = path(store) else {
        return Ok(Some(Held {
            file: None,
            alive: None,
        }));
    };
    let open = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = open.map_err(|error| {
        Problem::new(
            Exit::Failed,
            "lock",
            format!("the lock file {} cannot be opened: {error}", path.display()),
        )
        .hint("give this user the right to write the database's folder")
    })?;
    match try_lock(&file) {
        Ok(()) => Ok(Some(Held {
            file: Some(file),
            alive: None,
        })),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(Problem::new(
            Exit::Failed,
            "lock",
            format!("the lock file {} cannot be locked: {error}", path.display()),
        )
        .hint("the database's folder has to be on a local disk")),
    }
}

/// An import that looks whether a run is at work holds the lock for less than a millisecond: a run
/// that begins just then must not take that for another run.
fn try_lock(file: &File) -> Result<(), std::fs::TryLockError> {
    let mut tries = 0;
    loop {
        match file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) if tries < 5 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
            other => return other,
        }
    }
}

/// Whether a run holds SQLite's lock file. On PostgreSQL, where nobody waits for a writer, never.
pub(crate) fn is_taken(desk: &Desk) -> bool {
    let file = path(&desk.store).and_then(|path| File::open(path).ok());
    let would_block = |file: File| {
        matches!(
            file.try_lock_shared(),
            Err(std::fs::TryLockError::WouldBlock)
        )
    };
    file.is_some_and(would_block)
}

/// Enters this run in the database and holds the sign of life.
pub(crate) async fn enter(desk: &Desk, held: &mut Held) -> Result<i64, Problem> {
    let id = run::begin(desk.store.db(), &desk.host, std::process::id(), desk.now()).await?;
    if !desk.store.is_sqlite() {
        let alive = begin_read(desk.store.db()).await?;
        run::hold_alive(&alive, id).await?;
        held.alive = Some(alive);
    }
    Ok(id)
}

/// Settles what dead runs left: rows that were claimed only go back to the queue, rows whose body
/// was begun are unknown, and nothing resends them by itself.
pub(crate) async fn settle(desk: &Desk) -> Result<Settled, Problem> {
    let staged = delivery::staged_runs(desk.store.db()).await?;
    if staged.is_empty() {
        return Ok(Settled::default());
    }
    let now = desk.now();
    let mut all = Settled::default();
    let resend_at = (desk.config.run.unknown == Unknown::ResendOnce)
        .then(|| now.plus(desk.config.limits.first_wait()));
    let transaction = begin_write(desk.store.db()).await?;
    for id in staged {
        if !run::is_dead(&transaction, id).await? {
            continue;
        }
        let settled = delivery::settle(&transaction, id, now, resend_at).await?;
        run::bury(&transaction, id, now).await?;
        all.requeued += settled.requeued;
        all.unknown += settled.unknown;
        let detail =
            serde_json::json!({ "requeued": settled.requeued, "unknown": settled.unknown });
        desk.log(&transaction, "settle", "run", id, detail).await?;
    }
    commit(transaction).await?;
    Ok(all)
}
