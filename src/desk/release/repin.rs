//! Repinning: what was scheduled with an older version and goes on with the next approval.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::approve::{current_version, needed};
use crate::desk::release::diff::{self, Difference};
use crate::desk::release::write;
use crate::domain::distribution::{Block, Purpose, Status};
use crate::domain::instant::Instant;
use crate::domain::release::{Release, approvers, is_same_person};
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, embargo, release};

/// One distribution that would send another version than the one it was scheduled with.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Repin {
    pub distribution: i64,
    pub purpose: String,
    pub from: i64,
    pub to: i64,
    pub send_at: Instant,
    pub zone: String,
    pub recipients: i64,
    pub rehearsal: bool,
}

/// What the next approval would change for those who wait.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Repinning {
    pub release: String,
    pub distributions: Vec<Repin>,
    /// From each older version that is waiting to the current one.
    pub differences: Vec<Difference>,
}

/// A release's distributions that lack nothing but an approval, and whether each has begun.
pub(in crate::desk::release) async fn waiting(
    connection: &impl ConnectionTrait,
    release: &Release,
) -> Result<Vec<(Distribution, bool)>, Problem> {
    let mut found = Vec::new();
    for one in distribution::of_release(connection, release.id).await? {
        let is_ours = one.status == Status::Blocked
            && one.reason.as_deref() == Some(Block::Unapproved.as_str());
        // A question or a notice carries none of the text: rendering it anew would put it in.
        let about_embargo = Purpose::parse(&one.purpose).is_some_and(Purpose::is_notice);
        if is_ours && !about_embargo {
            let begun = one.started_at.is_some() || delivery::has_begun(connection, one.id).await?;
            found.push((one, begun));
        }
    }
    Ok(found)
}

/// What would go on with the current version if the actor approved now; nothing is written. Empty
/// where further names are missing, or nothing waits.
pub async fn repinning(desk: &Desk, slug: &str) -> Result<Repinning, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let mut repinning = Repinning {
        release: release.slug.clone(),
        distributions: Vec::new(),
        differences: Vec::new(),
    };
    let version = current_version(connection, &release).await?;
    let state = embargo::current(connection, release.id).await?;
    let approvals = release::approvals(connection, version.id).await?;
    let names = approvers(&approvals, &version.content_hash, state.seq());
    let is_new = !names.iter().any(|known| is_same_person(known, &desk.actor));
    if names.len() + usize::from(is_new) < needed(desk, &release, version.content.kind) {
        return Ok(repinning);
    }
    let lines = release::versions(connection, release.id).await?;
    for (one, begun) in waiting(connection, &release).await? {
        if begun || one.version_id == version.id {
            continue;
        }
        let old = lines.iter().find(|line| line.id == one.version_id);
        let from = old.map_or(0, |line| line.number);
        let counts = delivery::counts(connection, one.id).await?;
        let open = counts
            .iter()
            .filter(|count| matches!(count.status.as_str(), "queued" | "deferred"));
        repinning.distributions.push(Repin {
            distribution: one.id,
            purpose: one.purpose.clone(),
            from,
            to: version.number,
            send_at: one.send_at,
            zone: one.zone.clone(),
            recipients: open.map(|count| count.value).sum(),
            rehearsal: one.rehearsal,
        });
        if !repinning.differences.iter().any(|known| known.from == from) {
            let difference = diff::diff(desk, slug, Some(from), Some(version.number)).await?;
            repinning.differences.push(difference);
        }
    }
    Ok(repinning)
}
