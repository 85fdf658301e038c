//! `contact undo-import`: what an import did is taken back, and nothing that came later.

mod changed;
mod made;

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::imports;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{DatabaseTransaction, begin_write, commit};
use crate::store::{contact, desk_row, import_undo};

/// Fields that are told one by one; beyond, only their number.
const TOLD: usize = 1000;

/// What was taken back, and what stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Undone {
    pub import: i64,
    pub dry_run: bool,
    /// Contacts that it made and that nothing hangs on: gone.
    pub removed: u64,
    /// Contacts that it made and that have mails, agreements, opt-outs or a person's work on them:
    /// in the archive.
    pub archived: u64,
    /// Contacts that it made and that a later import is about too: they are that one's now.
    pub handed_over: u64,
    /// Fields that have their old value again.
    pub restored: u64,
    /// Beats and tags, further addresses, and list memberships that were taken off.
    pub labels: u64,
    pub addresses: u64,
    pub off_lists: u64,
    /// Memberships that `--replace` had ended.
    pub back_on_lists: u64,
    /// Opt-outs that it brought: they stay. No means no.
    pub opt_outs: i64,
    /// Fields that stay because something later was said about them.
    pub kept: u64,
    /// The first thousand of them.
    pub kept_fields: Vec<Kept>,
}

/// A field that stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Kept {
    pub contact: i64,
    pub field: String,
    /// `changed-later`, `said-again` (by a later import) or `bounced` (by a report since).
    pub why: &'static str,
}

impl Undone {
    fn keep(&mut self, contact: i64, field: &str, why: &'static str) {
        self.kept += 1;
        if self.kept_fields.len() < TOLD {
            self.kept_fields.push(Kept {
                contact,
                field: field.to_owned(),
                why,
            });
        }
    }
}

/// Takes an import back, page by page; one that is stopped half-way goes on when it is called again.
/// A dry run does the same and commits nothing.
///
/// Errors: exit 2 `no-import`; exit 4 `already-undone`, or `import-running` while it is at work.
pub async fn undo(desk: &Desk, id: i64, dry_run: bool) -> Result<Undone, Problem> {
    let row = imports::find(desk, id).await?;
    match imports::state(desk, &row).await?.as_str() {
        "undone" => return Err(already(id)),
        "running" => {
            let message = format!("import {id} is still at work");
            return Err(Problem::new(Exit::Forbidden, "import-running", message)
                .hint("stop it with Ctrl-C, or wait for its end"));
        }
        _ => {}
    }
    let mut page = Page {
        desk,
        id,
        undone: Undone {
            import: id,
            dry_run,
            ..Undone::default()
        },
    };
    let mut after = Some(0);
    while let Some(last) = after {
        let transaction = begin(desk).await?;
        after = made::page(&mut page, &transaction, last).await?;
        end(transaction, dry_run).await?;
    }
    after = Some(0);
    while let Some(last) = after {
        let transaction = begin(desk).await?;
        after = changed::page(&mut page, &transaction, last).await?;
        end(transaction, dry_run).await?;
    }
    after = Some(0);
    while let Some(last) = after {
        let transaction = begin(desk).await?;
        after = changed::lists(&mut page, &transaction, last).await?;
        end(transaction, dry_run).await?;
    }
    let mut undone = page.undone;
    undone.opt_outs = import_undo::opt_outs(desk.store.db(), id).await?;
    if dry_run {
        return Ok(undone);
    }
    let transaction = begin_write(desk.store.db()).await?;
    if !import_undo::end(&transaction, id, desk.now()).await? {
        return Err(already(id));
    }
    let detail = json!({
        "removed": undone.removed, "archived": undone.archived, "handed_over": undone.handed_over,
        "restored": undone.restored, "kept": undone.kept, "off_lists": undone.off_lists,
    });
    desk.log(&transaction, "contact.undo-import", "import", id, detail)
        .await?;
    commit(transaction).await?;
    Ok(undone)
}

fn already(id: i64) -> Problem {
    let message = format!("import {id} has been undone already");
    Problem::new(Exit::Forbidden, "already-undone", message)
        .hint("to have its contacts again, import the file again")
}

/// An undo at work.
struct Page<'a> {
    desk: &'a Desk,
    id: i64,
    undone: Undone,
}

async fn begin(desk: &Desk) -> Result<DatabaseTransaction, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    Ok(transaction)
}

async fn end(transaction: DatabaseTransaction, dry_run: bool) -> Result<(), Problem> {
    if dry_run {
        // Dropped, it leaves no trace.
        return Ok(());
    }
    // A run at work looks again: who is archived between claim and body gets nothing either.
    desk_row::touch(&transaction).await?;
    commit(transaction).await?;
    Ok(())
}
