//! `release correct`: the whole corrected text, with what was wrong said first.

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
    if note.trim().is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "no-note",
            "a correction has to say what was wrong",
        )
        .hint("write --note \"9,000 homes, not 90,000\""));
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
    draft.content.kind = VersionKind::Correction;
    draft.content.note = Some(note.trim().to_owned());
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    if release.status == Status::Killed {
        return Err(Problem::new(
            Exit::Forbidden,
            "over",
            format!("{slug} is killed; there is nothing left to correct"),
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
            format!("nobody holds a copy of {slug}, so there is nothing to correct"),
        )
        .hint(format!("change it: dateline release edit {slug} FILE.md")));
    }
    let written = write::next_version(desk, &transaction, &release, draft, false).await?;
    commit(transaction).await?;
    Ok(written)
}
