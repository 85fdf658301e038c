//! What came back: mails that were read, and the bounces in them.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::set;
use crate::store::sql;

/// A mail that is being read.
#[derive(Clone, Debug)]
pub(crate) struct NewInbound<'a> {
    pub(crate) hash: String,
    pub(crate) at: Instant,
    pub(crate) kind: &'a str,
    pub(crate) source: &'a str,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Notes a mail and gives its number; `None` where it was read before.
pub(crate) async fn add_inbound(
    connection: &impl ConnectionTrait,
    new: &NewInbound<'_>,
) -> Result<Option<i64>, StoreError> {
    let insert = "INSERT INTO inbound_message (hash, at, kind, source) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (hash) DO NOTHING RETURNING id";
    let values = vec![
        new.hash.as_str().into(),
        new.at.millis().into(),
        new.kind.into(),
        new.source.into(),
    ];
    Ok(sql::one::<Id>(connection, insert, values)
        .await?
        .map(|row| row.id))
}

/// Says of a mail that was read what it turned out to be and whom it is about.
pub(crate) async fn settle_inbound(
    connection: &impl ConnectionTrait,
    id: i64,
    kind: &str,
    sent: &Sent,
    hint: Option<&str>,
) -> Result<(), StoreError> {
    let update = "UPDATE inbound_message SET kind = $2, delivery_id = $3, contact_id = $4, hint = $5 WHERE id = $1";
    let values = vec![
        id.into(),
        kind.into(),
        sent.id.into(),
        sent.contact_id.into(),
        hint.map(str::to_owned).into(),
    ];
    sql::run(connection, update, values).await?;
    Ok(())
}

/// A delivery that went out, as far as the way back asks.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub(crate) struct Sent {
    pub(crate) id: i64,
    pub(crate) contact_id: i64,
    pub(crate) address: Option<String>,
    pub(crate) address_hash: String,
    pub(crate) bounce_class: Option<String>,
    pub(crate) complained_at: Option<i64>,
    pub(crate) nonce: String,
}

const SENT: &str = "SELECT d.id, d.contact_id, d.address, d.address_hash, d.bounce_class, d.complained_at, n.nonce \
                    FROM delivery d JOIN distribution n ON n.id = d.distribution_id \
                    WHERE d.first_attempt_at IS NOT NULL AND NOT d.rehearsal";

/// A delivery by its number, where it was sent.
pub(crate) async fn sent(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<Sent>, StoreError> {
    sql::one(
        connection,
        &format!("{SENT} AND d.id = $1"),
        vec![id.into()],
    )
    .await
}

/// The newest delivery to an address since an instant.
pub(crate) async fn sent_to(
    connection: &impl ConnectionTrait,
    address_hash: &str,
    since: Instant,
) -> Result<Option<Sent>, StoreError> {
    let select = format!(
        "{SENT} AND d.address_hash = $1 AND d.first_attempt_at >= $2 \
         AND d.status IN ('sent', 'sending', 'unknown') ORDER BY d.id DESC LIMIT 1"
    );
    sql::one(
        connection,
        &select,
        vec![address_hash.into(), since.millis().into()],
    )
    .await
}

/// A bounce to be written down.
#[derive(Clone, Debug)]
pub(crate) struct NewBounce<'a> {
    pub(crate) inbound_id: i64,
    pub(crate) delivery_id: Option<i64>,
    pub(crate) contact_id: Option<i64>,
    pub(crate) tied_by: Option<&'a str>,
    pub(crate) class: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) status: Option<&'a str>,
    pub(crate) diagnostic: Option<&'a str>,
    pub(crate) counts: bool,
    pub(crate) at: Instant,
}

pub(crate) async fn add(
    connection: &impl ConnectionTrait,
    new: &NewBounce<'_>,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO bounce (inbound_id, delivery_id, contact_id, tied_by, class, reason, status, diagnostic, counts, at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let text = |text: Option<&str>| text.map(str::to_owned);
    let values = vec![
        new.inbound_id.into(),
        new.delivery_id.into(),
        new.contact_id.into(),
        text(new.tied_by).into(),
        new.class.into(),
        new.reason.into(),
        text(new.status).into(),
        text(new.diagnostic).into(),
        new.counts.into(),
        new.at.millis().into(),
    ];
    sql::run(connection, insert, values).await?;
    Ok(())
}

/// Keeps a bounce with its delivery. Tells whether that was new: the first of its kind, or a hard
/// one after soft ones.
pub(crate) async fn mark_delivery(
    connection: &impl ConnectionTrait,
    delivery_id: i64,
    class: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let update = "UPDATE delivery SET bounced_at = $2, bounce_class = $3 WHERE id = $1 \
                  AND (bounce_class IS NULL OR (bounce_class = 'soft' AND $3 = 'hard'))";
    let values = vec![delivery_id.into(), at.millis().into(), class.into()];
    Ok(sql::run(connection, update, values).await? > 0)
}

/// Keeps a complaint with its delivery; tells whether it is the first.
pub(crate) async fn mark_complaint(
    connection: &impl ConnectionTrait,
    delivery_id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    let update = "UPDATE delivery SET complained_at = $2 WHERE id = $1 AND complained_at IS NULL";
    let values = vec![delivery_id.into(), at.millis().into()];
    Ok(sql::run(connection, update, values).await? > 0)
}

/// The contacts whose primary address is the one that bounced; whoever was given another one
/// since is not among them.
pub(crate) async fn contacts_at(
    connection: &impl ConnectionTrait,
    address_hash: &str,
) -> Result<Vec<i64>, StoreError> {
    let select = "SELECT id AS value FROM contact WHERE address_hash = $1 ORDER BY id";
    sql::numbers(connection, select, vec![address_hash.into()]).await
}

/// Numbers of contacts with `least` counted soft bounces or more since an instant, of different
/// mails, who are still written to.
pub async fn often_soft(
    connection: &impl ConnectionTrait,
    since: Instant,
    least: i64,
) -> Result<Vec<i64>, StoreError> {
    let select = "SELECT b.contact_id AS value FROM bounce b JOIN contact c ON c.id = b.contact_id \
                  WHERE b.counts AND b.class = 'soft' AND b.at >= $1 AND c.status = 'active' \
                  GROUP BY b.contact_id HAVING COUNT(DISTINCT b.delivery_id) >= $2 ORDER BY b.contact_id";
    sql::numbers(
        connection,
        select,
        vec![since.millis().into(), least.into()],
    )
    .await
}

/// How many mails of a distribution came back.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct CameBackRow {
    pub hard: i64,
    pub soft: i64,
    pub complaints: i64,
}

pub async fn came_back(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<CameBackRow, StoreError> {
    let select = "SELECT COUNT(CASE WHEN bounce_class = 'hard' THEN 1 END) AS hard, \
                  COUNT(CASE WHEN bounce_class = 'soft' THEN 1 END) AS soft, \
                  COUNT(complained_at) AS complaints FROM delivery WHERE distribution_id = $1";
    let row = sql::one(connection, select, vec![distribution_id.into()]).await?;
    Ok(row.unwrap_or(CameBackRow {
        hard: 0,
        soft: 0,
        complaints: 0,
    }))
}

/// A bounce as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct BounceRow {
    pub id: i64,
    pub at: i64,
    pub class: String,
    pub reason: String,
    pub status: Option<String>,
    pub diagnostic: Option<String>,
    pub tied_by: Option<String>,
    pub counts: bool,
    pub delivery_id: Option<i64>,
    pub contact_id: Option<i64>,
    pub email: Option<String>,
    pub contact_status: Option<String>,
    pub release: Option<String>,
}

/// Bounces, newest first: of one contact where `contacts` is not empty, before the number
/// `before` where it is not 0, `limit` at most.
pub async fn list(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    before: i64,
    limit: i64,
) -> Result<Vec<BounceRow>, StoreError> {
    let whose = if contacts.is_empty() {
        // Bound all the same, because PostgreSQL wants every placeholder used.
        format!(
            "(1 = 1 OR b.contact_id {})",
            set::among_numbers(connection, 1)
        )
    } else {
        format!("b.contact_id {}", set::among_numbers(connection, 1))
    };
    let select = format!(
        "SELECT b.id, b.at, b.class, b.reason, b.status, b.diagnostic, b.tied_by, b.counts, b.delivery_id, b.contact_id, \
         c.email, c.status AS contact_status, r.slug AS release \
         FROM bounce b LEFT JOIN contact c ON c.id = b.contact_id \
         LEFT JOIN delivery d ON d.id = b.delivery_id \
         LEFT JOIN distribution n ON n.id = d.distribution_id LEFT JOIN release r ON r.id = n.release_id \
         WHERE {whose} AND ($2 = 0 OR b.id < $2) ORDER BY b.id DESC LIMIT $3"
    );
    sql::all(
        connection,
        &select,
        vec![set::bind(contacts), before.into(), limit.into()],
    )
    .await
}

/// Forgets the words of reports from before `cutoff`; class, reason and what they did stay. Without
/// any it only reads, by the index of those that still have words.
pub async fn forget(connection: &impl ConnectionTrait, cutoff: Instant) -> Result<u64, StoreError> {
    let select = "SELECT COUNT(*) AS value FROM bounce WHERE diagnostic IS NOT NULL AND at < $1";
    let values = vec![cutoff.millis().into()];
    if sql::number(connection, select, values.clone()).await? == 0 {
        return Ok(0);
    }
    let update = "UPDATE bounce SET diagnostic = NULL WHERE diagnostic IS NOT NULL AND at < $1";
    sql::run(connection, update, values).await
}
