//! `embargo ics`: the lift as an entry for the team's calendars.

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;
use crate::domain::calendar::{self, Event};
use crate::domain::embargo::{Embargo, said_in};
use crate::domain::release::Status;
use crate::store::embargo;

/// The entry, as it was written.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Entry {
    pub release: String,
    pub uid: String,
    /// One more with every act on the embargo.
    pub sequence: i64,
    pub starts: crate::domain::instant::Instant,
    pub summary: String,
    pub canceled: bool,
    /// The file itself.
    #[serde(skip)]
    pub text: String,
}

/// The lift of a release as a calendar entry (STD-06). Its identity never changes, so that a later
/// file moves the entry instead of adding another. The headline is news and is not in it; whoever
/// wants another title says so.
///
/// Refused (4) for a release that never was under embargo.
pub async fn entry(desk: &Desk, slug: &str, title: Option<&str>) -> Result<Entry, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let acts = embargo::records(connection, release.id).await?;
    let last_moment = acts.iter().rev().find_map(|act| act.moment.clone());
    let Some(planned) = last_moment else {
        return Err(Problem::new(
            Exit::Forbidden,
            "no-embargo",
            format!("{slug} never was under embargo, so there is nothing for a calendar"),
        )
        .hint("set one: embargo = \"2026-11-03 09:00 Area/City\" in the release's front matter"));
    };
    let state = embargo::current(connection, release.id).await?;
    let killed = release.status == Status::Killed;
    let canceled = killed || state == Embargo::None;
    let (starts, what) = match &state {
        Embargo::Lifted { at, .. } => (*at, "Embargo lifted"),
        Embargo::Until { .. } | Embargo::None => (planned.instant, "Embargo lifts"),
    };
    let summary = title.map_or_else(|| format!("{what}: {}", release.slug), str::to_owned);
    let moment = said_in(&planned, "en", &desk.zones);
    let before = match &state {
        Embargo::Lifted { .. } => "Lifted early. It was to lift at ",
        Embargo::Until { .. } | Embargo::None => "",
    };
    let description = format!(
        "{before}{moment}\nNothing of it may be published before. What holds now: dateline embargo show {}",
        release.slug
    );
    let sequence = i64::try_from(acts.len()).unwrap_or(i64::MAX) + i64::from(killed);
    let event = Event {
        uid: format!("embargo-{}@dateline", release.public_id),
        sequence,
        stamp: desk.now(),
        starts,
        summary: summary.clone(),
        description,
        is_canceled: canceled,
    };
    Ok(Entry {
        release: release.slug,
        uid: event.uid.clone(),
        sequence,
        starts,
        summary,
        canceled,
        text: calendar::file(&event),
    })
}
