//! The certificate of a release: what was approved, when the embargo lifted, who accepted what when,
//! and the head of the log's chain that all of it hangs on.

use std::collections::BTreeMap;

use crate::desk::Desk;
use crate::desk::journal::{self, Verified};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::{report, write};
use crate::domain::distribution::{Purpose, Status as Distributing};
use crate::domain::embargo::Record;
use crate::domain::instant::Instant;
use crate::domain::release::{Approval, Status};
use crate::domain::when::local;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, embargo, ledger, log, release};

/// The shape of the file; a later one may have more in it.
const FORMAT: u32 = 1;

/// All that can be proved about a release.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Certificate {
    pub format: u32,
    pub release: String,
    pub public_id: String,
    pub status: Status,
    pub issued_at: Instant,
    /// Who asked for it; a claim, as everywhere in the log.
    pub issued_by: String,
    /// The zones in which moments are said: the sender's, UTC, and one more.
    pub zones: Vec<String>,
    pub versions: Vec<Edition>,
    pub embargo: Vec<Act>,
    /// The first and the last mail with the text that a server took, rehearsals left out.
    pub first_accepted: Option<Stated>,
    pub last_accepted: Option<Stated>,
    pub distributions: Vec<Sending>,
    pub recipients: Vec<Recipient>,
    pub log: Verified,
    /// Whether chain, versions and digests are all as they were written.
    pub holds: bool,
    /// What does not, a sentence each.
    pub doubts: Vec<String>,
}

/// A moment in every zone of the certificate.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Stated {
    pub instant: Instant,
    /// `09:00 PST, Tuesday 3 November 2026` by zone.
    pub local: BTreeMap<String, String>,
}

/// A version and who stands behind it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Edition {
    pub number: i64,
    pub kind: String,
    pub content_hash: String,
    /// Whether the text that is kept still has this hash.
    pub hash_holds: bool,
    pub by: String,
    pub at: Instant,
    pub approvals: Vec<Name>,
}

/// An approval: of one hash under one act of the embargo.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Name {
    pub by: String,
    pub at: Instant,
    pub content_hash: String,
    pub embargo: i64,
    pub comment: Option<String>,
    pub revoked_at: Option<Instant>,
    pub revoked_why: Option<String>,
}

/// What was done to the embargo.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Act {
    pub number: i64,
    pub act: &'static str,
    /// As it was written, of a set or move.
    pub written: Option<String>,
    pub until: Option<Stated>,
    pub at: Instant,
    pub by: String,
    pub reason: Option<String>,
}

/// A distribution with its span and its digest.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Sending {
    pub id: i64,
    pub purpose: String,
    pub version: i64,
    pub rehearsal: bool,
    pub status: &'static str,
    pub counts: BTreeMap<&'static str, i64>,
    pub first_accepted_at: Option<Instant>,
    pub last_accepted_at: Option<Instant>,
    /// SHA-256 over its rows as they are now.
    pub digest: String,
    /// What the log says of it since it ended; None: it has not ended.
    pub digest_in_log: Option<String>,
}

/// One recipient's row: the server's own words.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Recipient {
    pub distribution: i64,
    pub contact: i64,
    /// Empty where the person was erased.
    pub address: String,
    pub version: i64,
    pub status: String,
    pub reason: Option<String>,
    pub accepted_at: Option<Instant>,
    pub reply: Option<String>,
    pub queue_id: Option<String>,
    pub message_id: Option<String>,
}

/// Gathers the certificate. `zone` is the third zone; without it the one where most recipients are.
pub async fn certificate(
    desk: &Desk,
    slug: &str,
    zone: Option<&str>,
) -> Result<Certificate, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let acts = embargo::records(connection, release.id).await?;
    let zones = zones(desk, connection, release.id, &acts, zone).await?;
    let versions = editions(connection, release.id).await?;
    let (mut distributions, mut recipients) = (Vec::new(), Vec::new());
    for one in distribution::of_release(connection, release.id).await? {
        distributions.push(sending(connection, &one).await?);
        let rows = ledger::of_distribution(connection, one.id).await?;
        for (line, row) in report::lines(&one, rows.clone()).into_iter().zip(rows) {
            recipients.push(Recipient {
                distribution: one.id,
                contact: line.contact,
                address: line.email,
                version: row.version,
                status: line.status,
                reason: line.reason,
                accepted_at: line.sent_at,
                reply: line.reply,
                queue_id: row.queue_id,
                message_id: line.message_id,
            });
        }
    }
    let with_text = distributions
        .iter()
        .filter(|one| !one.rehearsal && is_copy(&one.purpose));
    let first = with_text
        .clone()
        .filter_map(|one| one.first_accepted_at)
        .min();
    let last = with_text.filter_map(|one| one.last_accepted_at).max();
    let log = journal::verify(desk).await?;
    let doubts = doubts(&versions, &distributions, &log);
    let state = |instant| stated(desk, instant, &zones);
    Ok(Certificate {
        format: FORMAT,
        public_id: release.public_id.clone(),
        status: release.status,
        issued_at: desk.now(),
        issued_by: desk.actor.clone(),
        versions,
        embargo: acts.iter().map(|act| said(desk, act, &zones)).collect(),
        first_accepted: first.map(state),
        last_accepted: last.map(state),
        distributions,
        recipients,
        log,
        holds: doubts.is_empty(),
        doubts,
        release: release.slug,
        zones,
    })
}

fn is_copy(purpose: &str) -> bool {
    Purpose::parse(purpose).is_some_and(Purpose::carries_text)
}

/// The sender's zone, UTC, and one more: the one asked for, that of the embargo, of most
/// recipients, or else of the markets.
async fn zones(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release_id: i64,
    acts: &[Record],
    asked: Option<&str>,
) -> Result<Vec<String>, Problem> {
    if let Some(asked) = asked
        && local(desk.now(), asked, &desk.zones).is_none()
    {
        return Err(Problem::new(
            Exit::Usage,
            "unknown-zone",
            format!("there is no time zone {asked:?}"),
        )
        .hint("write it as Area/City, such as Europe/London"));
    }
    let embargoed = acts.iter().rev().find_map(|act| act.moment.as_ref());
    let own = desk.config.newsroom.time_zone.clone();
    let own = own.or_else(|| embargoed.map(|moment| moment.zone.clone()));
    let mut zones: Vec<String> = own.into_iter().collect();
    zones.push("UTC".to_owned());
    let mut more: Vec<String> = asked.map(str::to_owned).into_iter().collect();
    more.extend(embargoed.map(|moment| moment.zone.clone()));
    more.extend(ledger::zones(connection, release_id).await?);
    more.extend(["America/New_York", "Europe/London"].map(str::to_owned));
    for zone in more {
        if zones.len() < 3
            && !zones.contains(&zone)
            && local(desk.now(), &zone, &desk.zones).is_some()
        {
            zones.push(zone);
        }
    }
    zones.dedup();
    Ok(zones)
}

fn stated(desk: &Desk, instant: Instant, zones: &[String]) -> Stated {
    let there = zones.iter().filter_map(|zone| {
        let there = local(instant, zone, &desk.zones)?;
        let name = if zone == "UTC" {
            format!("{} UTC", there.time)
        } else {
            format!("{} {} ({})", there.time, there.abbreviation, there.offset)
        };
        Some((zone.clone(), format!("{name}, {}", there.date)))
    });
    Stated {
        instant,
        local: there.collect(),
    }
}

fn said(desk: &Desk, act: &Record, zones: &[String]) -> Act {
    let moment = act.moment.as_ref();
    Act {
        number: act.seq,
        act: act.act.as_str(),
        written: moment.map(|moment| format!("{} {}", moment.civil, moment.zone)),
        until: moment.map(|moment| stated(desk, moment.instant, zones)),
        at: act.at,
        by: act.by.clone(),
        reason: act.reason.clone(),
    }
}

async fn editions(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<Edition>, Problem> {
    let mut editions = Vec::new();
    for line in release::versions(connection, release_id).await? {
        let stored = release::version(connection, line.id).await?;
        let hash_holds = stored.is_some_and(|one| one.content.hash() == line.content_hash);
        let approvals = release::approvals(connection, line.id).await?;
        editions.push(Edition {
            number: line.number,
            kind: line.kind,
            content_hash: line.content_hash,
            hash_holds,
            by: line.by,
            at: Instant::from_millis(line.at),
            approvals: approvals.into_iter().map(name).collect(),
        });
    }
    Ok(editions)
}

fn name(approval: Approval) -> Name {
    let (revoked_at, revoked_why) = approval.revoked.unzip();
    Name {
        by: approval.by,
        at: approval.at,
        content_hash: approval.content_hash,
        embargo: approval.embargo_seq,
        comment: approval.comment,
        revoked_at,
        revoked_why,
    }
}

async fn sending(
    connection: &impl ConnectionTrait,
    one: &Distribution,
) -> Result<Sending, Problem> {
    let figures = report::sending(connection, one).await?;
    let entries = log::about(connection, "distribution", one.id).await?;
    // What was resolved or tried once more has ended twice: the last word counts.
    let digest_in_log = entries.iter().rev().find_map(|entry| {
        if entry.act != "finish" {
            return None;
        }
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).ok()?;
        detail["digest"].as_str().map(str::to_owned)
    });
    let is_over = one.status == Distributing::Finished;
    Ok(Sending {
        id: one.id,
        purpose: figures.purpose,
        version: figures.version,
        rehearsal: figures.rehearsal,
        status: one.status.as_str(),
        counts: figures.counts,
        first_accepted_at: figures.first_sent_at,
        last_accepted_at: figures.last_sent_at,
        digest: delivery::digest(connection, one.id).await?,
        digest_in_log: digest_in_log.filter(|_| is_over),
    })
}

fn doubts(versions: &[Edition], distributions: &[Sending], log: &Verified) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(entry) = log.broken_at {
        doubts.push(format!(
            "the log's chain breaks at entry {entry}: it was changed, or one before it is missing"
        ));
    }
    for one in versions.iter().filter(|one| !one.hash_holds) {
        doubts.push(format!(
            "the text of version {} is not what its hash was taken of",
            one.number
        ));
    }
    for one in distributions {
        let written = one.digest_in_log.as_ref();
        if written.is_some_and(|written| *written != one.digest) {
            doubts.push(format!(
                "the rows of distribution {} are not those that it ended with",
                one.id
            ));
        } else if written.is_none() && one.status == "finished" {
            doubts.push(format!("the log has no digest of distribution {}", one.id));
        }
    }
    doubts
}
