//! A person's rights: all that is held about a contact, and emptying it for good.

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// A contact and all that were merged with it, in either direction.
pub(crate) async fn kin(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<i64>, StoreError> {
    let select = "WITH RECURSIVE up (id) AS (SELECT CAST($1 AS BIGINT) UNION \
                    SELECT c.merged_into_id FROM contact c JOIN up ON up.id = c.id WHERE c.merged_into_id IS NOT NULL), \
                  kin (id) AS (SELECT id FROM up UNION \
                    SELECT c.id FROM contact c JOIN kin ON c.merged_into_id = kin.id) \
                  SELECT id AS value FROM kin ORDER BY id";
    sql::numbers(connection, select, vec![contact_id.into()]).await
}

#[derive(FromQueryResult)]
struct Hash {
    hash: String,
}

/// Hashes of every address of these contacts, those they were written to under included.
pub(crate) async fn hashes(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<String>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let select = format!(
        "SELECT address_hash AS hash FROM contact WHERE address_hash IS NOT NULL AND id {given} UNION \
         SELECT address_hash FROM contact_address WHERE contact_id {given} UNION \
         SELECT address_hash FROM delivery WHERE contact_id {given}"
    );
    let rows = sql::all::<Hash>(connection, &select, vec![set::bind(contacts)]).await?;
    Ok(rows.into_iter().map(|row| row.hash).collect())
}

/// How many mails to these contacts are on their way at this moment.
pub(crate) async fn on_the_way(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<i64, StoreError> {
    let select = format!(
        "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sending' AND contact_id {}",
        set::among_numbers(connection, 1)
    );
    sql::number(connection, &select, vec![set::bind(contacts)]).await
}

/// Deliveries of these contacts, and of earlier rows of the same mailboxes.
const MAILS: &str = "(SELECT id FROM delivery WHERE contact_id {ids} UNION SELECT id FROM delivery WHERE address_hash {hashes})";

/// What is emptied, in an order that foreign keys allow. `{ids}`: contacts; `{mails}`: deliveries.
const EMPTY: [&str; 9] = [
    "UPDATE attempt SET text = NULL WHERE delivery_id IN {mails}",
    "UPDATE reply SET subject = NULL, text = NULL WHERE delivery_id IN {mails}",
    "UPDATE bounce SET diagnostic = NULL WHERE delivery_id IN {mails}",
    "UPDATE bounce SET diagnostic = NULL WHERE contact_id {ids}",
    "UPDATE inbound_message SET hint = NULL WHERE contact_id {ids}",
    "UPDATE import_change SET old = NULL, new = NULL WHERE contact_id {ids}",
    "UPDATE agreement SET note = NULL, evidence_sha256 = NULL WHERE contact_id {ids}",
    "DELETE FROM contact_label WHERE contact_id {ids}",
    "DELETE FROM media_list_member WHERE contact_id {ids}",
];

/// Empties all that tells who these contacts are. Their rows stay, as numbers, so that counts and
/// the proof of what was sent stay true; hashes of deliveries stay, so that nobody gets a mail
/// twice. Tells how many mails were emptied.
pub(crate) async fn erase(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    hashes: &[&str],
    at: Instant,
) -> Result<u64, StoreError> {
    let ids = set::among_numbers(connection, 1);
    let mails = MAILS
        .replace("{ids}", &ids)
        .replace("{hashes}", &set::among_texts(connection, 2));
    for statement in EMPTY {
        let statement = statement.replace("{mails}", &mails).replace("{ids}", &ids);
        let mut values = vec![set::bind(contacts)];
        if statement.contains("$2") {
            values.push(set::bind(hashes));
        }
        sql::run(connection, &statement, values).await?;
    }
    let update = format!(
        "UPDATE delivery SET address = NULL, domain = '', slots = '{{}}', text = NULL, queue_id = NULL WHERE id IN {mails}"
    );
    let values = vec![set::bind(contacts), set::bind(hashes)];
    let emptied = sql::run(connection, &update, values).await?;
    let delete = format!("DELETE FROM contact_address WHERE contact_id {ids}");
    sql::run(connection, &delete, vec![set::bind(contacts)]).await?;
    let update = format!(
        "UPDATE contact SET email = NULL, email_key = NULL, address_hash = NULL, domain = NULL, domain_hash = NULL, \
         name = '', given_name = '', family_name = '', outlet_id = NULL, title = '', country = '', language = '', \
         time_zone = '', phone = '', notes = '', source = '', legal_basis = '', jurisdiction = '', status = 'archived', undone_status = NULL, \
         erased_at = $2, updated_at = $2 WHERE id {ids}"
    );
    sql::run(
        connection,
        &update,
        vec![set::bind(contacts), at.millis().into()],
    )
    .await?;
    Ok(emptied)
}

#[derive(FromQueryResult)]
struct Busy {
    busy: i64,
}

/// Rewrites an SQLite file without what was erased, and empties its write-ahead log. Zeroing what
/// is deleted is not enough: a page that was rearranged may keep copies of its cells in the gap
/// between them. False: somebody works with the database at the moment, and old pages stay.
pub(crate) async fn rewrite(connection: &impl ConnectionTrait) -> bool {
    if sql::run(connection, "VACUUM", vec![]).await.is_err() {
        return false;
    }
    let pragma = "PRAGMA wal_checkpoint(TRUNCATE)";
    let row = sql::one::<Busy>(connection, pragma, vec![]).await;
    row.is_ok_and(|row| row.is_none_or(|row| row.busy == 0))
}

/// A mail to a contact with all that is kept about it. Times are milliseconds since 1970, UTC.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, Serialize)]
pub struct MailRow {
    pub id: i64,
    pub release: String,
    pub purpose: String,
    pub address: Option<String>,
    pub language: String,
    pub merge_fields: String,
    pub status: String,
    pub reason: Option<String>,
    pub attempts: i64,
    pub server_answer: Option<String>,
    pub sent_at: Option<i64>,
}

pub(crate) async fn mails(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<MailRow>, StoreError> {
    let select = format!(
        "SELECT d.id, r.slug AS release, d.purpose, d.address, d.language, d.slots AS merge_fields, d.status, d.reason, \
         d.attempts, d.text AS server_answer, d.sent_at FROM delivery d \
         JOIN release_version v ON v.id = d.version_id JOIN release r ON r.id = v.release_id \
         WHERE d.contact_id {} ORDER BY d.id",
        set::among_numbers(connection, 1)
    );
    sql::all(connection, &select, vec![set::bind(contacts)]).await
}

/// A contact that was merged into another, as its row was left.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, Serialize)]
pub struct MergedRow {
    pub id: i64,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet: String,
    pub title: String,
    pub country: String,
    pub language: String,
    pub time_zone: String,
    pub phone: String,
    pub notes: String,
    pub source: String,
    pub legal_basis: String,
    pub created_at: i64,
}

/// Those of these contacts that were merged into another.
pub(crate) async fn merged(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<MergedRow>, StoreError> {
    let select = format!(
        "SELECT c.id, c.name, c.given_name, c.family_name, COALESCE(o.name, '') AS outlet, c.title, c.country, c.language, \
         c.time_zone, c.phone, c.notes, c.source, c.legal_basis, c.created_at FROM contact c \
         LEFT JOIN outlet o ON o.id = c.outlet_id WHERE c.merged_into_id IS NOT NULL AND c.id {} ORDER BY c.id",
        set::among_numbers(connection, 1)
    );
    sql::all(connection, &select, vec![set::bind(contacts)]).await
}

/// A value that an import set or changed.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, Serialize)]
pub struct ChangeRow {
    pub import_id: i64,
    pub line: i64,
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

pub(crate) async fn changes(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<ChangeRow>, StoreError> {
    let select = format!(
        "SELECT import_id, line, field, old, new FROM import_change WHERE contact_id {} ORDER BY id",
        set::among_numbers(connection, 1)
    );
    sql::all(connection, &select, vec![set::bind(contacts)]).await
}

/// A no that holds, or held, for one of a contact's addresses.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, Serialize)]
pub struct NoRow {
    pub scope: String,
    pub reason: String,
    pub source: String,
    pub at: i64,
    pub lifted_at: Option<i64>,
}

pub(crate) async fn refusals(
    connection: &impl ConnectionTrait,
    hashes: &[&str],
) -> Result<Vec<NoRow>, StoreError> {
    let select = format!(
        "SELECT scope, reason, source, at, lifted_at FROM suppression WHERE hash {} ORDER BY id",
        set::among_texts(connection, 1)
    );
    sql::all(connection, &select, vec![set::bind(hashes)]).await
}

/// An agreement to embargoes.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult, Serialize)]
pub struct AgreementRow {
    pub id: i64,
    pub how: String,
    pub note: Option<String>,
    pub agreed_at: i64,
}

pub(crate) async fn agreements(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<AgreementRow>, StoreError> {
    let select = format!(
        "SELECT id, how, note, agreed_at FROM agreement WHERE contact_id {} ORDER BY id",
        set::among_numbers(connection, 1)
    );
    sql::all(connection, &select, vec![set::bind(contacts)]).await
}
