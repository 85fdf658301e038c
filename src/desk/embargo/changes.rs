//! An embargo moved or lifted: the queue follows in the same transaction, and exactly those who hold
//! a copy are told.

use crate::desk::Desk;
use crate::desk::distribution::tell::{self, News, Told};
use crate::desk::embargo::letters;
use crate::desk::problem::{Exit, Problem, again};
use crate::desk::release::{approve, write};
use crate::domain::distribution::Purpose;
use crate::domain::embargo::{Act, Embargo, Record};
use crate::domain::release::{Release, Status, approvers};
use crate::domain::when::{self, Moment};
use crate::mail::render::notice::{Notice, Said};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::release::StoredVersion;
use crate::store::{delivery, desk_row, distribution, embargo, release as releases};

/// What became of it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Changed {
    pub release: String,
    /// `move` or `lift`.
    pub act: &'static str,
    pub from: Moment,
    pub to: Moment,
    /// Distributions that wait for the lift and now go at the new moment.
    pub followed: Vec<i64>,
    #[serde(flatten)]
    pub told: Told,
    pub needs_approval: bool,
}

/// Moves the lift. Refused (2) for a moment that is past, (4) without an embargo that still holds.
/// The text has to be approved anew: what was promised to the holders has changed.
pub async fn move_to(
    desk: &Desk,
    slug: &str,
    to: &str,
    reason: Option<&str>,
) -> Result<Changed, Problem> {
    let zone = desk.config.newsroom.time_zone.as_deref();
    let to = when::read(to, zone, desk.now(), &desk.zones)?;
    change(desk, slug, Act::Move, to, reason).await
}

/// Lifts the embargo at once: a leak, or the news is out. What waits for the lift goes now.
pub async fn lift(desk: &Desk, slug: &str, reason: &str) -> Result<Changed, Problem> {
    if reason.trim().is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "no-reason",
            "lifting an embargo needs a reason",
        )
        .hint("say it in a few words: --reason \"published by mistake elsewhere\""));
    }
    change(desk, slug, Act::Lift, tell::at_once(desk), Some(reason)).await
}

async fn change(
    desk: &Desk,
    slug: &str,
    act: Act,
    to: Moment,
    reason: Option<&str>,
) -> Result<Changed, Problem> {
    let mut tries = 0;
    loop {
        match attempt(desk, slug, act, to.clone(), reason).await {
            Err(problem) if again(&problem, &mut tries) => {}
            done => return done,
        }
    }
}

async fn attempt(
    desk: &Desk,
    slug: &str,
    act: Act,
    to: Moment,
    reason: Option<&str>,
) -> Result<Changed, Problem> {
    let now = desk.now();
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    if release.status == Status::Killed {
        // Whoever has it was told to drop it; an hour to publish at would take that back (COR-06).
        return Err(Problem::new(
            Exit::Forbidden,
            "over",
            format!("{slug} was killed: nobody is to publish it at any hour"),
        )
        .hint(format!("see who was told: dateline release report {slug}")));
    }
    let state = embargo::current(&transaction, release.id).await?;
    let Some(from) = state.until().filter(|_| state.is_active(now)).cloned() else {
        return Err(Problem::new(
            Exit::Forbidden,
            "no-embargo",
            format!("{slug} is under no embargo any more"),
        )
        .hint(format!("see it: dateline embargo show {slug}")));
    };
    if act == Act::Move && from.instant == to.instant {
        return Err(Problem::new(
            Exit::Usage,
            "same-moment",
            "the embargo lifts at that moment already",
        ));
    }
    let version = approve::current_version(&transaction, &release).await?;
    let approved = approve::is_approved(desk, &transaction, &release, &version).await?;
    let seq = state.seq() + 1;
    let record = Record {
        seq,
        act,
        moment: (act == Act::Move).then(|| to.clone()),
        at: now,
        by: desk.actor.clone(),
        reason: reason.map(str::to_owned),
    };
    embargo::append(&transaction, release.id, &record).await?;
    if act == Act::Lift && approved {
        carry_over(desk, &transaction, &version, &state, seq).await?;
    }
    if act == Act::Lift {
        end_early(desk, &transaction, &release).await?;
    }
    let followed = distribution::follow(&transaction, release.id, &to).await?;
    let told = tell_holders(desk, &transaction, &release, &version, &record, &from, &to).await?;
    desk_row::touch(&transaction).await?;
    let detail = serde_json::json!({
        "embargo": seq, "from": from.instant, "to": to.instant, "distributions": followed,
        "notice": told.notice, "told": told.told,
    });
    desk.log(
        &transaction,
        &format!("embargo-{}", act.as_str()),
        "release",
        release.id,
        detail,
    )
    .await?;
    commit(transaction).await?;
    Ok(Changed {
        release: release.slug,
        act: act.as_str(),
        from,
        to,
        followed,
        told,
        needs_approval: act == Act::Move,
    })
}

/// Advance copies and questions that have not gone yet never go: their text says "embargoed". Who
/// waits for one gets the general mail.
async fn end_early(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
) -> Result<(), Problem> {
    use crate::domain::distribution::Status::{
        Blocked, Canceled, Paused, Preparing, Running, Scheduled,
    };
    for one in distribution::of_release(connection, release.id).await? {
        let purpose = Purpose::parse(&one.purpose);
        if !matches!(purpose, Some(Purpose::Advance | Purpose::EmbargoAsk)) {
            continue;
        }
        let open = [Preparing, Scheduled, Running, Paused, Blocked];
        if distribution::turn(connection, one.id, &open, Canceled, None).await? {
            delivery::cancel(connection, one.id, desk.now()).await?;
        }
    }
    Ok(())
}

/// Who approved the text for the lift that was to come approves it for the earlier one: the text is
/// the same, and a lift in a hurry must not wait for the same names.
async fn carry_over(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    version: &StoredVersion,
    state: &Embargo,
    seq: i64,
) -> Result<(), Problem> {
    let given = releases::approvals(connection, version.id).await?;
    let names = approvers(&given, &version.content_hash, state.seq());
    let comment = "approved before the embargo was lifted";
    for name in names {
        releases::approve(
            connection,
            version,
            seq,
            name,
            desk.now(),
            Some(comment.to_owned()),
        )
        .await?;
    }
    Ok(())
}

async fn tell_holders(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    record: &Record,
    from: &Moment,
    to: &Moment,
) -> Result<Told, Problem> {
    let at_once = tell::at_once(desk);
    let news = News {
        purpose: Purpose::EmbargoNotice,
        round: record.seq,
        version,
        moment: &at_once,
        embargo_seq: record.seq,
        by_version: false,
    };
    tell::holders(desk, connection, release, &news, |language, sender| {
        let title = version
            .content
            .text(language)
            .unwrap_or_else(|| version.content.original())
            .headline
            .clone();
        let wording = match record.act {
            Act::Lift => Notice::Lift,
            _ => Notice::Move,
        };
        // The old and the new moment side by side in the same zones: a moved time is misread most
        // easily where only the new one is told (EMB-15).
        let said = Said {
            title: &title,
            reason: record.reason.as_deref().unwrap_or_default(),
            new: &letters::moment(desk, to, language),
            old: &letters::moment(desk, from, language),
            ..Said::default()
        };
        let (headline, body) = letters::words(desk, wording, language, &said)?;
        letters::rendition(
            desk,
            &version.content,
            sender,
            language,
            Purpose::EmbargoNotice,
            (&headline, &body),
        )
    })
    .await
}
