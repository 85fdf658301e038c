//! Whose mail is looked at: those who were scheduled, or an audience that is being thought of.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::distribution::whom;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve::current_version;
use crate::desk::release::check::mails::{Group, Person};
use crate::desk::release::write;
use crate::domain::distribution::{Purpose, Status};
use crate::store::{audience, distribution, ledger};
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
) -> Result<Vec<Group>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    mut each: impl FnMut(Person),
) -> Result<(), Problem> {
    let db = desk.store.db();
    if let Some(request) = asked {
        let version = current_version(db, release).await?;
        let sender = compose::sender(desk, db, &version.content).await?;
        let ids = sender.organization_ids;
        let rehearsal = desk.config.smtp.transport != Transport::Smtp;
        let audience = whom::audience(
            desk, connection, &release, &version, request, ids, rehearsal,
        )
        .await?;
        let planned = audience::plan(connection, &audience).await?;
        let people = planned
            .into_iter()
            .filter(|row| row.reason.is_none())
            .map(|row| Person {
                contact: row.contact_id,
                slots: row.slots,
                language: row.language,
            });
        return Ok(vec![Group {
            people: people.collect(),
            purpose: audience.purpose,
            cover_note: request.cover_note.clone(),
        }]);
    }
    let mut groups = Vec::new();
    for one in distribution::of_release(connection, release.id).await? {
        // A notice has no text of the release in it.
        let is_notice = Purpose::parse(&one.purpose).is_some_and(Purpose::is_notice);
        if one.status == Status::Canceled || is_notice {
            continue;
        }
        let rows = ledger::of_distribution(connection, one.id).await?;
        let kept = rows
            .into_iter()
            .filter(|row| !matches!(row.status.as_str(), "suppressed" | "canceled"));
        let people: Vec<Person> = kept
            .map(|row| Person {
                contact: row.contact_id,
                slots: row.slots,
                language: row.language,
            })
            .collect();
        if !people.is_empty() {
            groups.push(Group {
                purpose: one.purpose,
                cover_note: one.cover_note,
                people,
            });
        }
    }
    if groups.is_empty() {
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
    Ok(groups)
    Ok(())
}
