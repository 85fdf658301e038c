//! Telling exactly those who hold a copy: notices of an embargo, corrections, kills.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::letter::compose::{self, Sender};
use crate::desk::letter::opt_out_link;
use crate::desk::problem::Problem;
use crate::desk::release::prepare;
use crate::domain::content::Version;
use crate::domain::distribution::{Purpose, Status};
use crate::domain::hex;
use crate::domain::instant::Instant;
use crate::domain::release::Release;
use crate::domain::when::Moment;
use crate::store::audience::{self, Audience, Freeze, Planned};
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution, Rendition};
use crate::store::release::StoredVersion;

/// What holders are told, and in which round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News<'a> {
    pub(crate) purpose: Purpose,
    /// A later round tells the same people again: the embargo act's number, for a notice of one.
    pub(crate) round: i64,
    pub(crate) version: &'a StoredVersion,
    /// When it goes.
    pub(crate) moment: &'a Moment,
    /// The embargo act under which it is written.
    pub(crate) embargo_seq: i64,
    /// Only earlier mails with this very version count as "has it" (a second correction).
    pub(crate) by_version: bool,
}

/// Who is told, and whom somebody has to call.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) distribution: i64,
    pub(crate) recipients: i64,
    /// Holders whom mail does not reach any more (EMB-20).
    pub(crate) to_call: Vec<Planned>,
}

/// The holders as an audience: with a copy that was accepted or may have been, by the contact that
/// the recipient is today.
pub(crate) fn audience(
    desk: &Desk,
    release: &Release,
    sender: &Sender,
    news: &News<'_>,
) -> Audience {
    Audience {
        holders: true,
        release_id: release.id,
        version_id: news.by_version.then_some(news.version.id),
        organizations: sender.organization_ids.clone(),
        languages: languages(&news.version.content),
        purpose: news.purpose.as_str().to_owned(),
        round: news.round,
        rehearsal: desk.config.smtp.transport != Transport::Smtp,
        ..Audience::default()
    }
}

/// A version's languages, the original first.
pub(crate) fn languages(version: &Version) -> Vec<String> {
    let original = version.original().language.clone();
    let others = version
        .texts
        .iter()
        .map(|text| text.language.clone())
        .filter(|language| *language != original);
    std::iter::once(original.clone()).chain(others).collect()
}

/// Freezes a mail to the holders in the caller's transaction; each answers the recipient's own last
/// copy. Nobody holds one: nothing is written, None.
///
/// `written` gives the mail in a language.
pub(crate) async fn holders(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    news: &News<'_>,
    written: impl Fn(&str, &Sender) -> Result<Rendition, Problem>,
) -> Result<Option<Told>, Problem> {
    let sender = compose::sender(desk, connection, &news.version.content).await?;
    let asked = audience(desk, release, &sender, news);
    let planned = audience::plan(connection, &asked).await?;
    if planned.is_empty() {
        return Ok(None);
    }
    let id = freeze(desk, connection, release, news, &sender, &asked, written).await?;
    distribution::add_audience(connection, id, "holders", &[release.id]).await?;
    let reached = planned.iter().filter(|row| row.reason.is_none()).count();
    Ok(Some(Told {
        distribution: id,
        recipients: i64::try_from(reached).unwrap_or(i64::MAX),
        to_call: planned
            .into_iter()
            .filter(|row| row.reason.is_some())
            .collect(),
    }))
}

/// Freezes a mail that is no release to an audience, in the caller's transaction; the
/// distribution's id.
pub(crate) async fn freeze(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    news: &News<'_>,
    sender: &Sender,
    asked: &Audience,
    written: impl Fn(&str, &Sender) -> Result<Rendition, Problem>,
) -> Result<i64, Problem> {
    let now = desk.now();
    let mut new = draft(desk, release, asked, news, sender)?;
    new.id = distribution::insert(connection, &new, now).await?;
    for (rule, ids) in [("list", &asked.lists), ("contact", &asked.contacts)] {
        distribution::add_audience(connection, new.id, rule, ids).await?;
    }
    for language in &asked.languages {
        let rendition = written(language, sender)?;
        distribution::add_rendition(connection, new.id, &rendition).await?;
    }
    let frozen = Freeze {
        distribution_id: new.id,
        version_id: news.version.id,
        due: news.moment.instant,
        now,
    };
    audience::freeze(connection, asked, frozen).await?;
    Ok(new.id)
}

fn draft(
    desk: &Desk,
    release: &Release,
    asked: &Audience,
    news: &News<'_>,
    sender: &Sender,
) -> Result<Distribution, Problem> {
    Ok(Distribution {
        id: 0,
        release_id: release.id,
        version_id: news.version.id,
        purpose: asked.purpose.clone(),
        round: asked.round,
        rehearsal: asked.rehearsal,
        status: Status::Scheduled,
        reason: None,
        follows_embargo: false,
        civil: news.moment.civil.clone(),
        zone: news.moment.zone.clone(),
        send_at: news.moment.instant,
        tzdata: news.moment.tzdata.clone(),
        language: None,
        from_header: sender.from.clone(),
        reply_to: sender.reply_to.clone(),
        cover_note: None,
        counsel: None,
        skip_holders: false,
        embargo_seq: news.embargo_seq,
        optout_mailto: opt_out_link::ways(desk, &sender.reply_to)?.mailto,
        optout_url: desk.config.unsubscribe.base_url.clone(),
        nonce: hex::encode(&rand::random::<[u8; 8]>()),
        message_domain: prepare::message_domain(&sender.from)?,
        started_at: None,
        last_worked_at: None,
        finished_at: None,
        by: desk.actor.clone(),
    })
}

/// This very moment, to the whole second before, as a distribution keeps it: due at once, whatever
/// the cooling-off, and giving the same instant again when it is worked out later.
pub(crate) fn at_once(desk: &Desk) -> Moment {
    let seconds = desk.now().millis().div_euclid(1000);
    let instant = Instant::from_millis(seconds * 1000);
    let civil = instant
        .timestamp()
        .to_string()
        .trim_end_matches('Z')
        .to_owned();
    Moment {
        civil,
        zone: "UTC".to_owned(),
        instant,
        tzdata: desk.zones.version().to_owned(),
    }
}
