//! Scheduling: who, when, and everything frozen that was approved.

use std::time::Duration;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::follow_up;
use crate::desk::distribution::moment;
use crate::desk::distribution::whom;
use crate::desk::embargo::permit;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::check;
use crate::desk::release::check::planned;
use crate::desk::release::prepare;
use crate::desk::release::write;
use crate::domain::content::VersionKind;
use crate::domain::distribution::Purpose;
use crate::domain::release::{Release, Status};
use crate::domain::when::Moment;
use crate::store::audience::{self, Audience, Fate};
use crate::store::connection::{ConnectionTrait, sparing};
use crate::store::embargo;
use crate::store::release::StoredVersion;

/// When a distribution starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    /// At the lift of the embargo, and with it when it moves.
    AtLift,
    At(String),
    /// After `[run] cooling_off`.
    Now,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    pub release: String,
    pub lists: Vec<String>,
    /// Contacts by address or id.
    pub to: Vec<String>,
    /// Lists by slug, contacts by address or id.
    pub except: Vec<String>,
    pub start: Start,
    /// Only this language version, for everybody.
    pub language: Option<String>,
    pub cover_note: Option<String>,
    /// One of `[newsroom] senders` in place of the usual From.
    pub from: Option<String>,
    pub terms: Terms,
}

/// What makes a distribution other than plain general mail.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is another way of not being plain"
)]
pub struct Terms {
    /// Under embargo, to those who agreed, before the lift.
    pub advance: bool,
    /// Leave out who holds an advance copy.
    pub skip_holders: bool,
    /// To every contact: for a leak.
    pub everyone: bool,
    /// Who of counsel allowed analysts and investors among the advance copies.
    pub counsel: Option<String>,
    /// Once more to those who have it and have said nothing.
    pub follow_up: bool,
}

/// A distribution as it would be.
#[derive(Clone, Debug)]
pub struct Plan {
    pub release: Release,
    pub version: StoredVersion,
    pub audience: Audience,
    pub moment: Moment,
    pub follows_embargo: bool,
    pub rehearsal: bool,
    pub fates: Vec<Fate>,
    /// Zones of the recipients, the most frequent first.
    pub zones: Vec<String>,
    pub language: Option<String>,
    pub cover_note: Option<String>,
    /// A From of `[newsroom] senders`.
    pub from: Option<String>,
    pub counsel: Option<String>,
    /// The embargo act under which it goes; 0: none.
    pub embargo_seq: i64,
    /// What a person should think about before saying yes.
    pub warnings: Vec<String>,
}

impl Plan {
    pub fn recipients(&self) -> i64 {
        self.fates
            .iter()
            .filter(|fate| fate.reason.is_empty())
            .map(|fate| fate.value)
            .sum()
    }
}

/// The current version, if it may go: approved, and not of a release that is over.
pub(crate) async fn ready(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
) -> Result<StoredVersion, Problem> {
    if matches!(release.status, Status::Corrected | Status::Killed) {
        return Err(Problem::new(
            Exit::Forbidden,
            "over",
            format!(
                "{} is {}; it cannot be sent any more",
                release.slug,
                release.status.as_str()
            ),
        ));
    }
    let version = approve::current_version(connection, release).await?;
    // A correction is what people wait for.
    if release.held_at.is_some() && version.content.kind != VersionKind::Correction {
        return Err(Problem::new(
            Exit::Forbidden,
            "held",
            format!("{} is held; nothing more of it goes for now", release.slug),
        )
        .hint(format!(
            "let it go on: dateline release resume {0}; or correct it: dateline release correct {0}",
            release.slug
        )));
    }
    if !approve::is_approved(desk, connection, release, &version).await? {
        return Err(Problem::new(
            Exit::Forbidden,
            "not-approved",
            format!(
                "version {} of {} is not approved",
                version.number, release.slug
            ),
        )
        .hint(format!(
            "approve it first: dateline release approve {}",
            release.slug
        )));
    }
    Ok(version)
}

/// What is for those alone who hold a copy: a follow-up, a correction, and an update that says what
/// is new.
fn for_holders(version: &StoredVersion, terms: &Terms) -> Option<Purpose> {
    match version.content.kind {
        _ if terms.follow_up => Some(Purpose::FollowUp),
        VersionKind::Correction => Some(Purpose::Correction),
        VersionKind::Update if version.content.note.is_some() => Some(Purpose::Update),
        _ => None,
    }
}

/// Whom it is for: who was asked for, or where it is for them alone those who hold a copy.
async fn audience_of(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    request: &Request,
    organizations: Vec<i64>,
    rehearsal: bool,
) -> Result<Audience, Problem> {
    let Some(purpose) = for_holders(version, &request.terms) else {
        return whom::audience(
            desk,
            connection,
            release,
            version,
            request,
            organizations,
            rehearsal,
        )
        .await;
    };
    Ok(Audience {
        holders: true,
        release_id: release.id,
        // A second correction is news; a second follow-up is not, whatever the version.
        version_id: (purpose != Purpose::FollowUp).then_some(version.id),
        organizations,
        languages: version.content.languages(),
        purpose: purpose.as_str().to_owned(),
        rehearsal,
        ..Audience::default()
    })
}

/// Works out a distribution without writing anything.
pub async fn plan(desk: &Desk, request: &Request) -> Result<Plan, Problem> {
    sparing(desk.store.db(), work_out(desk, request)).await
}

async fn work_out(desk: &Desk, request: &Request) -> Result<Plan, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, &request.release).await?;
    let version = ready(desk, connection, &release).await?;
    let mut sender = compose::sender(desk, connection, &version.content).await?;
    let mut warnings = Vec::new();
    if request.terms.follow_up {
        follow_up::must_say_something(request)?;
    }
    let to_holders = for_holders(&version, &request.terms).is_some();
    let (moment, follows_embargo) = if to_holders {
        (moment::for_holders(desk, request)?, false)
    } else if request.terms.advance {
        let moment =
            moment::early(desk, connection, &release, &request.start, &mut warnings).await?;
        (moment, false)
    } else {
        moment::start(desk, connection, &release, &request.start).await?
    };
    // An advance copy speaks of the day of the lift; what follows the news, of the day it was news.
    let is_general = !to_holders && !request.terms.advance && !request.terms.follow_up;
    let out_at = is_general.then_some(moment.instant);
    check::gate(desk, connection, &release, &version, out_at).await?;
    let rehearsal = desk.config.smtp.transport != Transport::Smtp;
    let organizations = sender.organization_ids.clone();
    let mut audience = audience_of(
        desk,
        connection,
        &release,
        &version,
        request,
        organizations,
        rehearsal,
    )
    .await?;
    audience.notice.clone_from(&desk.config.privacy.notice_url);
    audience.at = moment.instant;
    let state = embargo::current(connection, release.id).await?;
    let terms = permit::Terms::of(release.id, &state, request.terms.counsel.is_some());
    permit::refuse(connection, &mut audience, terms, moment.instant).await?;
    follow_up::refuse(connection, &mut audience).await?;
    let fates = audience::fates(connection, &audience).await?;
    let zones = audience::zones(connection, &audience).await?;
    let plan = Plan {
        release,
        version,
        audience,
        moment,
        follows_embargo,
        rehearsal,
        fates,
        zones,
        language: request.language.clone(),
        cover_note: request.cover_note.clone(),
        from: named_sender(desk, request.from.as_deref())?,
        counsel: request.terms.counsel.clone(),
        embargo_seq: state.seq(),
        warnings,
    };
    if plan.recipients() == 0 {
        return Err(nobody(&plan));
    }
    for field in prepare::bare_fields(&plan.version, plan.cover_note.as_deref())? {
        let empty = audience::without(connection, &plan.audience, &field).await?;
        if empty > 0 {
            return Err(Problem::new(Exit::Forbidden, "empty-merge-field", format!("{empty} recipients have no {field}, and {{{{ contact.{field} }}}} has no default"))
                .hint(format!("write {{{{ contact.{field} | default(\"…\") }}}}, or fill the contacts in")));
        }
    }
    if let Some(from) = &plan.from {
        sender.from.clone_from(from);
    }
    planned::gate(desk, &plan, &sender).await?;
    Ok(plan)
}

/// The header of a chosen sender: only who stands in the settings may sign.
fn named_sender(desk: &Desk, asked: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(asked) = asked else { return Ok(None) };
    let newsroom = &desk.config.newsroom;
    let wanted = compose::bare_address(asked).to_lowercase();
    let known: Vec<&String> = std::iter::once(&newsroom.from)
        .chain(&newsroom.senders)
        .collect();
    let found = known
        .iter()
        .find(|header| compose::bare_address(header).to_lowercase() == wanted);
    found.map(|header| Some((*header).clone())).ok_or_else(|| {
        let known: Vec<&str> = known.iter().map(|header| header.as_str()).collect();
        Problem::new(
            Exit::Usage,
            "no-sender",
            "this address is not among the senders of the newsroom",
        )
        .hint(format!(
            "take one of: {}; or add it to [newsroom] senders",
            known.join(", ")
        ))
    })
}

fn nobody(plan: &Plan) -> Problem {
    let why: Vec<String> = plan
        .fates
        .iter()
        .map(|fate| format!("{} {}", fate.value, fate.reason))
        .collect();
    let message = if why.is_empty() {
        "nobody would get it: the audience is empty".to_owned()
    } else {
        format!("nobody would get it: {}", why.join(", "))
    };
    Problem::new(Exit::Forbidden, "nobody", message)
        .hint("choose another list with --list, or a contact with --to")
}

/// A rough length of the sending, for the confirmation: None where there is no limit.
pub fn duration(desk: &Desk, recipients: i64) -> Option<Duration> {
    let per_minute = i64::from(desk.config.rates().per_minute);
    (per_minute > 0 && recipients > per_minute)
        .then(|| Duration::from_secs(u64::try_from(recipients * 60 / per_minute).unwrap_or(0)))
}
