//! Distributions and their renditions.

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use serde::{Deserialize, Serialize};

use crate::domain::distribution::{Block, Status};
use crate::domain::instant::Instant;
use crate::domain::when::Moment;
use crate::store::entity::{distribution, rendition};
use crate::store::error::StoreError;
use crate::store::{delivery, resolution, sql};

/// A distribution as stored.
#[derive(Clone, Debug)]
pub struct Distribution {
    pub id: i64,
    pub release_id: i64,
    pub version_id: i64,
    pub purpose: String,
    pub round: i64,
    pub rehearsal: bool,
    pub status: Status,
    pub reason: Option<String>,
    pub follows_embargo: bool,
    pub civil: String,
    pub zone: String,
    pub send_at: Instant,
    pub tzdata: String,
    pub language: Option<String>,
    pub from_header: String,
    pub reply_to: String,
    pub cover_note: Option<String>,
    /// Who of counsel allowed analysts and investors among the advance copies.
    pub counsel: Option<String>,
    /// Whoever holds an advance copy at the claim is left out.
    pub skip_holders: bool,
    /// The embargo act under which it was rendered; 0 where there was none.
    pub embargo_seq: i64,
    /// Where opt-outs by mail go: an address.
    pub optout_mailto: String,
    /// Public address of the opt-out page when this was scheduled.
    pub optout_url: Option<String>,
    pub nonce: String,
    pub message_domain: String,
    pub started_at: Option<Instant>,
    pub last_worked_at: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub by: String,
}

fn to_domain(row: distribution::Model) -> Result<Distribution, StoreError> {
    let status = Status::parse(&row.status).ok_or(StoreError::Row {
        table: "distribution",
        column: "status",
        id: row.id,
    })?;
    Ok(Distribution {
        id: row.id,
        release_id: row.release_id,
        version_id: row.version_id,
        purpose: row.purpose,
        round: row.round,
        rehearsal: row.rehearsal,
        status,
        reason: row.reason,
        follows_embargo: row.follows_embargo,
        civil: row.civil,
        zone: row.zone,
        send_at: Instant::from_millis(row.send_at),
        tzdata: row.tzdata,
        language: row.language,
        from_header: row.from_header,
        reply_to: row.reply_to,
        cover_note: row.cover_note,
        counsel: row.counsel,
        skip_holders: row.skip_holders,
        embargo_seq: row.embargo_seq,
        optout_mailto: row.optout_mailto,
        optout_url: row.optout_url,
        nonce: row.nonce,
        message_domain: row.message_domain,
        started_at: row.started_at.map(Instant::from_millis),
        last_worked_at: row.last_worked_at.map(Instant::from_millis),
        finished_at: row.finished_at.map(Instant::from_millis),
        by: row.by,
    })
}

/// Writes a new distribution; `id` of `new` is not looked at.
pub async fn insert(
    connection: &impl ConnectionTrait,
    new: &Distribution,
    at: Instant,
) -> Result<i64, StoreError> {
    let row = distribution::ActiveModel {
        release_id: Set(new.release_id),
        version_id: Set(new.version_id),
        purpose: Set(new.purpose.clone()),
        round: Set(new.round),
        rehearsal: Set(new.rehearsal),
        status: Set(new.status.as_str().to_owned()),
        follows_embargo: Set(new.follows_embargo),
        civil: Set(new.civil.clone()),
        zone: Set(new.zone.clone()),
        send_at: Set(new.send_at.millis()),
        tzdata: Set(new.tzdata.clone()),
        language: Set(new.language.clone()),
        from_header: Set(new.from_header.clone()),
        reply_to: Set(new.reply_to.clone()),
        cover_note: Set(new.cover_note.clone()),
        counsel: Set(new.counsel.clone()),
        skip_holders: Set(new.skip_holders),
        embargo_seq: Set(new.embargo_seq),
        optout_mailto: Set(new.optout_mailto.clone()),
        optout_url: Set(new.optout_url.clone()),
        nonce: Set(new.nonce.clone()),
        message_domain: Set(new.message_domain.clone()),
        limits: Set("{}".to_owned()),
        by: Set(new.by.clone()),
        created_at: Set(at.millis()),
        ..Default::default()
    };
    Ok(row.insert(connection).await?.id)
}

/// Keeps who was asked for: `rule` is `list`, `contact`, `except-list`, `except-contact`, `holders` or
/// `everyone`.
pub async fn add_audience(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    rule: &str,
    ids: &[i64],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO distribution_audience (distribution_id, rule, ref_id) VALUES ($1, $2, $3) \
               ON CONFLICT (distribution_id, rule, ref_id) DO NOTHING";
    for id in ids {
        sql::run(
            connection,
            sql,
            vec![distribution_id.into(), rule.into(), (*id).into()],
        )
        .await?;
    }
    Ok(())
}

/// Whether it is for those alone who hold a copy already.
pub async fn is_to_holders(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) AS value FROM distribution_audience WHERE distribution_id = $1 AND rule = 'holders'";
    Ok(sql::number(connection, sql, vec![distribution_id.into()]).await? > 0)
}

/// Lets everything that waits for a release's lift follow it to another moment; their ids.
pub async fn follow(
    connection: &impl ConnectionTrait,
    release_id: i64,
    to: &Moment,
) -> Result<Vec<i64>, StoreError> {
    const OPEN: &str =
        "follows_embargo AND status IN ('preparing', 'scheduled', 'running', 'paused', 'blocked')";
    let find = format!(
        "SELECT id AS value FROM distribution WHERE release_id = $1 AND {OPEN} ORDER BY id"
    );
    let ids = sql::numbers(connection, &find, vec![release_id.into()]).await?;
    let update = format!(
        "UPDATE distribution SET civil = $1, zone = $2, send_at = $3, tzdata = $4 WHERE release_id = $5 AND {OPEN}"
    );
    let values = vec![
        to.civil.as_str().into(),
        to.zone.as_str().into(),
        to.instant.millis().into(),
        to.tzdata.as_str().into(),
        release_id.into(),
    ];
    sql::run(connection, &update, values).await?;
    // What was tried already waits for its next try, not for the lift.
    let due = format!(
        "UPDATE delivery SET due_at = $1 WHERE status = 'queued' AND attempts = 0 \
         AND distribution_id IN (SELECT id FROM distribution WHERE release_id = $2 AND {OPEN})"
    );
    sql::run(
        connection,
        &due,
        vec![to.instant.millis().into(), release_id.into()],
    )
    .await?;
    Ok(ids)
}

pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<Distribution>, StoreError> {
    distribution::Entity::find_by_id(id)
        .one(connection)
        .await?
        .map(to_domain)
        .transpose()
}

pub async fn of_release(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<Distribution>, StoreError> {
    let rows = distribution::Entity::find()
        .filter(distribution::Column::ReleaseId.eq(release_id))
        .order_by_asc(distribution::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Those that `run` has to look at until `horizon`: scheduled ones that come due, and running ones.
pub async fn active(
    connection: &impl ConnectionTrait,
    horizon: Instant,
) -> Result<Vec<Distribution>, StoreError> {
    let rows = distribution::Entity::find()
        .filter(distribution::Column::Status.is_in(["scheduled", "running"]))
        .filter(distribution::Column::SendAt.lte(horizon.millis()))
        .order_by_asc(distribution::Column::SendAt)
        .order_by_asc(distribution::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// All that are not over, soonest first.
pub async fn open(connection: &impl ConnectionTrait) -> Result<Vec<Distribution>, StoreError> {
    let rows = distribution::Entity::find()
        .filter(distribution::Column::Status.is_not_in(["finished", "canceled"]))
        .order_by_asc(distribution::Column::SendAt)
        .all(connection)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// When the next scheduled one starts.
pub async fn next_at(connection: &impl ConnectionTrait) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT send_at AS value FROM distribution WHERE status IN ('scheduled', 'running') ORDER BY send_at LIMIT 1";
    Ok(sql::numbers(connection, sql, vec![])
        .await?
        .first()
        .copied()
        .map(Instant::from_millis))
}

/// The first start after an instant, from the index alone.
pub async fn next_after(
    connection: &impl ConnectionTrait,
    after: Instant,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT send_at AS value FROM (SELECT MIN(send_at) AS send_at FROM distribution WHERE status = 'scheduled' AND send_at > $1 \
               UNION ALL SELECT MIN(send_at) FROM distribution WHERE status = 'running' AND send_at > $1) AS starts \
               WHERE send_at IS NOT NULL ORDER BY send_at LIMIT 1";
    let found = sql::numbers(connection, sql, vec![after.millis().into()]).await?;
    Ok(found.first().copied().map(Instant::from_millis))
}

/// Changes a status, if it still is one of `from`. False: somebody was faster.
pub async fn turn(
    connection: &impl ConnectionTrait,
    id: i64,
    from: &[Status],
    to: Status,
    reason: Option<Block>,
) -> Result<bool, StoreError> {
    let from: Vec<String> = from
        .iter()
        .map(|status| format!("'{}'", status.as_str()))
        .collect();
    let sql = format!(
        "UPDATE distribution SET status = $1, reason = $2 WHERE id = $3 AND status IN ({})",
        from.join(", ")
    );
    let reason = reason.map(|reason| reason.as_str().to_owned());
    Ok(sql::run(
        connection,
        &sql,
        vec![to.as_str().into(), reason.into(), id.into()],
    )
    .await?
        == 1)
}

/// The first claim: running from now on.
pub async fn begin(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    let sql = "UPDATE distribution SET status = 'running', reason = NULL, started_at = COALESCE(started_at, $1), \
               lifted_at = COALESCE(lifted_at, $1), last_worked_at = $1 WHERE id = $2 AND status IN ('scheduled', 'running')";
    Ok(sql::run(connection, sql, vec![at.millis().into(), id.into()]).await? == 1)
}

/// Remembers that it was worked on, so that a later gap is seen.
pub async fn worked(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    sql::run(
        connection,
        "UPDATE distribution SET last_worked_at = $1 WHERE id = $2",
        vec![at.millis().into(), id.into()],
    )
    .await?;
    Ok(())
}

/// Finished once no row is open any more.
pub async fn finish(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    resolution::take_turns(connection, id).await?;
    let sql = format!(
        "UPDATE distribution SET status = 'finished', finished_at = $1 WHERE id = $2 AND status = 'running' AND NOT {}",
        delivery::open_rows("$2")
    );
    Ok(sql::run(connection, &sql, vec![at.millis().into(), id.into()]).await? == 1)
}

/// A person lets a late one go all the same: lateness counts from now on.
pub async fn forgive_lateness(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "UPDATE distribution SET started_at = COALESCE(started_at, $1), last_worked_at = $1 WHERE id = $2";
    sql::run(connection, sql, vec![at.millis().into(), id.into()]).await?;
    Ok(())
}

/// Points an unstarted distribution and its waiting rows at a newer version of the release.
pub async fn repin(
    connection: &impl ConnectionTrait,
    id: i64,
    version_id: i64,
) -> Result<(), StoreError> {
    let values = vec![version_id.into(), id.into()];
    sql::run(
        connection,
        "UPDATE distribution SET version_id = $1 WHERE id = $2",
        values.clone(),
    )
    .await?;
    sql::run(
        connection,
        "UPDATE delivery SET version_id = $1 WHERE distribution_id = $2",
        values.clone(),
    )
    .await?;
    sql::run(
        connection,
        "DELETE FROM rendition WHERE distribution_id = $1",
        vec![id.into()],
    )
    .await?;
    Ok(())
}

/// A mail of one language with its slots still open.
#[derive(Clone, Debug)]
pub struct Rendition {
    pub language: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The files that travel with it.
    pub files: Vec<Enclosure>,
    /// Its text and HTML for those who want links in place of the attached files.
    pub linked: Option<(String, String)>,
    /// SHA-256 of all this, so that a change in the database is noticed.
    pub hash: String,
}

/// A file that travels with a mail; its bytes are a blob.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enclosure {
    pub sha256: String,
    pub file_name: String,
    pub media_type: String,
    /// Content-ID of a picture that the HTML part shows.
    pub inline_id: Option<String>,
}

/// As it is stored and hashed.
pub fn files_json(files: &[Enclosure]) -> String {
    serde_json::to_string(files).unwrap_or_default()
}

pub async fn add_rendition(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    new: &Rendition,
) -> Result<(), StoreError> {
    let row = rendition::ActiveModel {
        distribution_id: Set(distribution_id),
        language: Set(new.language.clone()),
        subject: Set(new.subject.clone()),
        text: Set(new.text.clone()),
        html: Set(new.html.clone()),
        files: Set(files_json(&new.files)),
        linked_text: Set(new.linked.as_ref().map(|(text, _)| text.clone())),
        linked_html: Set(new.linked.as_ref().map(|(_, html)| html.clone())),
        frame_hash: Set(new.hash.clone()),
        bytes_hash: Set(new.hash.clone()),
    };
    row.insert(connection).await?;
    Ok(())
}

pub async fn renditions(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<Rendition>, StoreError> {
    let rows = rendition::Entity::find()
        .filter(rendition::Column::DistributionId.eq(distribution_id))
        .order_by_asc(rendition::Column::Language)
        .all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Rendition {
            language: row.language,
            subject: row.subject,
            text: row.text,
            html: row.html,
            // What cannot be read does not fit its hash, and is refused as changed.
            files: serde_json::from_str(&row.files).unwrap_or_default(),
            linked: row.linked_text.zip(row.linked_html),
            hash: row.bytes_hash,
        })
        .collect())
}
