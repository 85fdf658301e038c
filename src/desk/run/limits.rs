//! Limits kept in the database: how many rows may be claimed now, in all and per domain.
//!
//! A mail counts from its claim until its window has passed after it was tried, so no window ever
//! holds more than its limit, however slowly the server takes them.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::keys::limits::Rates;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::store::claim::Share;
use crate::store::connection::ConnectionTrait;
use crate::store::throttle;

const MINUTE: Duration = Duration::from_mins(1);
const A_MOMENT: Duration = Duration::from_millis(20);

/// What may be claimed now.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) rows: u64,
    /// When there is room again, where there is none now.
    pub(crate) again_at: Option<Instant>,
    /// Rows per recipient domain.
    pub(crate) share: Share,
}

/// Whether any limit is set at all.
pub(crate) fn any(rates: &Rates) -> bool {
    windows(rates).iter().any(|(limit, _)| *limit > 0) || by_domain(rates)
}

fn by_domain(rates: &Rates) -> bool {
    rates.per_domain_per_minute > 0 || rates.per_domain_in_flight > 0
}

fn windows(rates: &Rates) -> [(u32, Duration); 4] {
    [
        (rates.per_second, Duration::from_secs(1)),
        (rates.per_minute, MINUTE),
        (rates.per_hour, Duration::from_hours(1)),
        (rates.per_day, Duration::from_hours(24)),
    ]
}

/// How many of `asked` rows may be claimed at `now`.
pub(crate) async fn room(
    connection: &impl ConnectionTrait,
    rates: &Rates,
    now: Instant,
    asked: u64,
) -> Result<Room, Problem> {
    if !any(rates) {
        return Ok(Room {
            rows: asked,
            ..Room::default()
        });
    }
    throttle::take_turns(connection).await?;
    let mut room = Room {
        rows: asked,
        ..Room::default()
    };
    let in_flight = throttle::in_flight(connection).await?;
    for (limit, window) in windows(rates).into_iter().filter(|(limit, _)| *limit > 0) {
        let used = throttle::used(connection, now, window).await? + in_flight;
        let left = u64::try_from(i64::from(limit) - used).unwrap_or(0);
        if left == 0 {
            let frees = throttle::frees_at(connection, now, window).await?;
            room.again_at = room.again_at.max(frees);
        }
        room.rows = room.rows.min(left);
    }
    if by_domain(rates) && room.rows > 0 {
        room.share = share(connection, rates, now).await?;
    }
    Ok(room)
}

/// When to look again where every domain that has rows is at its limit: as soon as something in
/// flight has ended, else when the oldest use leaves its window.
pub(crate) async fn domains_free_at(
    connection: &impl ConnectionTrait,
    now: Instant,
) -> Result<Instant, Problem> {
    let soon = now.plus(A_MOMENT);
    if throttle::in_flight(connection).await? > 0 {
        return Ok(soon);
    }
    Ok(throttle::domain_frees_at(connection, now, MINUTE)
        .await?
        .unwrap_or(soon)
        .max(soon))
}

async fn share(
    connection: &impl ConnectionTrait,
    rates: &Rates,
    now: Instant,
) -> Result<Share, Problem> {
    let per_minute = if rates.per_domain_per_minute > 0 {
        i64::from(rates.per_domain_per_minute)
    } else {
        i64::MAX
    };
    let at_once = if rates.per_domain_in_flight > 0 {
        i64::from(rates.per_domain_in_flight)
    } else {
        i64::MAX
    };
    let mut known: HashMap<String, (i64, i64)> = HashMap::new();
    for tried in throttle::used_by_domain(connection, now, MINUTE).await? {
        known.entry(tried.domain).or_default().0 = tried.value;
    }
    for flying in throttle::in_flight_by_domain(connection).await? {
        known.entry(flying.domain).or_default().1 = flying.value;
    }
    let left = |(tried, flying): (i64, i64)| {
        // What is on its way will have been tried a moment from now.
        (per_minute - tried - flying).min(at_once - flying).max(0)
    };
    Ok(Share {
        usual: Some(left((0, 0))),
        left: known
            .into_iter()
            .map(|(domain, uses)| (domain, left(uses)))
            .collect(),
    })
}
