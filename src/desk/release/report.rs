//! The report of a release: who got which version when, who did not and why, in the server's words.

use std::collections::BTreeMap;

use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::distribution::whom;
use crate::desk::letter::compose;
use crate::desk::problem::Problem;
use crate::desk::release::approve;
use crate::desk::release::write;
use crate::desk::way_back::replies::{self, Answer};
use crate::domain::delivery::Status as Delivering;
use crate::domain::distribution::Status;
use crate::domain::instant::Instant;
use crate::domain::release::Status as Standing;
use crate::store::bounce;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::ledger::{self, LedgerRow};
use crate::store::{audience, delivery, media_list, release};

/// Everything that became of a release.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Report {
    pub release: String,
    pub status: Standing,
    pub versions: Vec<Edition>,
    pub distributions: Vec<Sending>,
    pub not_sent: Vec<Missed>,
    /// What journalists answered.
    pub answers: Vec<Answer>,
}

/// A version in a line.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Edition {
    pub number: i64,
    pub kind: String,
    pub content_hash: String,
    pub by: String,
    pub at: Instant,
}

/// A distribution with its figures.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Sending {
    pub id: i64,
    pub purpose: String,
    pub version: i64,
    pub rehearsal: bool,
    pub status: Status,
    /// Why it is blocked.
    pub reason: Option<String>,
    pub send_at: Instant,
    pub zone: String,
    pub follows_embargo: bool,
    /// By delivery status, all of them, zeros too.
    pub counts: BTreeMap<&'static str, i64>,
    pub first_sent_at: Option<Instant>,
    pub last_sent_at: Option<Instant>,
    pub suppressed: BTreeMap<String, i64>,
    pub replies: Vec<Reply>,
    /// What came back later; the rows stay `sent`.
    pub came_back: CameBack,
    /// Nobody knows whether these have it; a person has to look.
    pub unknown: Vec<Doubt>,
}

impl Sending {
    pub fn count(&self, status: Delivering) -> i64 {
        self.counts.get(status.as_str()).copied().unwrap_or(0)
    }

    /// Everybody it was for, without those who get nothing.
    pub fn total(&self) -> i64 {
        self.counts.values().sum::<i64>() - self.count(Delivering::Suppressed)
    }
}

/// Mails of a distribution that came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct CameBack {
    pub hard: i64,
    pub soft: i64,
    pub complaints: i64,
}

/// Equal answers of the mail server.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Reply {
    pub status: String,
    pub code: Option<i64>,
    pub enhanced: Option<String>,
    pub example: String,
    pub count: i64,
}

/// A recipient who may or may not have the mail.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Doubt {
    pub delivery: i64,
    pub contact: i64,
    pub email: String,
    pub message_id: String,
    pub why: String,
}

/// Who got nothing.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Missed {
    pub contact: i64,
    pub reason: String,
    pub status: String,
    pub distribution: i64,
}

pub async fn report(desk: &Desk, slug: &str) -> Result<Report, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let versions = editions(connection, release.id).await?;
    let mut distributions = Vec::new();
    for one in distribution::of_release(connection, release.id).await? {
        distributions.push(sending(connection, &one).await?);
    }
    let not_sent = ledger::not_sent(connection, release.id)
        .await?
        .into_iter()
        .map(|row| Missed {
            contact: row.contact_id,
            reason: row.reason,
            status: row.status,
            distribution: row.distribution_id,
        })
        .collect();
    Ok(Report {
        release: release.slug,
        status: release.status,
        versions,
        distributions,
        not_sent,
        answers: replies::of_release(connection, release.id).await?,
    })
}

/// The versions of a release, oldest first.
pub async fn editions(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<Edition>, Problem> {
    let lines = release::versions(connection, release_id).await?;
    Ok(lines
        .into_iter()
        .map(|line| Edition {
            number: line.number,
            kind: line.kind,
            content_hash: line.content_hash,
            by: line.by,
            at: Instant::from_millis(line.at),
        })
        .collect())
}

/// The figures of one distribution.
pub async fn sending(
    connection: &impl ConnectionTrait,
    one: &Distribution,
) -> Result<Sending, Problem> {
    let mut counts: BTreeMap<&'static str, i64> = Delivering::ALL
        .into_iter()
        .map(|status| (status.as_str(), 0))
        .collect();
    for count in delivery::counts(connection, one.id).await? {
        if let Some(status) = Delivering::parse(&count.status) {
            counts.insert(status.as_str(), count.value);
        }
    }
    let span = ledger::span(connection, one.id).await?;
    let version = release::versions(connection, one.release_id)
        .await?
        .into_iter()
        .find(|line| line.id == one.version_id)
        .map_or(0, |line| line.number);
    let suppressed = ledger::reasons(connection, one.id)
        .await?
        .into_iter()
        .map(|row| (row.reason, row.value))
        .collect();
    let replies = ledger::replies(connection, one.id)
        .await?
        .into_iter()
        .map(|group| Reply {
            status: group.status,
            code: group.code,
            enhanced: group.enhanced,
            example: group.example,
            count: group.value,
        })
        .collect();
    let unknown = ledger::unknown(connection, one.id)
        .await?
        .into_iter()
        .map(|row| Doubt {
            delivery: row.delivery_id,
            contact: row.contact_id,
            message_id: compose::message_id(&one.nonce, row.delivery_id, &one.message_domain),
            email: row.address,
            why: row.text.unwrap_or_default(),
        })
        .collect();
    let back = bounce::came_back(connection, one.id).await?;
    Ok(Sending {
        came_back: CameBack {
            hard: back.hard,
            soft: back.soft,
            complaints: back.complaints,
        },
        id: one.id,
        purpose: one.purpose.clone(),
        version,
        rehearsal: one.rehearsal,
        status: one.status,
        reason: one.reason.clone(),
        send_at: one.send_at,
        zone: one.zone.clone(),
        follows_embargo: one.follows_embargo,
        counts,
        first_sent_at: span.first.map(Instant::from_millis),
        last_sent_at: span.last.map(Instant::from_millis),
        suppressed,
        replies,
        unknown,
    })
}

/// One line of `release recipients`: before scheduling the plan, afterwards the ledger.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Line {
    pub contact: i64,
    pub email: String,
    pub outlet: String,
    pub list: String,
    /// `planned` before scheduling.
    pub status: String,
    pub reason: Option<String>,
    pub distribution: Option<i64>,
    pub version: Option<i64>,
    pub message_id: Option<String>,
    pub sent_at: Option<Instant>,
    /// The server's last answer.
    pub reply: Option<String>,
}

/// Who gets a release and who not. With an audience in `asked`: the plan as it would be frozen now,
/// whether or not the release is approved yet; without: the ledger of what was scheduled.
pub async fn recipients(
    desk: &Desk,
    slug: &str,
    only: Option<i64>,
    asked: Option<&Request>,
) -> Result<Vec<Line>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    if let Some(request) = asked {
        return planned(desk, &release, request).await;
    }
    let mut lines = Vec::new();
    for one in distribution::of_release(connection, release.id).await? {
        if only.is_none_or(|id| id == one.id) {
            let rows = ledger::of_distribution(connection, one.id).await?;
            lines.extend(self::lines(&one, rows));
        }
    }
    Ok(lines)
}

/// A server's answer in one line; where there was none, what we noted ourselves.
pub(crate) fn reply(
    code: Option<i64>,
    enhanced: Option<String>,
    text: Option<String>,
) -> Option<String> {
    let code = code.map(|code| code.to_string());
    let said: Vec<String> = match &code {
        Some(_) => [code, enhanced, text].into_iter().flatten().collect(),
        None => text.into_iter().collect(),
    };
    let said: Vec<String> = said.into_iter().filter(|word| !word.is_empty()).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The rows of a distribution as people look at them.
pub(crate) fn lines(one: &Distribution, rows: Vec<LedgerRow>) -> Vec<Line> {
    rows.into_iter().map(|row| line(one, row)).collect()
}

fn line(one: &Distribution, row: LedgerRow) -> Line {
    Line {
        contact: row.contact_id,
        email: row.address,
        outlet: row.outlet,
        list: row.list,
        status: row.status,
        reason: row.reason,
        distribution: Some(one.id),
        version: Some(row.version),
        message_id: Some(compose::message_id(
            &one.nonce,
            row.delivery_id,
            &one.message_domain,
        )),
        sent_at: row.sent_at.map(Instant::from_millis),
        reply: reply(row.code, row.enhanced, row.text),
    }
}

async fn planned(
    desk: &Desk,
    release: &crate::domain::release::Release,
    request: &Request,
) -> Result<Vec<Line>, Problem> {
    let connection = desk.store.db();
    let version = approve::current_version(connection, release).await?;
    let sender = compose::sender(desk, connection, &version.content).await?;
    let rehearsal = desk.config.smtp.transport != crate::config::keys::smtp::Transport::Smtp;
    let audience = whom::audience(
        desk,
        connection,
        release,
        &version,
        request,
        sender.organization_ids,
        rehearsal,
    )
    .await?;
    let lists: BTreeMap<i64, String> = media_list::list(connection)
        .await?
        .into_iter()
        .map(|list| (list.id, list.slug))
        .collect();
    Ok(audience::plan(connection, &audience)
        .await?
        .into_iter()
        .map(|row| Line {
            contact: row.contact_id,
            email: row.email,
            outlet: row.outlet,
            list: row
                .list_id
                .and_then(|id| lists.get(&id).cloned())
                .unwrap_or_default(),
            status: if row.reason.is_none() {
                "planned".to_owned()
            } else {
                Delivering::Suppressed.as_str().to_owned()
            },
            reason: row.reason,
            distribution: None,
            version: Some(version.number),
            message_id: None,
            sent_at: None,
            reply: None,
        })
        .collect())
}
