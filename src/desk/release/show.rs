//! A release at a glance: its versions, names, embargo and distributions, and the next step.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::approve;
use crate::desk::release::enclosed::{Enclosed, enclosed};
use crate::desk::release::report::{self, Edition, Sending};
use crate::desk::release::write;
use crate::domain::content::Version;
use crate::domain::distribution::{Block, Status};
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::release::{Release, Status as Standing, approvers};
use crate::domain::when::{self, Moment};
use crate::store::boilerplate::{self, Behind};
use crate::store::distribution::{self, Distribution};
use crate::store::{embargo, release};

#[derive(Clone, Debug, serde::Serialize)]
pub struct Shown {
    pub release: String,
    pub status: Standing,
    pub headline: String,
    pub material: bool,
    pub created_at: Instant,
    /// Since when it is held: nothing more of it goes until somebody resumes it.
    pub held_at: Option<Instant>,
    /// Of the current version, the original first.
    pub languages: Vec<String>,
    pub versions: Vec<Edition>,
    pub approvals: Vec<Name>,
    /// Different names that count for the current version under the embargo of now.
    pub approved_by: usize,
    pub needed: usize,
    pub embargo: Hold,
    pub distributions: Vec<Sending>,
    /// Everything the current version consists of.
    pub parts: Version,
    pub files: Vec<Enclosed>,
    /// "About" texts of which there is a newer version than the one in here.
    pub behind: Vec<Behind>,
    /// A command to type.
    pub next: String,
}

/// A name under a version.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Name {
    pub version: i64,
    pub by: String,
    pub at: Instant,
    pub comment: Option<String>,
    /// When an edit took it back.
    pub revoked_at: Option<Instant>,
    pub revoked_why: Option<String>,
    /// Whether content and embargo still are what was approved.
    pub counts: bool,
}

/// An embargo as people want to see it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Hold {
    /// `none`, `until` or `lifted`.
    pub state: &'static str,
    pub active: bool,
    pub until: Option<Moment>,
    pub lifted_at: Option<Instant>,
    /// In the embargo's zone and in UTC.
    pub said: Option<String>,
}

pub async fn show(desk: &Desk, slug: &str) -> Result<Shown, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let version = approve::current_version(connection, &release).await?;
    let state = embargo::current(connection, release.id).await?;
    let versions = report::editions(connection, release.id).await?;
    let mut approvals = Vec::new();
    let mut approved_by = 0;
    for line in release::versions(connection, release.id).await? {
        let names = release::approvals(connection, line.id).await?;
        let hash = &version.content_hash;
        if line.id == version.id {
            approved_by = approvers(&names, hash, state.seq()).len();
        }
        approvals.extend(names.into_iter().map(|name| Name {
            version: line.number,
            counts: line.id == version.id
                && name.revoked.is_none()
                && name.content_hash == *hash
                && name.embargo_seq == state.seq(),
            revoked_at: name.revoked.as_ref().map(|(at, _)| *at),
            revoked_why: name.revoked.map(|(_, why)| why),
            by: name.by,
            at: name.at,
            comment: name.comment,
        }));
    }
    let all = distribution::of_release(connection, release.id).await?;
    let mut distributions = Vec::new();
    for one in &all {
        distributions.push(report::sending(connection, one).await?);
    }
    let original = version.content.original();
    let others = version
        .content
        .texts
        .iter()
        .filter(|text| !text.is_original);
    Ok(Shown {
        headline: original.headline.clone(),
        languages: std::iter::once(original)
            .chain(others)
            .map(|text| text.language.clone())
            .collect(),
        material: release.material,
        created_at: release.created_at,
        held_at: release.held_at,
        versions,
        approvals,
        approved_by,
        needed: approve::needed(desk, &release, version.content.kind),
        files: enclosed(desk, &version.content),
        parts: version.content.clone(),
        behind: behind(desk, &release).await?,
        embargo: hold(desk, &state),
        distributions,
        next: next(&release, &all, state.is_active(desk.now())),
        status: release.status,
        release: release.slug,
    })
}

async fn behind(desk: &Desk, release: &Release) -> Result<Vec<Behind>, Problem> {
    let all = boilerplate::behind(desk.store.db()).await?;
    let mut ours = all;
    ours.retain(|one| one.release == release.slug);
    Ok(ours)
}

fn hold(desk: &Desk, state: &Embargo) -> Hold {
    let (word, lifted_at) = match state {
        Embargo::None => ("none", None),
        Embargo::Until { .. } => ("until", None),
        Embargo::Lifted { at, .. } => ("lifted", Some(*at)),
    };
    let until = state.until().cloned();
    Hold {
        state: word,
        active: state.is_active(desk.now()),
        said: until
            .as_ref()
            .map(|moment| when::say(moment.instant, &moment.zone, &desk.zones)),
        until,
        lifted_at,
    }
}

/// The command that takes a release one step further.
pub fn next(release: &Release, distributions: &[Distribution], is_embargoed: bool) -> String {
    let slug = &release.slug;
    let is = |status: Status| distributions.iter().any(|one| one.status == status);
    let blocked = distributions
        .iter()
        .find(|one| one.status == Status::Blocked);
    if let Some(one) = blocked {
        return fix(slug, one.reason.as_deref().unwrap_or_default());
    }
    if is(Status::Paused) {
        return format!("dateline release resume {slug}");
    }
    // Before the release's own status: a rehearsal leaves that as it was.
    if is(Status::Preparing) || is(Status::Scheduled) || is(Status::Running) {
        return "dateline run".to_owned();
    }
    match release.status {
        Standing::Draft => format!("dateline release approve {slug}"),
        Standing::Approved if is_embargoed => {
            format!("dateline release schedule {slug} --list LIST")
        }
        Standing::Approved => format!("dateline release schedule {slug} --list LIST --at TIME"),
        Standing::Scheduled => "dateline run".to_owned(),
        Standing::Distributed | Standing::Corrected | Standing::Killed => {
            format!("dateline release report {slug}")
        }
    }
}

/// The command that mends what blocks a distribution.
pub fn fix(slug: &str, reason: &str) -> String {
    let is = |block: Block| reason == block.as_str();
    if is(Block::Missed) {
        format!("dateline release resume {slug} --late")
    } else if is(Block::Unapproved) {
        format!("dateline release approve {slug}")
    } else if is(Block::CopiedDatabase) {
        "dateline db adopt".to_owned()
    } else if is(Block::Tzdata) || is(Block::Embargo) || is(Block::Transport) || is(Block::Message)
    {
        format!("dateline release cancel {slug}")
    } else if is(Block::FailureRate) || is(Block::Policy) {
        format!("dateline release report {slug}")
    } else {
        format!("dateline release resume {slug}")
    }
}

/// One line of `release list`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Line {
    pub release: String,
    pub status: Standing,
    pub headline: String,
    pub embargoed_until: Option<Instant>,
    /// When its next distribution starts.
    pub next_at: Option<Instant>,
    pub next_zone: Option<String>,
    pub blocked: bool,
    pub created_at: Instant,
}

/// All releases, newest first.
pub async fn releases(desk: &Desk) -> Result<Vec<Line>, Problem> {
    let connection = desk.store.db();
    let mut lines = Vec::new();
    for release in release::all(connection).await? {
        let state = embargo::current(connection, release.id).await?;
        let active = state.is_active(desk.now());
        let open: Vec<Distribution> = distribution::of_release(connection, release.id)
            .await?
            .into_iter()
            .filter(|one| !matches!(one.status, Status::Finished | Status::Canceled))
            .collect();
        let next = open.iter().min_by_key(|one| one.send_at);
        lines.push(Line {
            headline: release::headline(connection, release.id).await?,
            embargoed_until: state
                .until()
                .filter(|_| active)
                .map(|moment| moment.instant),
            next_at: next.map(|one| one.send_at),
            next_zone: next.map(|one| one.zone.clone()),
            blocked: open.iter().any(|one| one.status == Status::Blocked),
            created_at: release.created_at,
            status: release.status,
            release: release.slug,
        });
    }
    Ok(lines)
}
