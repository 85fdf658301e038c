//! What stands beside a word in the alphabet: where it is not known, the one that was meant is near.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// So many on each side, whatever there are: a slip must not cost a look at a million.
const REACH: i64 = 500;

/// An address, or the key of an outlet's name.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Neighbour {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) name: String,
}

/// Addresses of contacts around a key.
pub(crate) async fn addresses(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Vec<Neighbour>, StoreError> {
    let mut found = around(
        connection,
        "SELECT id, email_key AS key, '' AS name FROM contact WHERE erased_at IS NULL AND merged_into_id IS NULL",
        "email_key",
        key,
    )
    .await?;
    let further = around(
        connection,
        "SELECT a.contact_id AS id, a.email_key AS key, '' AS name FROM contact_address a \
         JOIN contact c ON c.id = a.contact_id WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL",
        "a.email_key",
        key,
    )
    .await?;
    found.extend(further);
    Ok(found)
}

/// Outlets around a name's key, also under names that were merged away.
pub(crate) async fn outlets(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Vec<Neighbour>, StoreError> {
    let select = "SELECT id, name_key AS key, name FROM outlet WHERE 1 = 1";
    around(connection, select, "name_key", key).await
}

async fn around(
    connection: &impl ConnectionTrait,
    select: &str,
    column: &str,
    key: &str,
) -> Result<Vec<Neighbour>, StoreError> {
    let mut found = Vec::new();
    for (side, order) in [("<", "DESC"), (">", "ASC")] {
        let query = format!("{select} AND {column} {side} $1 ORDER BY {column} {order} LIMIT $2");
        found.extend(
            sql::all::<Neighbour>(connection, &query, vec![key.into(), REACH.into()]).await?,
        );
    }
    Ok(found)
}
