//! Whether an import is at work: a lock beside SQLite's file, a lock held by a session on PostgreSQL.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use crate::desk::Desk;
use crate::store::connection::{DatabaseTransaction, begin_read, commit};
use crate::store::error::StoreError;
use crate::store::import;

/// Held for as long as an import works; dies with the process, so that nothing is left to delete.
#[derive(Debug)]
pub(crate) struct SignOfLife {
    file: Option<File>,
    alive: Option<DatabaseTransaction>,
}

impl SignOfLife {
    pub(crate) async fn let_go(self) {
        if let Some(alive) = self.alive {
            // The lock ends with the transaction, whichever way that ends.
            let _ = commit(alive).await;
        }
        drop(self.file);
    }
}

fn lock_file(desk: &Desk) -> Option<File> {
    let mut name = desk.store.file()?.as_os_str().to_owned();
    name.push(".import-lock");
    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(PathBuf::from(name))
        .ok()
}

/// Shows that this import works. Where the system has no such lock it merely shows less: the import
/// counts as interrupted for others until it has said how it ended.
pub(crate) async fn show(desk: &Desk, import_id: i64) -> Result<SignOfLife, StoreError> {
    let file = lock_file(desk).filter(|file| file.lock_shared().is_ok());
    let mut alive = None;
    if !desk.store.is_sqlite() {
        let transaction = begin_read(desk.store.db()).await?;
        import::hold_alive(&transaction, import_id).await?;
        alive = Some(transaction);
    }
    Ok(SignOfLife { file, alive })
}

/// Whether the process of an import that never said how it ended is gone. On SQLite imports share
/// one lock: while any of them works, all that say so are believed.
pub(crate) async fn is_dead(desk: &Desk, import_id: i64) -> Result<bool, StoreError> {
    if desk.store.is_sqlite() {
        return Ok(lock_file(desk).is_none_or(|file| file.try_lock().is_ok()));
    }
    import::is_dead(desk.store.db(), import_id).await
}
