//! `db copy`: the whole desk into another database, every row compared, and at home there.

use std::path::Path;

use secrecy::ExposeSecret as _;

use crate::config::secret::{Source, secret};
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::lock;
use crate::store::connection::{DatabaseTransaction, Store, begin_write, commit};
use crate::store::copy::{Table, tables};
use crate::store::{desk_row, place};

/// What was copied.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Copied {
    pub from: String,
    pub to: String,
    pub tables: usize,
    pub rows: i64,
}

/// The password of the new database, from a file that others cannot read.
pub async fn password(path: &Path) -> Result<String, Problem> {
    let source = Source::File("--password-file", path.to_owned());
    Ok(secret(&source).await?.expose_secret().to_owned())
}

/// The address as the store reads it: `sqlite:PATH` is as good as `sqlite://PATH`, as in the settings.
fn address(to: &str) -> Result<String, Problem> {
    if to.starts_with("postgres://") || to.starts_with("postgresql://") {
        return Ok(to.to_owned());
    }
    match to.strip_prefix("sqlite:") {
        Some(path) => Ok(format!(
            "sqlite://{}",
            path.strip_prefix("//").unwrap_or(path)
        )),
        None => Err(Problem::new(
            Exit::Usage,
            "database-address",
            "the new database's address has to begin with sqlite:// or postgres://",
        )
        .hint("write --to sqlite:///var/lib/dateline/new.db, or --to postgres://dateline@db.example.com/dateline")),
    }
}

/// A password on the command line is read by everybody on the machine: exit 2, and `flag` names where
/// it may stand.
pub fn without_password(to: &str, flag: &str) -> Result<(), Problem> {
    let user = to
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    let inline = user.is_some_and(|(user, _)| user.contains(':')) || to.contains("password=");
    if !inline {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Usage,
        "password-in-words",
        "the address holds a password, which everybody on this machine can see while the command runs",
    )
    .hint(format!("leave it out and write {flag} FILE")))
}

/// Copies everything into `to`, an empty database that is made here, and compares every row. Then
/// the desk is at home there, and the old database sends nothing any more.
///
/// Refused (4) while a run is at work; (2) where there is something in the new database already.
/// Until the last step the old one stays the real one, so that a broken copy changes nothing.
pub async fn copy(desk: &Desk, to: &str, password: Option<&str>) -> Result<Copied, Problem> {
    without_password(to, "--password-file")?;
    let to = &address(to)?;
    // Held to the end, on the old database: a run that began there now would not be in the copy.
    let Some(held) = lock::alone(&desk.store).await? else {
        let why = "what it sends meanwhile would be missing in the copy";
        return Err(lock::at_work(&desk.store, why, "dateline db copy --to …").await);
    };
    let (target, _) = Store::migrate(to, password).await?;
    // SQLite's one connection is soon the transaction's; its place is known by its path alone.
    let there = place::fingerprint(&target).await?;
    if there == place::fingerprint(&desk.store).await? {
        return Err(not_empty(target.shown()));
    }
    // Held to the end: nobody changes the old database while it is read.
    let source = begin_write(desk.store.db()).await?;
    let new = begin_write(target.db()).await?;
    let all = tables(&source).await?;
    for table in &all {
        table.hold_still(&source).await?;
    }
    empty(&new, &all, target.shown()).await?;
    let mut rows = 0;
    for table in &all {
        rows += fill(&source, &new, table).await?;
    }
    for table in &all {
        compare(&source, &new, table).await?;
        table.advance(&new).await?;
    }
    desk_row::set_place(&new, &there).await?;
    let detail = serde_json::json!({ "rows": rows, "to": there });
    desk.log(&new, "move", "desk", 1, detail.clone()).await?;
    commit(new).await?;
    // From here on there are two; the old one says that it is not the one that sends.
    desk_row::set_place(&source, &there).await?;
    desk.log(&source, "move", "desk", 1, detail).await?;
    commit(source).await?;
    held.let_go().await;
    Ok(Copied {
        from: desk.store.shown().to_owned(),
        to: target.shown().to_owned(),
        tables: all.len(),
        rows,
    })
}

async fn empty(new: &DatabaseTransaction, all: &[Table], shown: &str) -> Result<(), Problem> {
    for table in all {
        if table.count(new).await? > 0 {
            return Err(not_empty(shown));
        }
    }
    Ok(())
}

fn not_empty(shown: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "not-empty",
        format!("there is something in {shown} already, and nothing of it is overwritten"),
    )
    .hint("name a new database, or empty that one yourself")
}

async fn fill(
    source: &DatabaseTransaction,
    new: &DatabaseTransaction,
    table: &Table,
) -> Result<i64, Problem> {
    let (mut after, mut count) = (None::<Vec<String>>, 0);
    while let Some((rows, last)) = table.page(source, after.as_deref()).await? {
        table.insert(new, &rows).await?;
        count += i64::try_from(rows.len()).unwrap_or(0);
        after = Some(last);
    }
    let mut after = None::<Vec<String>>;
    while let Some((rows, last)) = table.page(source, after.as_deref()).await? {
        table.point(new, &rows).await?;
        after = Some(last);
    }
    Ok(count)
}

async fn compare(
    source: &DatabaseTransaction,
    new: &DatabaseTransaction,
    table: &Table,
) -> Result<(), Problem> {
    let mut after = None::<Vec<String>>;
    loop {
        let old = table.page(source, after.as_deref()).await?;
        let fresh = table.page(new, after.as_deref()).await?;
        if old != fresh {
            return Err(Problem::new(
                Exit::Failed,
                "copy-differs",
                format!(
                    "table {} does not arrive as it was; nothing was changed",
                    table.name
                ),
            )
            .hint("check the old database first: dateline db check"));
        }
        match old {
            Some((_, last)) => after = Some(last),
            None => return Ok(()),
        }
    }
}
