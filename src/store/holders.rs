//! Who holds a copy of a release: whose mail was accepted, and whose may have been.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::distribution::Purpose;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::suppression::suppressed_sql;
use crate::store::{set, sql};

/// A query of every copy of a release that is out, as (`delivery_id`, `contact_id`): the contact is
/// who the recipient is today, after merges. Rehearsals and tests are no copies.
///
/// A body that is on its way at this moment counts: the server may take it after we looked, and a
/// holder who is not told of a moved embargo publishes at the wrong hour.
pub(crate) fn copies_sql(release_id: i64) -> String {
    let purposes: Vec<String> = Purpose::ALL
        .into_iter()
        .filter(|purpose| purpose.carries_text())
        .map(|purpose| format!("'{}'", purpose.as_str()))
        .collect();
    format!(
        "WITH RECURSIVE who (delivery_id, contact_id) AS (\
           SELECT d.id, d.contact_id FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
           WHERE x.release_id = {release_id} AND NOT d.rehearsal AND d.purpose IN ({}) \
             AND (d.status IN ('sent', 'unknown') OR d.stage = 'started') \
           UNION SELECT w.delivery_id, m.merged_into_id FROM who w JOIN contact m ON m.id = w.contact_id \
           WHERE m.merged_into_id IS NOT NULL) \
         SELECT w.delivery_id, w.contact_id FROM who w JOIN contact c ON c.id = w.contact_id \
         WHERE c.merged_into_id IS NULL",
        purposes.join(", ")
    )
}

/// A query of every holder with the copy that came last: (`contact_id`, `list_id`, `replies_to_id`).
/// Later mails about the release answer that copy, and an opt-out from its list counts.
pub(crate) fn holders_sql(release_id: i64) -> String {
    format!(
        "SELECT h.contact_id, last.list_id, h.delivery_id AS replies_to_id FROM (\
           SELECT contact_id, MAX(delivery_id) AS delivery_id FROM ({}) AS copies GROUP BY contact_id) AS h \
         JOIN delivery last ON last.id = h.delivery_id",
        copies_sql(release_id)
    )
}

/// SQL that is true where the contact row `contact` holds an advance copy of a release, or may.
pub(crate) fn holds_advance_sql(contact: &str, release_id: i64) -> String {
    let out = format!(
        "hx.release_id = {release_id} AND h.purpose = 'advance' AND NOT h.rehearsal \
         AND (h.status IN ('sent', 'unknown') OR h.stage = 'started')"
    );
    format!(
        "(EXISTS (SELECT 1 FROM delivery h JOIN distribution hx ON hx.id = h.distribution_id \
         WHERE h.address_hash = {contact}.address_hash AND {out}) \
         OR EXISTS (SELECT 1 FROM contact_address f JOIN delivery h ON h.address_hash = f.address_hash \
         JOIN distribution hx ON hx.id = h.distribution_id WHERE f.contact_id = {contact}.id AND {out}))"
    )
}

/// Those of these contacts who hold an advance copy of a release.
pub(crate) async fn with_advance(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    release_id: i64,
) -> Result<Vec<i64>, StoreError> {
    let sql = format!(
        "SELECT c.id AS value FROM contact c WHERE c.id {} AND {}",
        set::among_numbers(connection, 1),
        holds_advance_sql("c", release_id)
    );
    sql::numbers(connection, &sql, vec![set::bind(contacts)]).await
}

/// When the first advance copy of a release went or is to go; None: there is none. Lead is counted
/// from it (EMB-13).
pub async fn first_advance(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT send_at AS value FROM distribution WHERE release_id = $1 AND purpose = 'advance' AND NOT rehearsal \
               AND status <> 'canceled' ORDER BY send_at LIMIT 1";
    let found = sql::numbers(connection, sql, vec![release_id.into()]).await?;
    Ok(found.first().copied().map(Instant::from_millis))
}

/// One copy and who holds it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Copy {
    pub delivery_id: i64,
    pub contact_id: i64,
    /// Where the copy went; empty where the contact was erased.
    pub address: String,
    pub name: String,
    pub outlet: String,
    pub phone: String,
    /// `active`, `bounced` or `archived`.
    pub contact_status: String,
    pub opted_out: bool,
    pub erased: bool,
    pub version: i64,
    pub purpose: String,
    /// `sent`, `unknown`, or `sending` while it is on its way.
    pub status: String,
    pub at: Option<i64>,
    pub code: Option<i64>,
    pub enhanced: Option<String>,
    pub text: Option<String>,
    pub queue_id: Option<String>,
    pub bounced_at: Option<i64>,
}

/// Every copy of a release that is out, by holder, the oldest first. `organizations` are the
/// release's issuers, for opt-outs from one client.
pub async fn copies(
    connection: &impl ConnectionTrait,
    release_id: i64,
    organizations: &[i64],
) -> Result<Vec<Copy>, StoreError> {
    let sql = format!(
        "SELECT d.id AS delivery_id, h.contact_id, COALESCE(d.address, '') AS address, c.name, \
         COALESCE(o.name, '') AS outlet, c.phone, c.status AS contact_status, \
         CASE WHEN {} THEN TRUE ELSE FALSE END AS opted_out, (c.erased_at IS NOT NULL) AS erased, \
         v.number AS version, d.purpose, d.status, COALESCE(d.sent_at, d.done_at, d.first_attempt_at) AS at, \
         d.code, d.enhanced, d.text, d.queue_id, d.bounced_at \
         FROM ({}) AS h JOIN delivery d ON d.id = h.delivery_id JOIN contact c ON c.id = h.contact_id \
         JOIN release_version v ON v.id = d.version_id LEFT JOIN outlet o ON o.id = c.outlet_id \
         ORDER BY h.contact_id, d.id",
        suppressed_sql("c", organizations, "d.list_id"),
        copies_sql(release_id)
    );
    sql::all(connection, &sql, vec![]).await
}

/// Whether anybody holds a copy: from then on a changed embargo has to be told.
pub async fn any(connection: &impl ConnectionTrait, release_id: i64) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS value FROM (SELECT 1 FROM ({}) AS copies LIMIT 1) AS first",
        copies_sql(release_id)
    );
    Ok(sql::number(connection, &sql, vec![]).await? > 0)
}
