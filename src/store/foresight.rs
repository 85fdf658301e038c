//! The rows of a distribution as somebody looks at them who wants to know what will become of them.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// How many rows are read at a time.
const PAGE: i64 = 1_000;

/// One recipient, and where the row stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    pub id: i64,
    pub contact_id: i64,
    pub list_id: Option<i64>,
    /// Empty where the contact was erased.
    pub address: String,
    pub outlet: String,
    pub status: String,
    pub reason: Option<String>,
    pub due_at: Option<i64>,
}

/// The rows behind `after`, in the order of their ids, a page at a time; what is over for good (sent,
/// failed, unknown) is left out.
pub async fn page(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    after: i64,
) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT d.id, d.contact_id, d.list_id, COALESCE(d.address, '') AS address, COALESCE(o.name, '') AS outlet, \
               d.status, d.reason, d.due_at FROM delivery d JOIN contact c ON c.id = d.contact_id \
               LEFT JOIN outlet o ON o.id = c.outlet_id WHERE d.distribution_id = $1 AND d.id > $2 \
               AND d.status IN ('queued', 'deferred', 'sending', 'suppressed', 'canceled') ORDER BY d.id LIMIT $3";
    let values = vec![distribution_id.into(), after.into(), PAGE.into()];
    sql::all(connection, sql, values).await
}
