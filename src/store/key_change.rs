//! Hashes under more than one key: opt-outs that move to the key in force, and everything hashed anew.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// Whether a live entry was made with this key.
pub(crate) async fn has_entries(
    connection: &impl ConnectionTrait,
    key_id: &str,
) -> Result<bool, StoreError> {
    let select =
        "SELECT id AS value FROM suppression WHERE key_id = $1 AND lifted_at IS NULL LIMIT 1";
    Ok(!sql::numbers(connection, select, vec![key_id.into()])
        .await?
        .is_empty())
}

/// A key that live entries were made with and that is none of these; none: there is no such.
pub(crate) async fn unknown_key(
    connection: &impl ConnectionTrait,
    known: &[String],
) -> Result<Option<String>, StoreError> {
    let mut known: Vec<&String> = known.iter().collect();
    known.sort_unstable();
    // Between the known ones, so that each part is one step in the index, however many entries
    // there are.
    let mut gaps = Vec::with_capacity(known.len() + 1);
    for place in 0..=known.len() {
        let above = (place > 0).then(|| format!(" AND key_id > ${place}"));
        let below = (place < known.len()).then(|| format!(" AND key_id < ${}", place + 1));
        gaps.push(format!(
            "SELECT key_id AS value FROM suppression WHERE lifted_at IS NULL{}{}",
            above.unwrap_or_default(),
            below.unwrap_or_default()
        ));
    }
    let select = format!("{} LIMIT 1", gaps.join(" UNION ALL "));
    let values = known.into_iter().map(|key| key.as_str().into()).collect();
    let found = sql::one::<Text>(connection, &select, values).await?;
    Ok(found.map(|found| found.value))
}

#[derive(FromQueryResult)]
struct Text {
    value: String,
}

/// How many live entries were made with another key than this one.
pub(crate) async fn of_other_keys(
    connection: &impl ConnectionTrait,
    key_id: &str,
) -> Result<i64, StoreError> {
    let select =
        "SELECT COUNT(*) AS value FROM suppression WHERE key_id <> $1 AND lifted_at IS NULL";
    sql::number(connection, select, vec![key_id.into()]).await
}

/// Moves entries from old hashes to new ones (pairs), and with them to the key `key_id`. A live one
/// whose twin is there already stays as it is: it stops no less.
pub(crate) async fn move_entries(
    connection: &impl ConnectionTrait,
    pairs: &[(String, String)],
    key_id: &str,
    lifted_too: bool,
) -> Result<u64, StoreError> {
    if pairs.is_empty() {
        return Ok(0);
    }
    let given = set::rows(
        connection,
        1,
        &[Column::Text("old_hash"), Column::Text("new_hash")],
    );
    let live = format!(
        "UPDATE suppression SET hash = given.new_hash, key_id = $2 FROM {given} AS given \
         WHERE suppression.hash = given.old_hash AND suppression.lifted_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.hash = given.new_hash AND s.lifted_at IS NULL \
           AND s.scope = suppression.scope AND s.scope_id = suppression.scope_id)"
    );
    let values = || vec![set::bind(pairs), key_id.into()];
    let mut moved = sql::run(connection, &live, values()).await?;
    if lifted_too {
        let lifted = format!(
            "UPDATE suppression SET hash = given.new_hash, key_id = $2 FROM {given} AS given \
             WHERE suppression.hash = given.old_hash AND suppression.lifted_at IS NOT NULL"
        );
        moved += sql::run(connection, &lifted, values()).await?;
    }
    Ok(moved)
}

/// A table with addresses beside their hashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hashed {
    Contact,
    Further,
    Delivery,
}

impl Hashed {
    pub(crate) const ALL: [Self; 3] = [Self::Contact, Self::Further, Self::Delivery];

    const fn table(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Further => "contact_address",
            Self::Delivery => "delivery",
        }
    }

    /// The column with the address: its key, or in a mail that went out its spelling of that time.
    const fn address(self) -> &'static str {
        match self {
            Self::Contact | Self::Further => "email_key",
            Self::Delivery => "address",
        }
    }
}

/// An address with the hashes it has now.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct HashedRow {
    pub(crate) id: i64,
    pub(crate) address: String,
    pub(crate) address_hash: String,
    pub(crate) domain_hash: String,
}

/// The next rows behind an id; what was erased has no address and is not among them.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    hashed: Hashed,
    after: i64,
    limit: i64,
) -> Result<Vec<HashedRow>, StoreError> {
    let (table, address) = (hashed.table(), hashed.address());
    let select = format!(
        "SELECT id, {address} AS address, address_hash, domain_hash FROM {table} \
         WHERE id > $1 AND {address} IS NOT NULL AND address_hash IS NOT NULL AND domain_hash IS NOT NULL \
         ORDER BY id LIMIT $2"
    );
    sql::all(connection, &select, vec![after.into(), limit.into()]).await
}

/// Writes new hashes: id, of the address, of the domain.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    hashed: Hashed,
    rows: &[(i64, String, String)],
) -> Result<u64, StoreError> {
    let table = hashed.table();
    let update = format!(
        "UPDATE {table} SET address_hash = given.address_hash, domain_hash = given.domain_hash \
         FROM {} AS given WHERE {table}.id = given.id",
        set::rows(
            connection,
            1,
            &[
                Column::Number("id"),
                Column::Text("address_hash"),
                Column::Text("domain_hash")
            ]
        )
    );
    sql::run(connection, &update, vec![set::bind(rows)]).await
}

/// Keeps everybody else from writing addresses and opt-outs until the transaction ends. SQLite's
/// writing transaction does that by itself.
pub(crate) async fn hold_still(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let lock = "LOCK TABLE desk, contact, contact_address, delivery, suppression IN SHARE ROW EXCLUSIVE MODE";
        sql::run(connection, lock, vec![]).await?;
    }
    Ok(())
}
