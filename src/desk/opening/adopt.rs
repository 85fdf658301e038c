//! Where this database is at home: a copy elsewhere sends nothing until a person adopts it.

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::{desk_row, place};

/// What `adopt` did.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Adopted {
    pub database: String,
    /// False: it was at home here already.
    pub changed: bool,
}

/// Whether the database still is where it was made or adopted last.
pub async fn is_home(desk: &Desk) -> Result<bool, Problem> {
    is_home_within(desk, desk.store.db()).await
}

/// The same inside a transaction: SQLite's one connection is taken by it.
pub async fn is_home_within(
    desk: &Desk,
    connection: &impl ConnectionTrait,
) -> Result<bool, Problem> {
    let here = place::fingerprint(&desk.store).await?;
    let row = desk_row::read(connection).await?;
    Ok(row.is_some_and(|row| row.place_fingerprint == here))
}

/// Makes here the place of this database. Whoever does it vouches that no other copy sends.
pub async fn adopt(desk: &Desk) -> Result<Adopted, Problem> {
    let here = place::fingerprint(&desk.store).await?;
    let transaction = begin_write(desk.store.db()).await?;
    let Some(row) = desk_row::read(&transaction).await? else {
        return Err(
            Problem::new(Exit::Database, "no-desk", "the database was never finished")
                .hint("finish it: dateline db migrate"),
        );
    };
    let changed = row.place_fingerprint != here;
    if changed {
        desk_row::set_place(&transaction, &here).await?;
        let detail = serde_json::json!({ "from": row.place_fingerprint, "to": here });
        desk.log(&transaction, "adopt", "desk", 1, detail).await?;
    }
    commit(transaction).await?;
    Ok(Adopted {
        database: desk.store.shown().to_owned(),
        changed,
    })
}
