//! What an opt-out link stands for: a delivery, whose it is, and how far a no may reach.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// A delivery as its opt-out link needs it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Linked {
    pub contact_id: i64,
    pub version_id: i64,
    /// Empty where the contact was erased.
    pub address: String,
    pub language: String,
    pub rehearsal: bool,
    pub list_id: Option<i64>,
    /// Empty where the contact was named by itself.
    pub list: String,
    pub nonce: String,
    /// Where people write instead; empty for distributions of old.
    pub mailto: String,
    pub reply_to: String,
}

pub async fn linked(
    connection: &impl ConnectionTrait,
    delivery_id: i64,
) -> Result<Option<Linked>, StoreError> {
    let select = "SELECT d.contact_id, d.version_id, COALESCE(d.address, '') AS address, d.language, d.rehearsal, \
                  d.list_id, COALESCE(l.name, '') AS list, x.nonce, x.optout_mailto AS mailto, x.reply_to \
                  FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
                  LEFT JOIN media_list l ON l.id = d.list_id WHERE d.id = $1";
    sql::one(connection, select, vec![delivery_id.into()]).await
}

#[derive(FromQueryResult)]
struct Hash {
    hash: String,
}

/// The hashes that stand for whoever got the delivery: the address it went to, the contact's
/// address of today, and that of the contact it was merged into. Outlives erasure.
pub async fn hashes(
    connection: &impl ConnectionTrait,
    delivery_id: i64,
) -> Result<Vec<String>, StoreError> {
    let select = "SELECT address_hash AS hash FROM delivery WHERE id = $1 \
                  UNION SELECT c.address_hash FROM delivery d JOIN contact c ON c.id = d.contact_id \
                    WHERE d.id = $1 AND c.address_hash IS NOT NULL \
                  UNION SELECT m.address_hash FROM delivery d JOIN contact c ON c.id = d.contact_id \
                    JOIN contact m ON m.id = c.merged_into_id WHERE d.id = $1 AND m.address_hash IS NOT NULL \
                  ORDER BY 1";
    let rows = sql::all::<Hash>(connection, select, vec![delivery_id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.hash).collect())
}
