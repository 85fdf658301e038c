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
    // Each part once, whatever is known of the tables: a planner without figures would read all
    // contacts anew for each of them.
    let select = "WITH writes AS MATERIALIZED (SELECT domain, outlet_id, COUNT(*) AS people FROM contact \
        WHERE erased_at IS NULL AND merged_into_id IS NULL AND outlet_id IS NOT NULL AND domain IS NOT NULL \
        GROUP BY domain, outlet_id), \
        shared AS MATERIALIZED (SELECT domain FROM writes GROUP BY domain HAVING COUNT(*) > 1) \
        SELECT w.domain, o.id, o.name FROM writes w JOIN outlet o ON o.id = w.outlet_id \
        WHERE o.merged_into_id IS NULL AND w.domain IN (SELECT domain FROM shared) \
        ORDER BY w.domain, w.people DESC, o.id";
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
