//! Telling exactly those who hold a copy: notices of an embargo, corrections, kills.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::letter::compose::{self, Sender};
use crate::desk::letter::opt_out_link;
use crate::desk::letter::rendition;
use crate::desk::problem::Problem;
use crate::desk::release::prepare;
use crate::domain::distribution::{Purpose, Status};
use crate::domain::hex;
use crate::domain::instant::Instant;
use crate::domain::release::Release;
use crate::domain::when::Moment;
use crate::store::audience::{self, Audience, Freeze};
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
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Told {
    /// The distribution that tells them; None: nobody holds a copy.
    pub notice: Option<i64>,
    pub told: i64,
    /// Holders whom mail does not reach any more (EMB-20).
    pub to_call: Vec<ToCall>,
}

/// A holder whom only a telephone reaches.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ToCall {
    pub contact: i64,
    pub name: String,
    pub outlet: String,
    /// Why mail does not: `opted-out`, `bounced` …
    pub reason: String,
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
        languages: news.version.content.languages(),
        purpose: news.purpose.as_str().to_owned(),
        round: news.round,
        rehearsal: desk.config.smtp.transport != Transport::Smtp,
        ..Audience::default()
    }
}

/// Freezes a mail to the holders in the caller's transaction; each answers the recipient's own last
/// copy. Nobody holds one: nothing is written.
///
/// `written` gives the mail in a language.
pub(crate) async fn holders(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    news: &News<'_>,
    written: impl Fn(&str, &Sender) -> Result<Rendition, Problem>,
) -> Result<Told, Problem> {
    let sender = compose::sender(desk, connection, &news.version.content).await?;
    let asked = audience(desk, release, &sender, news);
    let planned = audience::plan(connection, &asked).await?;
    if planned.is_empty() {
        return Ok(Told::default());
    }
    let id = freeze(desk, connection, news, &sender, &asked, written).await?;
    let (reached, lost): (Vec<_>, Vec<_>) =
        planned.into_iter().partition(|row| row.reason.is_none());
    Ok(Told {
        notice: Some(id),
        told: i64::try_from(reached.len()).unwrap_or(i64::MAX),
        to_call: lost
            .into_iter()
            .map(|row| ToCall {
                contact: row.contact_id,
                name: row.name,
                outlet: row.outlet,
                reason: row.reason.unwrap_or_default(),
            })
            .collect(),
    })
}

/// Freezes a mail that is no release to an audience, in the caller's transaction; the
/// distribution's id.
pub(crate) async fn freeze(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    news: &News<'_>,
    sender: &Sender,
    asked: &Audience,
    written: impl Fn(&str, &Sender) -> Result<Rendition, Problem>,
) -> Result<i64, Problem> {
    let now = desk.now();
    let mut new = Distribution {
        embargo_seq: news.embargo_seq,
        ..draft(desk, news.version, asked, news.moment, sender)?
    };
    new.id = distribution::insert(connection, &new, now).await?;
    keep_audience(connection, new.id, asked).await?;
    for language in &asked.languages {
        let rendition = written(language, sender)?;
        rendition::keep(desk, connection, new.id, &rendition).await?;
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

/// Keeps who was asked for, beside the rows of those who were meant by it.
pub(crate) async fn keep_audience(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    asked: &Audience,
) -> Result<(), Problem> {
    let of_release = [asked.release_id];
    let is = |rule: bool| if rule { of_release.as_slice() } else { &[] };
    for (rule, ids) in [
        ("list", asked.lists.as_slice()),
        ("contact", &asked.contacts),
        ("except-list", &asked.except_lists),
        ("except-contact", &asked.except_contacts),
        ("holders", is(asked.holders)),
        ("everyone", is(asked.everyone)),
    ] {
        distribution::add_audience(connection, distribution_id, rule, ids).await?;
    }
    Ok(())
}

/// A distribution as it is written first; what makes it other than a plain one is the caller's to add.
pub(crate) fn draft(
    desk: &Desk,
    version: &StoredVersion,
    asked: &Audience,
    moment: &Moment,
    sender: &Sender,
) -> Result<Distribution, Problem> {
    Ok(Distribution {
        id: 0,
        release_id: version.release_id,
        version_id: version.id,
        purpose: asked.purpose.clone(),
        round: asked.round,
        rehearsal: asked.rehearsal,
        status: Status::Scheduled,
        reason: None,
        follows_embargo: false,
        civil: moment.civil.clone(),
        zone: moment.zone.clone(),
        send_at: moment.instant,
        tzdata: moment.tzdata.clone(),
        language: None,
        from_header: sender.from.clone(),
        reply_to: sender.reply_to.clone(),
        cover_note: None,
        counsel: None,
        skip_holders: asked.skip_holders,
        embargo_seq: 0,
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
