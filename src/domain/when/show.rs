//! Saying an instant to people: in a zone and in UTC, with weekday and date, and how far off it is.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::domain::instant::Instant;
use crate::domain::when::stored_zone;
use crate::domain::zones::Zones;

/// An instant as the clocks of one zone show it. Words are English, as the program's own are.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Local {
    /// `2026-11-03 09:00`; with seconds where there are any.
    pub civil: String,
    /// `Tuesday`
    pub weekday: String,
    /// `Tuesday 3 November 2026`
    pub date: String,
    /// `09:00`; with seconds where there are any.
    pub time: String,
    /// `PDT`; for zones without letters their offset, such as `+0545`.
    pub abbreviation: String,
    /// `UTC-7`, `UTC+5:45`
    pub offset: String,
}

/// The instant in a zone as `Moment` stores it; `None` for a zone that the tz data does not know.
pub fn local(instant: Instant, zone: &str, zones: &Zones) -> Option<Local> {
    let (zone, name) = stored_zone(zone, zones)?;
    let timestamp = instant.timestamp();
    let info = zone.to_offset_info(timestamp);
    let datetime = info.offset().to_datetime(timestamp);
    let abbreviation = if name.starts_with(['+', '-']) {
        name
    } else {
        info.abbreviation().to_owned()
    };
    Some(Local {
        civil: format!("{} {}", datetime.date(), time(datetime)),
        weekday: datetime.strftime("%A").to_string(),
        date: datetime.strftime("%A %-d %B %Y").to_string(),
        time: time(datetime),
        abbreviation,
        offset: utc_offset(info.offset()),
    })
}

/// `Tue 3 Nov 2026 09:00 America/Vancouver = 16:00 UTC`, with UTC's weekday and date where they differ.
pub fn say(instant: Instant, zone: &str, zones: &Zones) -> String {
    let timestamp = instant.timestamp();
    let (time_zone, name) =
        stored_zone(zone, zones).unwrap_or_else(|| (TimeZone::UTC, "UTC".to_owned()));
    let datetime = time_zone.to_datetime(timestamp);
    let there = format!("{} {} {name}", short_date(datetime), time(datetime));
    if name == "UTC" {
        there
    } else {
        format!("{there} = {}", utc(timestamp, datetime))
    }
}

/// `in 2 days 4 h`, `3 min ago`, `now`: the two largest units, rounded down. Of the last ten minutes
/// before something the seconds are told: two minutes to change one's mind are not "1 min".
pub fn in_words(from: Instant, to: Instant) -> String {
    let millis = to.millis().saturating_sub(from.millis());
    let seconds = millis.unsigned_abs() / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let day_word = if days == 1 { "day" } else { "days" };
    let words = match (days, hours, minutes) {
        (0, 0, 0) if seconds == 0 => return "now".to_owned(),
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, 1..10) if millis > 0 && !seconds.is_multiple_of(60) => {
            format!("{minutes} min {} s", seconds % 60)
        }
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, 0, _) => format!("{days} {day_word}"),
        _ => format!("{days} {day_word} {hours} h"),
    };
    if millis > 0 {
        format!("in {words}")
    } else {
        format!("{words} ago")
    }
}

/// What to say where two zones are another distance apart than people are used to (EMB-03).
///
/// "Unusual" is a difference that holds on fewer than 55 of the 365 days around the instant, as
/// between London and New York in the weeks when only one of them has changed its clocks.
pub fn unusual_offset_note(
    instant: Instant,
    zone: &str,
    other: &str,
    zones: &Zones,
) -> Option<String> {
    let (own_zone, own_name) = stored_zone(zone, zones)?;
    let (other_zone, other_name) = stored_zone(other, zones)?;
    let apart = |timestamp: Timestamp| {
        own_zone.to_offset(timestamp).seconds() - other_zone.to_offset(timestamp).seconds()
    };
    let now = apart(instant.timestamp());
    let mut days: BTreeMap<i32, u16> = BTreeMap::new();
    for day in -182..=182 {
        if let Ok(timestamp) = instant
            .timestamp()
            .checked_add(SignedDuration::from_hours(day * 24))
        {
            *days.entry(apart(timestamp)).or_default() += 1;
        }
    }
    if days.get(&now).copied().unwrap_or(0) >= 55 {
        return None;
    }
    let mut usual: Vec<(i32, u16)> = days.into_iter().filter(|(_, count)| *count >= 55).collect();
    usual.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let usual: Vec<String> = usual
        .into_iter()
        .map(|(seconds, _)| distance(seconds))
        .collect();
    Some(format!(
        "{own_name} and {other_name} are {} apart on that day, which differs from the usual {}",
        distance(now),
        usual.join(" or ")
    ))
}

/// `4 h`, `5 h 45 min`
fn distance(seconds: i32) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// UTC's clock; with weekday and date where they are not those of the civil time beside it.
pub(super) fn utc(timestamp: Timestamp, beside: DateTime) -> String {
    let datetime = Offset::UTC.to_datetime(timestamp);
    if datetime.date() == beside.date() {
        format!("{} UTC", time(datetime))
    } else {
        format!("{} UTC {}", time(datetime), short_date(datetime))
    }
}

/// `2026-11-03 09:00`, with seconds where there are any.
pub(super) fn minute(datetime: DateTime) -> String {
    format!("{} {}", datetime.date(), time(datetime))
}

/// `Tue 3 Nov 2026`
pub(super) fn short_date(datetime: DateTime) -> String {
    datetime.strftime("%a %-d %b %Y").to_string()
}

/// `+02:00`
pub(super) fn numeric_offset(offset: Offset) -> String {
    let (sign, hours, minutes) = parts(offset);
    format!("{sign}{hours:02}:{minutes:02}")
}

/// `UTC-7`, `UTC+5:45`
pub(super) fn utc_offset(offset: Offset) -> String {
    match parts(offset) {
        (sign, hours, 0) => format!("UTC{sign}{hours}"),
        (sign, hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

fn parts(offset: Offset) -> (char, u32, u32) {
    let seconds = offset.seconds();
    let minutes = seconds.unsigned_abs() / 60;
    (
        if seconds < 0 { '-' } else { '+' },
        minutes / 60,
        minutes % 60,
    )
}

/// `09:00`, `09:00:30`; the fraction is left out: it is only ever read to the second by people.
pub(super) fn time(datetime: DateTime) -> String {
    if datetime.second() == 0 && datetime.subsec_nanosecond() == 0 {
        datetime.strftime("%H:%M").to_string()
    } else {
        datetime.strftime("%H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::when::read_any;

    #[test]
    fn an_instant_is_said_in_the_zone_and_in_utc() {
        let zones = Zones::bundled();
        let at = |text: &str| read_any(text, None, &zones).unwrap().instant;
        let instant = at("2026-11-03 09:00 America/Vancouver");
        assert_eq!(
            say(instant, "America/Vancouver", &zones),
            "Tue 3 Nov 2026 09:00 America/Vancouver = 16:00 UTC"
        );
        assert_eq!(
            say(
                at("2026-10-19 00:01 Europe/London"),
                "Europe/London",
                &zones
            ),
            "Mon 19 Oct 2026 00:01 Europe/London = 23:01 UTC Sun 18 Oct 2026"
        );
        assert_eq!(say(instant, "UTC", &zones), "Tue 3 Nov 2026 16:00 UTC");
        let shown = local(instant, "America/Vancouver", &zones).unwrap();
        assert_eq!(shown.civil, "2026-11-03 09:00");
        assert_eq!(shown.date, "Tuesday 3 November 2026");
        assert_eq!(shown.weekday, "Tuesday");
        assert_eq!(shown.time, "09:00");
        assert_eq!(shown.offset, "UTC-7");
        let nepal = local(instant, "Asia/Kathmandu", &zones).unwrap();
        assert_eq!(nepal.offset, "UTC+5:45");
        assert_eq!(local(instant, "Europe/Nowhere", &zones), None);
    }

    #[test]
    fn distances_are_said_in_two_units() {
        let from = Instant::from_millis(1_773_306_000_000);
        let after =
            |seconds: i64| in_words(from, Instant::from_millis(from.millis() + seconds * 1000));
        assert_eq!(after(0), "now");
        assert_eq!(after(40), "in 40 s");
        assert_eq!(after(-185), "3 min ago");
        assert_eq!(after(119), "in 1 min 59 s");
        assert_eq!(after(120), "in 2 min");
        assert_eq!(after(659), "in 10 min");
        assert_eq!(after(3600), "in 1 h");
        assert_eq!(after(3660), "in 1 h 1 min");
        assert_eq!(after(86_400), "in 1 day");
        assert_eq!(after(2 * 86_400 + 4 * 3600 + 59), "in 2 days 4 h");
    }

    #[test]
    fn the_weeks_of_unequal_summer_time_are_pointed_out() {
        let zones = Zones::bundled();
        let note = |text: &str, zone: &str, other: &str| {
            let instant = read_any(text, None, &zones).unwrap().instant;
            unusual_offset_note(instant, zone, other, &zones)
        };
        let march = note("2026-03-20 12:00 UTC", "Europe/London", "America/New_York").unwrap();
        assert!(
            march.contains("4 h apart") && march.contains("usual 5 h"),
            "{march}"
        );
        assert!(note("2026-10-28 12:00 UTC", "Europe/London", "America/New_York").is_some());
        assert_eq!(
            note("2026-06-20 12:00 UTC", "Europe/London", "America/New_York"),
            None
        );
        assert_eq!(
            note("2026-06-20 12:00 UTC", "Europe/London", "Asia/Tokyo"),
            None
        );
        assert_eq!(
            note("2026-12-20 12:00 UTC", "Europe/London", "Asia/Tokyo"),
            None
        );
    }
}
