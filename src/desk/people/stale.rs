//! Who has not been written to for long: addresses that nobody needs have to go (GDPR Art. 5(1)(e)).

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::filters;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::{Event, Filter, Order, Period, When};
use crate::domain::instant::Instant;
use crate::store::stale;

/// Somebody who was added before the period and got no mail in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Stale {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub outlet: String,
    pub status: String,
    pub source: String,
    pub created_at: Instant,
    /// None: never.
    pub last_sent_at: Option<Instant>,
}

/// `2y`, `18mo`, `90d` as a period.
///
/// Errors: exit 2 `period`.
pub fn period(text: &str) -> Result<Period, Problem> {
    Period::parse(text.trim()).ok_or_else(|| {
        let message = format!("{text:?} is no period");
        Problem::new(Exit::Usage, "period", message).hint("write it as 2y, 18mo, 12w or 90d")
    })
}

/// The filter that means them.
pub fn filter(period: Period, more: Option<Filter>) -> Filter {
    let ago = |event| Filter::When(event, When::Ago(Order::Greater, period));
    let mut parts = vec![ago(Event::LastSent), ago(Event::Created)];
    parts.extend(more);
    Filter::all(parts)
}

/// Those whom a filter means, with when they were last written to: at most `limit` after the id
/// `after`.
pub async fn list(
    desk: &Desk,
    filter: &Filter,
    after: i64,
    limit: i64,
) -> Result<Vec<Stale>, Problem> {
    let condition = filters::condition(desk, filter).await?;
    let rows = stale::page(desk.store.db(), &condition, after, limit).await?;
    Ok(rows
        .into_iter()
        .map(|(card, last)| Stale {
            id: card.id,
            email: card.email,
            name: card.name,
            outlet: card.outlet,
            status: card.status,
            source: card.source,
            created_at: Instant::from_millis(card.created_at),
            last_sent_at: last.map(Instant::from_millis),
        })
        .collect())
}
