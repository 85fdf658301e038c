//! `embargo show` and `explain`: what holds, how it came about, and why somebody may or may not have it.

use crate::desk::Desk;
use crate::desk::distribution::whom::one_contact;
use crate::desk::embargo::permit::{self, Terms};
use crate::desk::problem::Problem;
use crate::desk::release::holders::issuers;
use crate::desk::release::{approve, write};
use crate::domain::agreement::Refusal;
use crate::domain::embargo::Record;
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::store::{card, delivery, embargo, holders, suppression};

/// An embargo and its acts, oldest first.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Shown {
    pub release: String,
    /// Whether it holds now.
    pub active: bool,
    pub until: Option<Instant>,
    /// In its zone and in UTC.
    pub said: Option<String>,
    pub acts: Vec<ActShown>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct ActShown {
    pub seq: i64,
    pub act: &'static str,
    pub to: Option<String>,
    pub at: Instant,
    pub by: String,
    pub reason: Option<String>,
}

pub async fn show(desk: &Desk, slug: &str) -> Result<Shown, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let state = embargo::current(connection, release.id).await?;
    let acts = embargo::records(connection, release.id).await?;
    let say = |record: &Record| {
        let moment = record.moment.as_ref()?;
        Some(when::say(moment.instant, &moment.zone, &desk.zones))
    };
    Ok(Shown {
        release: release.slug,
        active: state.is_active(desk.now()),
        until: state.until().map(|until| until.instant),
        said: state
            .until()
            .map(|until| when::say(until.instant, &until.zone, &desk.zones)),
        acts: acts
            .iter()
            .map(|record| ActShown {
                seq: record.seq,
                act: record.act.as_str(),
                to: say(record),
                at: record.at,
                by: record.by.clone(),
                reason: record.reason.clone(),
            })
            .collect(),
    })
}

/// One rule and what it says of somebody.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Answer {
    pub rule: &'static str,
    pub passes: bool,
    pub why: String,
}

/// Whether a contact could have a copy now, rule by rule; the last word is `all`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Explained {
    pub release: String,
    pub contact: i64,
    pub rules: Vec<Answer>,
    /// Whether an advance copy would go.
    pub advance: bool,
    /// Whether the general mail would go at this moment.
    pub general: bool,
}

#[expect(
    clippy::too_many_lines,
    reason = "one question after the other, as the person reads the answers"
)]
pub async fn explain(desk: &Desk, slug: &str, who: &str) -> Result<Explained, Problem> {
    let connection = desk.store.db();
    let now = desk.now();
    let release = write::find(connection, slug).await?;
    let contact = one_contact(connection, who).await?;
    let version = approve::current_version(connection, &release).await?;
    let state = embargo::current(connection, release.id).await?;
    let approved = approve::is_approved(desk, connection, &release, &version).await?;
    let organizations = issuers(connection, &version.content).await?;
    let active = state.is_active(now);
    let permit = permit::permits(
        connection,
        &[contact],
        Terms::of(release.id, &state, false),
        now,
    )
    .await?
    .remove(&contact);
    let inactive = delivery::inactive(connection, &[contact]).await?;
    let no = suppression::live_reason(connection, &[contact], &organizations, None).await?;
    let has_advance = !holders::with_advance(connection, &[contact], release.id)
        .await?
        .is_empty();
    let permitted = permit.as_ref().is_some_and(Result::is_ok);
    let refusal = permit.and_then(Result::err).map_or("", Refusal::as_str);
    let dead = inactive.first().map_or("", |(_, why)| why.as_str());
    let held = state.until().map_or_else(String::new, |until| {
        when::say(until.instant, &until.zone, &desk.zones)
    });
    let rules = answers(&[
        (
            "approved",
            approved,
            "the text is approved",
            "the text is not approved, or the embargo changed since",
            "",
        ),
        (
            "active",
            inactive.is_empty(),
            "the contact is active",
            "the contact is not: ",
            dead,
        ),
        (
            "opt-out",
            no.is_empty(),
            "the person has not opted out",
            "the person has opted out",
            "",
        ),
        (
            "embargo",
            !active,
            "no embargo holds",
            "under embargo until ",
            &held,
        ),
        (
            "agreement",
            permitted,
            "of the press, agreed to this lift, outlet not under sanction",
            "no advance copy: ",
            refusal,
        ),
        (
            "first-copy",
            !has_advance,
            "holds no advance copy yet",
            "holds an advance copy already",
            "",
        ),
    ]);
    let base = rules.iter().take(3).all(|rule| rule.passes);
    let exists = card::existing(connection, &[contact]).await?;
    Ok(Explained {
        release: release.slug,
        contact: exists.first().copied().unwrap_or(contact),
        advance: base && active && permitted && !has_advance,
        general: base && !active,
        rules,
    })
}

/// Rules with what to say where they pass, and where they do not.
fn answers(rules: &[(&'static str, bool, &str, &str, &str)]) -> Vec<Answer> {
    let say = |(rule, passes, good, bad, detail): &(&'static str, bool, &str, &str, &str)| Answer {
        rule,
        passes: *passes,
        why: if *passes {
            (*good).to_owned()
        } else {
            format!("{bad}{detail}")
        },
    };
    rules.iter().map(say).collect()
}
