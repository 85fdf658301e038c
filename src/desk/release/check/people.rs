//! Whose mail is looked at: those who were scheduled, or an audience that is being thought of.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::distribution::whom;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve::current_version;
use crate::desk::release::check::mails::Person;
use crate::domain::distribution::Status;
use crate::domain::release::Release;
use crate::store::connection::spare_memory;
use crate::store::{distribution, recipients};

/// Hands over everybody who gets the release, one by one. With an audience in `asked` its people;
/// without, those of every distribution that was not canceled.
pub(super) async fn each(
    desk: &Desk,
    release: &Release,
    asked: Option<&Request>,
    mut each: impl FnMut(Person),
) -> Result<(), Problem> {
    let db = desk.store.db();
    if let Some(request) = asked {
        let version = current_version(db, release).await?;
        let sender = compose::sender(desk, db, &version.content).await?;
        let ids = sender.organization_ids;
        let rehearsal = desk.config.smtp.transport != Transport::Smtp;
        let audience = whom::audience(desk, db, release, &version, request, ids, rehearsal).await?;
        spare_memory(db, true).await?;
        let done = recipients::each(db, &audience, |row| each(row.into())).await;
        spare_memory(db, false).await?;
        return Ok(done?);
    }
    let mut count = 0_u64;
    for one in distribution::of_release(db, release.id).await? {
        if one.status == Status::Canceled {
            continue;
        }
        recipients::each_frozen(db, one.id, |row| {
            count += 1;
            each(row.into());
        })
        .await?;
    }
    if count == 0 {
        let slug = &release.slug;
        return Err(Problem::new(
            Exit::Usage,
            "no-audience",
            format!("{slug} is not scheduled, so nobody's mail can be rendered"),
        )
        .hint(format!(
            "name an audience: dateline release check {slug} --all-recipients --list LIST"
        )));
    }
    Ok(())
}
