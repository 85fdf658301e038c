//! Who needs no follow-up: those who answered a copy, and those who took back that they agreed.

use sea_orm::ConnectionTrait;

use crate::domain::distribution::Purpose;
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// Those of these contacts who answered a mail with the release's text. A "yes" to the question
/// about the embargo is no answer to the news.
pub async fn answered(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    release_id: i64,
) -> Result<Vec<i64>, StoreError> {
    let purposes: Vec<String> = Purpose::ALL
        .into_iter()
        .filter(|purpose| purpose.carries_text())
        .map(|purpose| format!("'{}'", purpose.as_str()))
        .collect();
    let sql = format!(
        "SELECT DISTINCT COALESCE(c.merged_into_id, c.id) AS value FROM reply y JOIN delivery d ON d.id = y.delivery_id \
         JOIN distribution x ON x.id = d.distribution_id JOIN contact c ON c.id = d.contact_id \
         WHERE x.release_id = $2 AND d.purpose IN ({}) AND COALESCE(c.merged_into_id, c.id) {}",
        purposes.join(", "),
        set::among_numbers(connection, 1)
    );
    sql::numbers(
        connection,
        &sql,
        vec![set::bind(contacts), release_id.into()],
    )
    .await
}

/// Those of these contacts whose agreement to this release, or whose outlet's, was taken back and
/// not given again.
pub async fn declined(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    release_id: i64,
) -> Result<Vec<i64>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let sql = format!(
        "SELECT c.id AS value FROM contact c WHERE c.id {given} \
         AND EXISTS (SELECT 1 FROM agreement a LEFT JOIN contact m ON m.id = a.contact_id WHERE a.release_id = $2 \
           AND a.withdrawn_at IS NOT NULL AND (COALESCE(m.merged_into_id, m.id) = c.id OR a.outlet_id = c.outlet_id)) \
         AND NOT EXISTS (SELECT 1 FROM agreement a LEFT JOIN contact m ON m.id = a.contact_id WHERE a.release_id = $2 \
           AND a.withdrawn_at IS NULL AND (COALESCE(m.merged_into_id, m.id) = c.id OR a.outlet_id = c.outlet_id))"
    );
    sql::numbers(
        connection,
        &sql,
        vec![set::bind(contacts), release_id.into()],
    )
    .await
}
