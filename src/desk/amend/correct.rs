//! `release correct` and `release update`: the whole text again, with what was wrong or is new said first.

use std::path::Path;

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::draft;
use crate::desk::release::write::{self, Written};
use crate::domain::content::VersionKind;
use crate::domain::release::Status;
use crate::store::connection::{begin_write, commit};
use crate::store::holders;

/// Writes a correction as the next version. It goes out like any version, approved and scheduled, to
/// those who hold a copy (COR-01 to COR-04); nothing is sent here.
///
/// Refused (2) without a note that says what was wrong, (4) where nobody holds a copy or the release
/// was killed.
pub async fn correct(desk: &Desk, slug: &str, path: &Path, note: &str) -> Result<Written, Problem> {
    again(desk, slug, path, note, VersionKind::Correction).await
}

/// Writes an update as the next version: nothing was wrong, something is new. Like a correction it
/// goes to those who hold a copy; refused like one.
pub async fn update(desk: &Desk, slug: &str, path: &Path, note: &str) -> Result<Written, Problem> {
    again(desk, slug, path, note, VersionKind::Update).await
}

async fn again(
    desk: &Desk,
    slug: &str,
    path: &Path,
    note: &str,
    kind: VersionKind,
) -> Result<Written, Problem> {
    let is_correction = kind == VersionKind::Correction;
    if note.trim().is_empty() {
        let (message, hint) = if is_correction {
            (
                "a correction has to say what was wrong",
                "write --note \"9,000 homes, not 90,000\"",
            )
        } else {
            (
                "an update has to say what is new",
                "write --note \"adds the opening hours\"",
            )
        };
        return Err(Problem::new(Exit::Usage, "no-note", message).hint(hint));
    }
    let mut draft = draft::read(desk, desk.store.db(), path).await?;
    if draft.slug != slug {
        return Err(Problem::new(
            Exit::Usage,
            "other-slug",
            format!("the file is the release {:?}, not {slug:?}", draft.slug),
        )
        .hint("name the release that the file belongs to"));
    }
    draft.content.kind = kind;
    draft.content.note = Some(note.trim().to_owned());
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    if release.status == Status::Killed {
        return Err(Problem::new(
            Exit::Forbidden,
            "over",
            format!("{slug} is killed; there is nothing left to add or correct"),
        )
        .hint("write a new release"));
    }
    if holders::copies(&transaction, release.id, &[])
        .await?
        .is_empty()
    {
        return Err(Problem::new(
            Exit::Forbidden,
            "nobody-holds-it",
            format!("nobody holds a copy of {slug}, so there is nobody to tell"),
        )
        .hint(format!("change it: dateline release edit {slug} FILE.md")));
    }
    let written = write::next_version(desk, &transaction, &release, draft, false).await?;
    commit(transaction).await?;
    Ok(written)
}
