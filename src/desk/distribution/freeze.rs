//! Freezing a plan: what was approved and who gets it, in one transaction.

use crate::desk::Desk;
use crate::desk::distribution::schedule::{self, Plan};
use crate::desk::distribution::tell;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::{prepare, write};
use crate::domain::distribution::Purpose;
use crate::domain::release::{Release, Status};
use crate::domain::when::Moment;
use crate::store::audience::{self, Fate, Freeze};
use crate::store::connection::{ConnectionTrait, begin_write, commit, sparing};
use crate::store::distribution::{self, Distribution};
use crate::store::error::StoreError;
use crate::store::{desk_row, embargo, recipients, release};

/// What was scheduled.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Scheduled {
    pub release: String,
    pub version: i64,
    pub distribution: i64,
    pub moment: Moment,
    pub follows_embargo: bool,
    pub rehearsal: bool,
    pub recipients: i64,
    pub not_sent: Vec<Fate>,
}

/// Freezes a plan: renditions and one row per recipient, in one transaction. Everything that the
/// plan was worked out from is looked at again inside it.
pub async fn schedule(desk: &Desk, plan: &Plan) -> Result<Scheduled, Problem> {
    sparing(desk.store.db(), freeze(desk, plan)).await
}

async fn freeze(desk: &Desk, plan: &Plan) -> Result<Scheduled, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, &plan.release.slug).await?;
    still_holds(desk, &transaction, &release, plan).await?;
    let mut sender = compose::sender(desk, &transaction, &plan.version.content).await?;
    if let Some(from) = &plan.from {
        if sender.reply_to == sender.from {
            sender.reply_to.clone_from(from);
        }
        sender.from.clone_from(from);
    }
    let now = desk.now();
    let asked = &plan.audience;
    let mut new = Distribution {
        follows_embargo: plan.follows_embargo,
        language: plan.language.clone(),
        cover_note: plan.cover_note.clone(),
        counsel: plan.counsel.clone(),
        embargo_seq: plan.embargo_seq,
        ..tell::draft(desk, &plan.version, asked, &plan.moment, &sender)?
    };
    new.id = distribution::insert(&transaction, &new, now).await?;
    tell::keep_audience(&transaction, new.id, asked).await?;
    prepare::render_all(desk, &transaction, &new, &plan.version).await?;
    let freeze = Freeze {
        distribution_id: new.id,
        version_id: plan.version.id,
        due: plan.moment.instant,
        now,
    };
    audience::freeze(&transaction, asked, freeze)
        .await
        .map_err(|error| match error {
            // The live key let one of two through.
            StoreError::Duplicate => Problem::new(
                Exit::Forbidden,
                "raced",
                "somebody else scheduled it for the same people at this moment",
            )
            .hint(format!(
                "look at it: dateline release show {}",
                release.slug
            )),
            other => other.into(),
        })?;
    let fates = recipients::fates(&transaction, new.id).await?;
    if !plan.rehearsal {
        release::set_status(&transaction, release.id, Status::Scheduled).await?;
    }
    desk_row::raise_tzdata(&transaction, desk.zones.version()).await?;
    desk_row::touch(&transaction).await?;
    let recipients = fates
        .iter()
        .filter(|fate| fate.reason.is_empty())
        .map(|fate| fate.value)
        .sum();
    let detail = serde_json::json!({
        "distribution": new.id, "version": plan.version.number, "hash": plan.version.content_hash,
        "at": new.send_at, "recipients": recipients, "rehearsal": plan.rehearsal,
    });
    desk.log(&transaction, "schedule", "release", release.id, detail)
        .await?;
    commit(transaction).await?;
    Ok(Scheduled {
        release: release.slug,
        version: plan.version.number,
        distribution: new.id,
        moment: plan.moment.clone(),
        follows_embargo: plan.follows_embargo,
        rehearsal: plan.rehearsal,
        recipients,
        not_sent: fates
            .into_iter()
            .filter(|fate| !fate.reason.is_empty())
            .collect(),
    })
}

/// Everything that the plan was worked out from, looked at again inside the transaction.
async fn still_holds(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    plan: &Plan,
) -> Result<(), Problem> {
    let slug = &release.slug;
    // It may have been killed, or changed, while somebody was asked to confirm.
    let version = schedule::ready(desk, connection, release).await?;
    if version.id != plan.version.id {
        return Err(Problem::new(
            Exit::Forbidden,
            "not-approved",
            format!("{slug} has another version meanwhile"),
        )
        .hint("look at it, approve it and schedule it again"));
    }
    let state = embargo::current(connection, release.id).await?;
    let early = state
        .until()
        .is_some_and(|until| plan.moment.instant < until.instant);
    // An advance copy is early by nature, and bound to the act that it was planned under.
    let is_advance = plan.audience.purpose == Purpose::Advance.as_str();
    // Who holds a copy has the text already: a correction need not wait for the lift.
    let is_free = plan.audience.holders;
    if state.seq() != plan.embargo_seq || (!is_free && early != is_advance) {
        return Err(Problem::new(
            Exit::Forbidden,
            "embargoed",
            "the embargo changed meanwhile",
        )
        .hint("schedule it again"));
    }
    Ok(())
}
