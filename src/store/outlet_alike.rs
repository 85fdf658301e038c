//! Outlets whose people write from one domain.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// An outlet at a domain that others have, too.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct AtDomain {
    pub(crate) domain: String,
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// Domains with several outlets, and these; those with most contacts first. Reads all contacts.
pub(crate) async fn sharing_domains(
    connection: &impl ConnectionTrait,
) -> Result<Vec<AtDomain>, StoreError> {
    let select = "SELECT c.domain, o.id, o.name \
        FROM contact c JOIN outlet o ON o.id = c.outlet_id \
        WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND o.merged_into_id IS NULL AND c.domain IN \
          (SELECT s.domain FROM contact s WHERE s.erased_at IS NULL AND s.merged_into_id IS NULL \
           AND s.outlet_id IS NOT NULL AND s.domain IS NOT NULL \
           GROUP BY s.domain HAVING COUNT(DISTINCT s.outlet_id) > 1) \
        GROUP BY c.domain, o.id, o.name ORDER BY c.domain, COUNT(*) DESC, o.id";
    sql::all(connection, select, vec![]).await
}

#[derive(FromQueryResult)]
struct Highest {
    id: Option<i64>,
}

/// The highest number of a contact: how many there are at most, without counting them.
pub(crate) async fn highest_contact(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let found =
        sql::one::<Highest>(connection, "SELECT MAX(id) AS id FROM contact", vec![]).await?;
    Ok(found.and_then(|row| row.id).unwrap_or_default())
}
