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

/// Everybody who gets the release. With an audience in `asked` its people; without, those of every
/// distribution that was not canceled.
pub async fn people(
    desk: &Desk,
    slug: &str,
    asked: Option<&Request>,
) -> Result<Vec<Group>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    if let Some(request) = asked {
        let version = current_version(connection, &release).await?;
        let sender = compose::sender(desk, connection, &version.content).await?;
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
}
