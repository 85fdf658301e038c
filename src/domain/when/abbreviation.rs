//! Which zone a written name is; abbreviations and old names are refused with what they might mean.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::domain::when::fixed;
use crate::domain::when::meanings::{ABBREVIATIONS, REGIONS};
use crate::domain::when::problem::{
    self, AMBIGUOUS_ABBREVIATION, INVALID_OFFSET, UNKNOWN_ZONE, WRONG_SEASON, WhenProblem,
};
use crate::domain::when::show::{minute, numeric_offset, utc, utc_offset};
use crate::domain::when::tail;
use crate::domain::zones::Zones;

/// The zone of a written name and the name to store.
pub(super) fn zone(
    name: &str,
    datetime: DateTime,
    zones: &Zones,
) -> Result<(TimeZone, String), WhenProblem> {
    let upper = name.to_ascii_uppercase();
    if upper == "UTC" || upper == "Z" {
        return Ok((TimeZone::UTC, "UTC".to_owned()));
    }
    if ["LOCAL", "LOCAL TIME", "LOCALTIME", "LT"].contains(&upper.as_str()) {
        return Err(WhenProblem::new(
            "missing-zone",
            "\"local time\" is another time for every reader: write the zone, such as Europe/Berlin",
        ));
    }
    if name.starts_with(['+', '-']) {
        return tail::numeric(name).map(fixed);
    }
    if upper == "GMT" && is_greenwich_in_london(datetime, zones) {
        return Ok((TimeZone::UTC, "UTC".to_owned()));
    }
    if let Some(refusal) = abbreviation(name, &upper, datetime, zones) {
        return Err(refusal);
    }
    if let Some(refusal) = signed(name, &upper) {
        return Err(refusal);
    }
    let found = zones
        .get(name)
        .ok_or_else(|| problem::unknown_zone(name, zones))?;
    let spelled = found.iana_name().unwrap_or(name).to_owned();
    if !spelled.contains('/') {
        return Err(old_name(&spelled, &found));
    }
    Ok((found, spelled))
}

/// In winter every reader of "GMT" means UTC; in summer London's newsrooms write it and mean BST.
fn is_greenwich_in_london(datetime: DateTime, zones: &Zones) -> bool {
    zones
        .get("Europe/London")
        .is_some_and(|london| in_force(&london, datetime) == Some(Offset::UTC))
}

/// The zone's offset at a civil time, if there is exactly one.
fn in_force(zone: &TimeZone, datetime: DateTime) -> Option<Offset> {
    let timestamp = zone.to_ambiguous_timestamp(datetime).unambiguous().ok()?;
    Some(zone.to_offset(timestamp))
}

fn abbreviation(name: &str, upper: &str, datetime: DateTime, zones: &Zones) -> Option<WhenProblem> {
    if let Some((_, region)) = REGIONS.iter().find(|(short, _)| *short == upper) {
        return Some(WhenProblem {
            code: AMBIGUOUS_ABBREVIATION,
            message: format!("{name} is no time zone: write {region}, if that is meant"),
            readings: by_zone(region, datetime, zones).into_iter().collect(),
        });
    }
    let meanings: Vec<_> = ABBREVIATIONS
        .iter()
        .filter(|(short, ..)| *short == upper)
        .collect();
    let (_, _, first_zone, _) = meanings.first()?;
    let mut readings = Vec::new();
    let mut any_in_force = false;
    for (_, meaning, zone, minutes) in &meanings {
        let Ok(offset) = Offset::from_seconds(minutes * 60) else {
            continue;
        };
        let own = zones.get(zone).and_then(|zone| in_force(&zone, datetime));
        any_in_force |= own == Some(offset);
        if let Ok(timestamp) = offset.to_timestamp(datetime) {
            readings.push(format!(
                "{} {} ({meaning}) = {}",
                minute(datetime),
                numeric_offset(offset),
                utc(timestamp, datetime)
            ));
        }
        if own != Some(offset) {
            readings.extend(by_zone(zone, datetime, zones));
        }
    }
    let (code, why) = if any_in_force || upper == "GMT" {
        (AMBIGUOUS_ABBREVIATION, "can be read in more than one way")
    } else {
        (WRONG_SEASON, "is not in force on that day")
    };
    Some(WhenProblem {
        code,
        message: format!("{name} {why}: write the zone, such as {first_zone}, or the offset"),
        readings,
    })
}

/// `2026-07-15 09:00 America/New_York (EDT, UTC-4) = 13:00 UTC`
fn by_zone(name: &str, datetime: DateTime, zones: &Zones) -> Option<String> {
    let zone = zones.get(name)?;
    let timestamp = zone.to_ambiguous_timestamp(datetime).unambiguous().ok()?;
    let info = zone.to_offset_info(timestamp);
    Some(format!(
        "{} {name} ({}, {}) = {}",
        minute(datetime),
        info.abbreviation(),
        utc_offset(info.offset()),
        utc(timestamp, datetime)
    ))
}

/// `UTC+2`, `GMT-5`, `Etc/GMT+5`: in the last the sign is turned round (POSIX), so all are refused.
fn signed(name: &str, upper: &str) -> Option<WhenProblem> {
    let (etc, rest) = upper
        .strip_prefix("ETC/")
        .map_or((false, upper), |rest| (true, rest));
    let digits = rest
        .strip_prefix("UTC")
        .or_else(|| rest.strip_prefix("GMT"))?
        .strip_prefix(['+', '-'])?;
    let hours = digits
        .split([':', '.'])
        .next()?
        .get(..2.min(digits.len()))?;
    let hours: u8 = hours.trim_end_matches(':').parse().ok()?;
    Some(WhenProblem {
        code: if etc { UNKNOWN_ZONE } else { INVALID_OFFSET },
        message: format!(
            "in {name} the sign is read both ways (Etc/GMT+5 is five hours west): write the offset as ±hh:mm, or a city's zone"
        ),
        readings: vec![format!("+{hours:02}:00"), format!("-{hours:02}:00")],
    })
}

/// `Japan`, `EST5EDT`, `Zulu`: kept in the tz data for old machines only.
fn old_name(name: &str, zone: &TimeZone) -> WhenProblem {
    let modern = zone
        .primary_iana_name()
        .filter(|modern| modern.contains('/') && !modern.starts_with("Etc/"))
        .map_or_else(|| "UTC or Area/City".to_owned(), str::to_owned);
    WhenProblem {
        code: UNKNOWN_ZONE,
        message: format!(
            "{name} is an old name: write {modern}, or the zone of the place that is meant"
        ),
        readings: Vec::new(),
    }
}
