//! A first large import does without the indexes that only filters need, and makes them at its end.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::lock;
use crate::store::connection::{begin_write, commit, gather, sparing};
use crate::store::contact_index;

/// Bytes of files from which making the indexes afterwards is worth it.
const LARGE: u64 = 2_000_000;

/// Pages of SQLite's log, 64 MB, that a large import gathers.
const GATHERED: u32 = 16_384;

/// Leaves the indexes out where nobody can miss them: no contact, no distribution, no `run`.
pub(crate) async fn leave(desk: &Desk, size: u64) -> Result<(), Problem> {
    if size < LARGE {
        return Ok(());
    }
    gather(desk.store.db(), Some(GATHERED)).await?;
    if lock::is_taken(desk) {
        return Ok(());
    }
    let transaction = begin_write(desk.store.db()).await?;
    if contact_index::may_leave(&transaction).await? {
        // A user who may write the table need not own it: then the indexes stay.
        if contact_index::leave(&transaction).await.is_ok() {
            commit(transaction).await?;
        }
    }
    Ok(())
}

/// Makes what is missing, each in a transaction of its own; also what an import that was killed has
/// left undone.
pub(crate) async fn make(desk: &Desk) -> Result<(), Problem> {
    let db = desk.store.db();
    gather(db, None).await?;
    let missing = contact_index::missing(db).await?;
    if missing.is_empty() {
        return Ok(());
    }
    // Each of them sorts a key of everybody, with as much memory as the file has in the cache.
    sparing(db, make_each(desk, &missing)).await
}

async fn make_each(desk: &Desk, statements: &[String]) -> Result<(), Problem> {
    for statement in statements {
        let transaction = begin_write(desk.store.db()).await?;
        contact_index::make(&transaction, statement).await?;
        commit(transaction).await?;
    }
    Ok(())
}
