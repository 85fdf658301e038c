//! Approving: a name under exactly this content and exactly this embargo.

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::check;
use crate::desk::release::enclosed::{Enclosed, enclosed};
use crate::desk::release::prepare;
use crate::desk::release::repin;
use crate::desk::release::write;
use crate::domain::content::VersionKind;
use crate::domain::distribution::Status as Distributing;
use crate::domain::release::{Release, Status, approvers};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::release::StoredVersion;
use crate::store::{desk_row, distribution, embargo, release};

/// How an approval ended.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Approved {
    pub release: String,
    pub version: i64,
    pub content_hash: String,
    pub approvals: usize,
    pub needed: usize,
    pub files: Vec<Enclosed>,
    /// Waiting distributions that now send this version.
    pub repinned: Vec<i64>,
    /// Distributions that had begun with an older version and keep waiting.
    pub begun: Vec<i64>,
}

/// How many different names a version needs: `[run] approvals`, and two for material news (DIS-05)
/// and for kills, which cannot be taken back.
pub fn needed(desk: &Desk, release: &Release, kind: VersionKind) -> usize {
    let two = release.material || kind == VersionKind::Kill;
    usize::from(desk.config.run.approvals).max(if two { 2 } else { 1 })
}

/// The current version of a release.
pub async fn current_version(
    connection: &impl ConnectionTrait,
    release: &Release,
) -> Result<StoredVersion, Problem> {
    let found = match release.current_version_id {
        Some(id) => release::version(connection, id).await?,
        None => None,
    };
    found.ok_or_else(|| {
        Problem::new(
            Exit::Failed,
            "no-version",
            format!("the release {} has no text", release.slug),
        )
        .hint("write one: dateline release edit")
    })
}

/// Whether a version has the names it needs, for what it says and under the embargo of now.
pub async fn is_approved(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
) -> Result<bool, Problem> {
    let seq = embargo::current(connection, release.id).await?.seq();
    let approvals = release::approvals(connection, version.id).await?;
    // The hash is taken anew: a row changed behind our back is not what was approved.
    let hash = version.content.hash();
    Ok(hash == version.content_hash
        && approvers(&approvals, &hash, seq).len() >= needed(desk, release, version.content.kind))
}

/// Approves the current version. With enough names the release is approved, and distributions that
/// were waiting for it send the new version.
pub async fn approve(
    desk: &Desk,
    slug: &str,
    comment: Option<String>,
) -> Result<Approved, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    if matches!(release.status, Status::Corrected | Status::Killed) {
        return Err(Problem::new(
            Exit::Forbidden,
            "over",
            format!(
                "{slug} is {}; nothing can be approved any more",
                release.status.as_str()
            ),
        )
        .hint(format!(
            "see what became of it: dateline release history {slug}"
        )));
    }
    let version = current_version(&transaction, &release).await?;
    if version.content.hash() != version.content_hash {
        return Err(Problem::new(
            Exit::Failed,
            "changed-content",
            format!(
                "the text of {slug} version {} was changed outside Dateline",
                version.number
            ),
        )
        .hint("edit the release to make a new version, then approve that"));
    }
    prepare::ready(desk, &transaction, &version).await?;
    check::gate(desk, &transaction, &release, &version, None).await?;
    let state = embargo::current(&transaction, release.id).await?;
    release::approve(
        &transaction,
        &version,
        state.seq(),
        &desk.actor,
        desk.now(),
        comment,
    )
    .await?;
    let approvals = approvers(
        &release::approvals(&transaction, version.id).await?,
        &version.content_hash,
        state.seq(),
    )
    .len();
    let needed = needed(desk, &release, version.content.kind);
    let mut approved = Approved {
        release: release.slug.clone(),
        version: version.number,
        content_hash: version.content_hash.clone(),
        approvals,
        needed,
        files: enclosed(desk, &version.content),
        repinned: Vec::new(),
        begun: Vec::new(),
    };
    if approvals >= needed {
        go_on(desk, &transaction, &release, &version, &mut approved).await?;
    }
    let detail = serde_json::json!({ "version": version.number, "hash": version.content_hash, "embargo": state.seq(), "approvals": approvals });
    desk.log(&transaction, "approve", "release", release.id, detail)
        .await?;
    commit(transaction).await?;
    Ok(approved)
}

async fn go_on(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    approved: &mut Approved,
) -> Result<(), Problem> {
    for (waiting, begun) in repin::waiting(connection, release).await? {
        if begun && waiting.version_id != version.id {
            approved.begun.push(waiting.id);
            continue;
        }
        if waiting.version_id != version.id {
            distribution::repin(connection, waiting.id, version.id).await?;
            let mut repinned = waiting.clone();
            repinned.version_id = version.id;
            prepare::render_all(desk, connection, &repinned, version).await?;
        }
        distribution::turn(
            connection,
            waiting.id,
            &[Distributing::Blocked],
            Distributing::Scheduled,
            None,
        )
        .await?;
        approved.repinned.push(waiting.id);
    }
    // One more name under a release that is scheduled leaves it scheduled.
    let any = distribution::of_release(connection, release.id)
        .await?
        .iter()
        .any(|one| {
            !one.rehearsal && !matches!(one.status, Distributing::Finished | Distributing::Canceled)
        });
    if release.status != Status::Distributed {
        release::set_status(
            connection,
            release.id,
            if any {
                Status::Scheduled
            } else {
                Status::Approved
            },
        )
        .await?;
    }
    desk_row::touch(connection).await?;
    Ok(())
}
