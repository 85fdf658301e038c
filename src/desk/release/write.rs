//! Writing a release: the first version of a story, and every later one.

use std::path::Path;

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::draft::{self, Draft};
use crate::domain::check::origin::Origin;
use crate::domain::distribution::{Block, Purpose, Status as Distributing};
use crate::domain::embargo::{Act, Embargo, Record};
use crate::domain::hex;
use crate::domain::name;
use crate::domain::release::{Release, Status};
use crate::domain::when::Moment;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::release::NewVersion;
use crate::store::{blob, check, desk_row, distribution, embargo, holders, release};

/// What was written.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Written {
    pub release: String,
    pub version: i64,
    pub content_hash: String,
    pub languages: Vec<String>,
    pub embargo: Option<Moment>,
    /// Distributions that now wait for a new approval.
    pub blocked: Vec<i64>,
    pub remarks: Vec<String>,
    /// False: the file says what the release says already.
    pub changed: bool,
}

/// A new release from a file: version 1, a draft.
pub async fn new(desk: &Desk, path: &Path) -> Result<Written, Problem> {
    let draft = draft::read(desk, desk.store.db(), path).await?;
    first(desk, draft, None).await
}

/// Version 1 of a draft that was read already; `origin` where it was pasted.
pub(in crate::desk::release) async fn first(
    desk: &Desk,
    draft: Draft,
    origin: Option<&Origin>,
) -> Result<Written, Problem> {
    if let Some(moment) = &draft.embargo {
        not_past(desk, moment)?;
    }
    let transaction = begin_write(desk.store.db()).await?;
    if release::by_slug(&transaction, &draft.slug).await?.is_some() {
        return Err(Problem::new(
            Exit::Usage,
            "exists",
            format!("there is a release {:?} already", draft.slug),
        )
        .hint(format!(
            "change it: dateline release edit {} FILE.md; or choose another slug",
            draft.slug
        )));
    }
    let public_id = hex::encode(&rand::random::<[u8; 16]>());
    let id = release::insert(
        &transaction,
        &draft.slug,
        &public_id,
        draft.material,
        desk.now(),
    )
    .await?;
    let version_id = write_version(desk, &transaction, id, 1, &draft).await?;
    if let Some(origin) = origin {
        check::keep_origin(&transaction, version_id, origin).await?;
    }
    if let Some(moment) = &draft.embargo {
        add_act(desk, &transaction, id, Act::Set, Some(moment.clone())).await?;
    }
    let hash = draft.content.hash();
    desk.log(
        &transaction,
        "new",
        "release",
        id,
        serde_json::json!({ "version": 1, "hash": hash }),
    )
    .await?;
    commit(transaction).await?;
    Ok(written(draft, 1, hash, Vec::new()))
}

/// A new version of a release. What was scheduled and not begun waits for a new approval.
pub async fn edit(desk: &Desk, slug: &str, path: &Path) -> Result<Written, Problem> {
    let draft = draft::read(desk, desk.store.db(), path).await?;
    if draft.slug != slug {
        return Err(Problem::new(
            Exit::Usage,
            "other-slug",
            format!("the file is the release {:?}, not {slug:?}", draft.slug),
        )
        .hint("name the release that the file belongs to"));
    }
    let transaction = begin_write(desk.store.db()).await?;
    let release = find(&transaction, slug).await?;
    may_change(&transaction, &release).await?;
    let embargo_changed =
        change_embargo(desk, &transaction, release.id, draft.embargo.as_ref()).await?;
    let written = next_version(desk, &transaction, &release, draft, embargo_changed).await?;
    commit(transaction).await?;
    Ok(written)
}

/// A new version that differs in its "About" texts only: the newest of each (REL-03).
pub async fn refresh(desk: &Desk, slug: &str) -> Result<Written, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = find(&transaction, slug).await?;
    may_change(&transaction, &release).await?;
    let version = approve::current_version(&transaction, &release).await?;
    let state = embargo::current(&transaction, release.id).await?;
    let draft = draft::refreshed(&transaction, &release, version.content, &state).await?;
    let written = next_version(desk, &transaction, &release, draft, false).await?;
    commit(transaction).await?;
    Ok(written)
}

/// What was sent cannot be edited; it is corrected.
async fn may_change(connection: &impl ConnectionTrait, release: &Release) -> Result<(), Problem> {
    let slug = &release.slug;
    if matches!(
        release.status,
        Status::Distributed | Status::Corrected | Status::Killed
    ) {
        return Err(Problem::new(
            Exit::Forbidden,
            "already-out",
            format!(
                "{slug} is {} already; what was sent cannot be edited",
                release.status.as_str()
            ),
        )
        .hint("a correction is a version of its own, for those who got the first"));
    }
    if holders::any(connection, release.id).await? {
        return Err(Problem::new(
            Exit::Forbidden,
            "already-out",
            format!("somebody holds a copy of {slug}; what was sent cannot be edited"),
        )
        .hint(format!(
            "see who: dateline release holders {slug}; another time: dateline embargo move {slug}"
        )));
    }
    Ok(())
}

/// Writes the draft as the next version where it says anything new. Every approval is taken back,
/// and what is scheduled and not begun waits for a new one.
pub(crate) async fn next_version(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    draft: Draft,
    embargo_changed: bool,
) -> Result<Written, Problem> {
    let versions = release::versions(connection, release.id).await?;
    let last = versions.last().map_or(0, |version| version.number);
    let hash = draft.content.hash();
    let same_text = versions
        .last()
        .is_some_and(|version| version.content_hash == hash)
        && draft.material == release.material;
    if same_text && !embargo_changed {
        let mut unchanged = written(draft, last, hash, Vec::new());
        unchanged.changed = false;
        return Ok(unchanged);
    }
    let number = if same_text { last } else { last + 1 };
    if !same_text {
        write_version(desk, connection, release.id, number, &draft).await?;
        release::set_material(connection, release.id, draft.material).await?;
    }
    release::revoke_approvals(connection, release.id, desk.now(), "edited").await?;
    let mut blocked = Vec::new();
    for waiting in distribution::of_release(connection, release.id).await? {
        // What asks or tells about the embargo has nothing of the text in it.
        if Purpose::parse(&waiting.purpose).is_some_and(Purpose::is_notice) {
            continue;
        }
        let turned = distribution::turn(
            connection,
            waiting.id,
            &[Distributing::Scheduled],
            Distributing::Blocked,
            Some(Block::Unapproved),
        );
        if turned.await? {
            blocked.push(waiting.id);
        }
    }
    release::set_status(
        connection,
        release.id,
        if blocked.is_empty() {
            Status::Draft
        } else {
            Status::Scheduled
        },
    )
    .await?;
    desk_row::touch(connection).await?;
    desk.log(
        connection,
        "edit",
        "release",
        release.id,
        serde_json::json!({ "version": number, "hash": hash }),
    )
    .await?;
    Ok(written(draft, number, hash, blocked))
}

/// The release of a slug, or a refusal that names the nearest one.
pub async fn find(connection: &impl ConnectionTrait, slug: &str) -> Result<Release, Problem> {
    if let Some(release) = release::by_slug(connection, slug).await? {
        return Ok(release);
    }
    let all = release::all(connection).await?;
    let hint = match name::nearest(slug, all.iter().map(|release| release.slug.as_str())) {
        Some(near) => format!("did you mean {near}?"),
        None => "see them all: dateline release list".to_owned(),
    };
    Err(Problem::new(
        Exit::Usage,
        "no-release",
        format!("there is no release {slug:?}"),
    )
    .hint(hint))
}

async fn write_version(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release_id: i64,
    number: i64,
    draft: &Draft,
) -> Result<i64, Problem> {
    for (sha256, media_type, bytes) in &draft.blobs {
        blob::put(connection, sha256, media_type, bytes.clone()).await?;
    }
    let new = NewVersion {
        release_id,
        number,
        content: &draft.content,
        boilerplate_ids: &draft.boilerplate_ids,
        by: &desk.actor,
        at: desk.now(),
    };
    Ok(release::insert_version(connection, &new).await?)
}

fn not_past(desk: &Desk, moment: &Moment) -> Result<(), Problem> {
    if moment.instant > desk.now() {
        return Ok(());
    }
    // A text that says "embargoed" after its lift confuses every desk that gets it (EMB-12).
    Err(Problem::new(
        Exit::Usage,
        "in-the-past",
        format!("the embargo {} {} is past", moment.civil, moment.zone),
    )
    .hint("give a later time, or leave the embargo out"))
}

/// Follows what the file says about the embargo, before anything is scheduled. True: it changed.
async fn change_embargo(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release_id: i64,
    asked: Option<&Moment>,
) -> Result<bool, Problem> {
    let current = embargo::current(connection, release_id).await?;
    let same = match (&current, asked) {
        (Embargo::None, None) | (Embargo::Lifted { .. }, _) => true,
        (Embargo::Until { moment, .. }, Some(asked)) => {
            moment.instant == asked.instant && moment.zone == asked.zone
        }
        _ => false,
    };
    if same {
        return Ok(false);
    }
    let scheduled = distribution::of_release(connection, release_id).await?;
    if scheduled
        .iter()
        .any(|one| !matches!(one.status, Distributing::Canceled | Distributing::Finished))
    {
        return Err(Problem::new(
            Exit::Forbidden,
            "embargo-scheduled",
            "the file changes the embargo of a release that is scheduled",
        )
        .hint("unschedule it first: dateline release unschedule SLUG"));
    }
    match asked {
        Some(moment) => {
            not_past(desk, moment)?;
            let act = if matches!(current, Embargo::None) {
                Act::Set
            } else {
                Act::Move
            };
            add_act(desk, connection, release_id, act, Some(moment.clone())).await?;
        }
        None => add_act(desk, connection, release_id, Act::Clear, None).await?,
    }
    Ok(true)
}

async fn add_act(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release_id: i64,
    act: Act,
    moment: Option<Moment>,
) -> Result<(), Problem> {
    let records = embargo::records(connection, release_id).await?;
    let record = Record {
        seq: records.iter().map(|record| record.seq).max().unwrap_or(0) + 1,
        act,
        moment,
        at: desk.now(),
        by: desk.actor.clone(),
        reason: None,
    };
    embargo::append(connection, release_id, &record).await?;
    let detail = serde_json::json!({ "act": act.as_str(), "seq": record.seq, "instant": record.moment.as_ref().map(|moment| moment.instant) });
    desk.log(connection, "embargo", "release", release_id, detail)
        .await
}

fn written(draft: Draft, version: i64, content_hash: String, blocked: Vec<i64>) -> Written {
    Written {
        release: draft.slug,
        version,
        content_hash,
        languages: draft
            .content
            .texts
            .iter()
            .map(|text| text.language.clone())
            .collect(),
        embargo: draft.embargo,
        blocked,
        remarks: draft.remarks,
        changed: true,
    }
}
