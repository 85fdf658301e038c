//! Being the one who sends: a lock file beside SQLite's, a lock held by a session on PostgreSQL.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::keys::run::Unknown;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::at_home;
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

/// Keeps every run out for as long as it is held, to change what runs rely on; on PostgreSQL it has to be
/// let go before the store is closed. None: a run is at work.
pub(crate) async fn alone(store: &Store) -> Result<Option<Held>, Problem> {
    let Some(mut held) = take_of(store)? else {
        return Ok(None);
    };
    if !store.is_sqlite() {
        let alone = begin_read(store.db()).await?;
        if !run::keep_out(&alone).await? {
            return Ok(None);
        }
        held.alive = Some(alone);
    }
    Ok(Some(held))
}

/// A refusal because a run is at work: which one, where PostgreSQL knows it, and `why` that is in the way.
pub(crate) async fn at_work(store: &Store, why: &str, command: &str) -> Problem {
    let mut who = String::new();
    // That it cannot be named is no reason to say anything else.
    if !store.is_sqlite()
        && let Ok(Some(run)) = run::at_work(store.db()).await
    {
        who = format!(" on {}, process {},", run.host, run.pid);
    }
    Problem::new(
        Exit::Forbidden,
        "run-at-work",
        format!("a run{who} is at work, and {why}"),
    )
    .hint(format!(
        "stop cron's line or wait for the run to end, then: {command}"
    ))
}

/// The same where there is only a database yet.
fn take_of(store: &Store) -> Result<Option<Held>, Problem> {
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
///
/// Errors (75) while somebody changes the tables or moves the database.
pub(crate) async fn enter(desk: &Desk, held: &mut Held) -> Result<i64, Problem> {
    let db = desk.store.db();
    if desk.store.is_sqlite() {
        // Whoever kept runs out until a moment ago may have moved the desk elsewhere.
        at_home(desk).await?;
        return Ok(run::begin(db, &desk.host, std::process::id(), desk.now()).await?);
    }
    let alive = begin_read(db).await?;
    if !run::may_enter(&alive).await? {
        return Err(Problem::new(
            Exit::Temporary,
            "kept-out",
            "the database is being changed or moved, and no run begins meanwhile",
        )
        .hint(
            "wait until db migrate, db copy or optout rotate-key has ended; the next run goes on",
        ));
    }
    // Or may have changed the tables.
    desk.store.must_be_ours().await?;
    at_home(desk).await?;
    let id = run::begin(db, &desk.host, std::process::id(), desk.now()).await?;
    run::hold_alive(&alive, id).await?;
    held.alive = Some(alive);
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
