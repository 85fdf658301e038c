//! Which zone a written name is; abbreviations and old names are refused with what they might mean.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::domain::when::fixed;
use crate::domain::when::problem::{
    self, AMBIGUOUS_ABBREVIATION, INVALID_OFFSET, UNKNOWN_ZONE, WRONG_SEASON, WhenProblem,
};
use crate::domain::when::show::{minute, numeric_offset, utc, utc_offset};
use crate::domain::when::written;
use crate::domain::zones::Zones;

/// Abbreviation, what it stands for, a zone that uses it, minutes east of UTC.
///
/// Not from the tz data: newsrooms also write what no zone calls itself any more, and the data does
/// not say which of two readings people think of.
const ABBREVIATIONS: &[(&str, &str, &str, i32)] = &[
    (
        "ACDT",
        "Australian Central Daylight Time",
        "Australia/Adelaide",
        630,
    ),
    (
        "ACST",
        "Australian Central Standard Time",
        "Australia/Adelaide",
        570,
    ),
    ("ADT", "Atlantic Daylight Time", "America/Halifax", -180),
    (
        "AEDT",
        "Australian Eastern Daylight Time",
        "Australia/Sydney",
        660,
    ),
    (
        "AEST",
        "Australian Eastern Standard Time",
        "Australia/Sydney",
        600,
    ),
    ("AKDT", "Alaska Daylight Time", "America/Anchorage", -480),
    ("AKST", "Alaska Standard Time", "America/Anchorage", -540),
    ("AMT", "Amazon Time", "America/Manaus", -240),
    ("AMT", "Armenia Time", "Asia/Yerevan", 240),
    (
        "ART",
        "Argentina Time",
        "America/Argentina/Buenos_Aires",
        -180,
    ),
    ("AST", "Atlantic Standard Time", "America/Halifax", -240),
    ("AST", "Arabia Standard Time", "Asia/Riyadh", 180),
    (
        "AWST",
        "Australian Western Standard Time",
        "Australia/Perth",
        480,
    ),
    ("BRT", "Brasilia Time", "America/Sao_Paulo", -180),
    ("BST", "British Summer Time", "Europe/London", 60),
    ("BST", "Bangladesh Standard Time", "Asia/Dhaka", 360),
    ("CAT", "Central Africa Time", "Africa/Maputo", 120),
    ("CDT", "US Central Daylight Time", "America/Chicago", -300),
    ("CDT", "Cuba Daylight Time", "America/Havana", -240),
    ("CEST", "Central European Summer Time", "Europe/Berlin", 120),
    ("CET", "Central European Time", "Europe/Berlin", 60),
    ("CST", "US Central Standard Time", "America/Chicago", -360),
    ("CST", "China Standard Time", "Asia/Shanghai", 480),
    ("CST", "Cuba Standard Time", "America/Havana", -300),
    ("EAT", "East Africa Time", "Africa/Nairobi", 180),
    ("ECT", "Ecuador Time", "America/Guayaquil", -300),
    ("EDT", "US Eastern Daylight Time", "America/New_York", -240),
    ("EEST", "Eastern European Summer Time", "Europe/Athens", 180),
    ("EET", "Eastern European Time", "Europe/Athens", 120),
    ("EST", "US Eastern Standard Time", "America/New_York", -300),
    ("GMT", "Greenwich Mean Time", "Europe/London", 0),
    ("GST", "Gulf Standard Time", "Asia/Dubai", 240),
    ("GST", "South Georgia Time", "Atlantic/South_Georgia", -120),
    ("HDT", "Hawaii-Aleutian Daylight Time", "America/Adak", -540),
    ("HKT", "Hong Kong Time", "Asia/Hong_Kong", 480),
    ("HST", "Hawaii Standard Time", "Pacific/Honolulu", -600),
    ("ICT", "Indochina Time", "Asia/Bangkok", 420),
    ("IDT", "Israel Daylight Time", "Asia/Jerusalem", 180),
    ("IST", "India Standard Time", "Asia/Kolkata", 330),
    ("IST", "Irish Standard Time", "Europe/Dublin", 60),
    ("IST", "Israel Standard Time", "Asia/Jerusalem", 120),
    ("JST", "Japan Standard Time", "Asia/Tokyo", 540),
    ("KST", "Korea Standard Time", "Asia/Seoul", 540),
    ("MDT", "US Mountain Daylight Time", "America/Denver", -360),
    ("MEST", "Central European Summer Time", "Europe/Berlin", 120),
    ("MESZ", "Mitteleuropäische Sommerzeit", "Europe/Berlin", 120),
    ("MET", "Central European Time", "Europe/Berlin", 60),
    ("MEZ", "Mitteleuropäische Zeit", "Europe/Berlin", 60),
    ("MSK", "Moscow Time", "Europe/Moscow", 180),
    ("MST", "US Mountain Standard Time", "America/Denver", -420),
    ("MST", "Malaysia Time", "Asia/Kuala_Lumpur", 480),
    (
        "NDT",
        "Newfoundland Daylight Time",
        "America/St_Johns",
        -150,
    ),
    (
        "NST",
        "Newfoundland Standard Time",
        "America/St_Johns",
        -210,
    ),
    ("NZDT", "New Zealand Daylight Time", "Pacific/Auckland", 780),
    ("NZST", "New Zealand Standard Time", "Pacific/Auckland", 720),
    (
        "PDT",
        "US Pacific Daylight Time",
        "America/Los_Angeles",
        -420,
    ),
    ("PHT", "Philippine Time", "Asia/Manila", 480),
    ("PKT", "Pakistan Standard Time", "Asia/Karachi", 300),
    (
        "PST",
        "US Pacific Standard Time",
        "America/Los_Angeles",
        -480,
    ),
    ("PST", "Philippine Standard Time", "Asia/Manila", 480),
    (
        "SAST",
        "South Africa Standard Time",
        "Africa/Johannesburg",
        120,
    ),
    ("SGT", "Singapore Time", "Asia/Singapore", 480),
    ("SST", "Samoa Standard Time", "Pacific/Pago_Pago", -660),
    ("SST", "Singapore Standard Time", "Asia/Singapore", 480),
    ("TRT", "Turkey Time", "Europe/Istanbul", 180),
    ("WAT", "West Africa Time", "Africa/Lagos", 60),
    ("WEST", "Western European Summer Time", "Europe/Lisbon", 60),
    ("WET", "Western European Time", "Europe/Lisbon", 0),
    ("WIB", "Western Indonesia Time", "Asia/Jakarta", 420),
];

/// Names for a region's time in either season.
const REGIONS: &[(&str, &str)] = &[
    ("AT", "America/Halifax"),
    ("CT", "America/Chicago"),
    ("ET", "America/New_York"),
    ("MT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
    ("EST5EDT", "America/New_York"),
    ("CST6CDT", "America/Chicago"),
    ("MST7MDT", "America/Denver"),
    ("PST8PDT", "America/Los_Angeles"),
];

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
        return written::numeric(name).map(fixed);
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
        (AMBIGUOUS_ABBREVIATION, "is read in more than one way")
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
        message: format!("{name} is an old name that says no place: write {modern}"),
        readings: Vec::new(),
    }
}
