//! Whose mail is looked at: those who were scheduled, or an audience that is being thought of.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::distribution::whom;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve::current_version;
use crate::desk::release::check::mails::Person;
use crate::domain::distribution::{Purpose, Status};
use crate::domain::release::Release;
use crate::store::audience::Audience;
use crate::store::connection::sparing;
use crate::store::{distribution, recipients};

/// Some people, and how the version goes to them.
pub(super) struct Group {
    pub(super) purpose: String,
    pub(super) cover_note: Option<String>,
    whose: Whose,
}

enum Whose {
    /// Of an audience that nobody has scheduled yet.
    Asked(Box<Audience>),
    /// Of a distribution.
    Frozen(i64),
}

/// With an audience in `asked` its people; without, those of every distribution that was not canceled.
pub(super) async fn groups(
    desk: &Desk,
    release: &Release,
    asked: Option<&Request>,
) -> Result<Vec<Group>, Problem> {
    let db = desk.store.db();
    if let Some(request) = asked {
        let version = current_version(db, release).await?;
        let sender = compose::sender(desk, db, &version.content).await?;
        let ids = sender.organization_ids;
        let rehearsal = desk.config.smtp.transport != Transport::Smtp;
        let audience = whom::audience(desk, db, release, &version, request, ids, rehearsal).await?;
        return Ok(vec![Group {
            purpose: audience.purpose.clone(),
            cover_note: request.cover_note.clone(),
            whose: Whose::Asked(Box::new(audience)),
        }]);
    }
    let mut groups = Vec::new();
    for one in distribution::of_release(db, release.id).await? {
        // A notice has no text of the release in it.
        let is_notice = Purpose::parse(&one.purpose).is_some_and(Purpose::is_notice);
        if one.status != Status::Canceled && !is_notice {
            groups.push(Group {
                purpose: one.purpose,
                cover_note: one.cover_note,
                whose: Whose::Frozen(one.id),
            });
        }
    }
    Ok(groups)
}

impl Group {
    /// Hands over everybody in it, one by one, however many they are.
    pub(super) async fn each(
        &self,
        desk: &Desk,
        mut each: impl FnMut(Person),
    ) -> Result<(), Problem> {
        let db = desk.store.db();
        match &self.whose {
            Whose::Asked(audience) => {
                let reading = recipients::each(db, audience, |row| each(row.into()));
                sparing(db, reading).await?;
            }
            Whose::Frozen(id) => recipients::each_frozen(db, *id, |row| each(row.into())).await?,
        }
        Ok(())
    }
}

/// Nobody is scheduled, and no audience was named.
pub(super) fn nobody(slug: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "no-audience",
        format!("{slug} is not scheduled, so nobody's mail can be rendered"),
    )
    .hint(format!(
        "name an audience: dateline release check {slug} --all-recipients --list LIST"
    ))
}
