//! Reading a date and time as people write it into one instant, or saying why it cannot be one.
//!
//! An embargo read wrongly is broken before anyone notices, so nothing is guessed: a time that the
//! clocks skip or show twice, a missing zone, an abbreviation, a word such as "midnight" are all
//! refused, with the readings they might have (EMB-01, EMB-02).

mod abbreviation;
mod dates;
mod meanings;
mod misread;
mod problem;
mod show;
mod tail;
mod written;

pub use dates::{date_in, short_date_in};
pub use problem::WhenProblem;
pub use show::{Local, in_words, local, say, unusual_offset_note};

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::domain::instant::Instant;
use crate::domain::when::problem::{INVALID_DATE, INVALID_OFFSET};
use crate::domain::when::show::{numeric_offset, utc};
use crate::domain::when::tail::Shift;
use crate::domain::when::written::Written;
use crate::domain::zones::Zones;

/// A civil time in a zone, and the instant it means by the tz data of that day (EMB-01).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// `2026-11-03T09:00:00`; with the offset behind it (`…+02:00`) only where the clocks show
    /// this time twice, because there it would be ambiguous without.
    pub civil: String,
    /// IANA name as written, `UTC`, or `+02:00` where only an offset was written.
    pub zone: String,
    pub instant: Instant,
    /// Version of the tz data that resolved it, such as `2026f`.
    pub tzdata: String,
}

/// Reads a moment to come; one that is not after `now` is refused (`in-the-past`, EMB-12).
pub fn read(
    text: &str,
    default_zone: Option<&str>,
    now: Instant,
    zones: &Zones,
) -> Result<Moment, WhenProblem> {
    let moment = read_any(text, default_zone, zones)?;
    if moment.instant > now {
        return Ok(moment);
    }
    Err(WhenProblem::new(
        "in-the-past",
        format!(
            "{} is not in the future: it is now {}",
            say(moment.instant, &moment.zone, zones),
            say(now, &moment.zone, zones)
        ),
    ))
}

/// Reads a moment, be it past or to come.
///
/// Forms: `YYYY-MM-DD HH:MM[:SS[.fraction]] [±hh:mm] [Area/City]`, RFC 3339, RFC 9557. An offset
/// and a zone must agree; the offset settles a time that occurs twice; fractions finer than a
/// millisecond are rounded up, never early.
pub fn read_any(
    text: &str,
    default_zone: Option<&str>,
    zones: &Zones,
) -> Result<Moment, WhenProblem> {
    let written = written::parse(text)?;
    let (zone, name) = match (&written.zone, written.shift) {
        (Some(name), _) => abbreviation::zone(name, written.datetime, zones)?,
        (None, Some(Shift::Zulu)) => (TimeZone::UTC, "UTC".to_owned()),
        (None, Some(Shift::Numeric(offset))) => fixed(offset),
        (None, None) => match default_zone.map(str::trim) {
            Some(name) if !name.is_empty() => abbreviation::zone(name, written.datetime, zones)?,
            _ => return Err(problem::missing_zone()),
        },
    };
    let instant = settle(&written, &zone, &name, zones)?;
    let civil = civil_in(instant, &zone);
    Ok(Moment {
        civil,
        zone: name,
        instant,
        tzdata: zones.version().to_owned(),
    })
}

/// The instant that a stored civil time and zone mean by the tz data at hand.
///
/// Asked again at every run: when the answer is no longer the stored instant, or there is none any
/// more, a government has moved the clocks and a person must decide (EMB-05).
pub fn resolve(civil: &str, zone: &str, zones: &Zones) -> Result<Instant, WhenProblem> {
    let written = written::parse(civil)?;
    let (time_zone, name) =
        stored_zone(zone, zones).ok_or_else(|| problem::unknown_zone(zone, zones))?;
    settle(&written, &time_zone, &name, zones)
}

/// A zone as `Moment` stores it.
fn stored_zone(zone: &str, zones: &Zones) -> Option<(TimeZone, String)> {
    if zone == "UTC" {
        return Some((TimeZone::UTC, zone.to_owned()));
    }
    if zone.starts_with(['+', '-']) {
        return tail::numeric(zone).ok().map(fixed);
    }
    zones.get(zone).map(|found| (found, zone.to_owned()))
}

fn fixed(offset: Offset) -> (TimeZone, String) {
    if offset.is_zero() {
        (TimeZone::UTC, "UTC".to_owned())
    } else {
        (TimeZone::fixed(offset), numeric_offset(offset))
    }
}

/// The one instant that fits the civil time, the zone, and the offset if one was written.
fn settle(
    written: &Written,
    zone: &TimeZone,
    name: &str,
    zones: &Zones,
) -> Result<Instant, WhenProblem> {
    let datetime = written.datetime;
    // RFC 9557, 2.2: in `…Z[Area/City]` the Z says only that the time is given in UTC.
    if written.shift == Some(Shift::Zulu) && written.bracketed {
        return instant_at(datetime, Offset::UTC, written.millis);
    }
    let offset = match (
        zone.to_ambiguous_timestamp(datetime).offset(),
        written.shift,
    ) {
        (AmbiguousOffset::Gap { before, after }, _) => {
            return Err(problem::nonexistent(datetime, zone, name, before, after));
        }
        (AmbiguousOffset::Unambiguous { offset }, None) => offset,
        (AmbiguousOffset::Fold { before, after }, None) => {
            return Err(problem::ambiguous(datetime, name, before, after));
        }
        (AmbiguousOffset::Unambiguous { offset }, Some(shift)) if shift.offset() == offset => {
            offset
        }
        (AmbiguousOffset::Fold { before, after }, Some(shift))
            if [before, after].contains(&shift.offset()) =>
        {
            shift.offset()
        }
        (
            AmbiguousOffset::Unambiguous { offset: own }
            | AmbiguousOffset::Fold { before: own, .. },
            Some(shift),
        ) => return Err(disagreement(datetime, shift.offset(), own, name, zones)),
    };
    instant_at(datetime, offset, written.millis)
}

fn instant_at(datetime: DateTime, offset: Offset, millis: i64) -> Result<Instant, WhenProblem> {
    let timestamp = offset.to_timestamp(datetime).map_err(|_| {
        WhenProblem::new(
            INVALID_DATE,
            "this date is beyond the calendar's end (year 9999)",
        )
    })?;
    Ok(Instant::from_millis(
        Instant::from_timestamp_up(timestamp).millis() + millis,
    ))
}

fn disagreement(
    datetime: DateTime,
    written: Offset,
    own: Offset,
    name: &str,
    zones: &Zones,
) -> WhenProblem {
    let civil = datetime.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let reading = |offset: Offset, label: &str| match offset.to_timestamp(datetime) {
        Ok(timestamp) => format!("{civil} {label} = {}", utc(timestamp, datetime)),
        Err(_) => format!("{civil} {label}"),
    };
    WhenProblem {
        code: INVALID_OFFSET,
        message: format!(
            "the offset {} does not belong to {name} at {civil}, where it is {} (tz data {}): leave one of them out",
            numeric_offset(written),
            numeric_offset(own),
            zones.version()
        ),
        readings: vec![
            reading(written, &numeric_offset(written)),
            reading(own, name),
        ],
    }
}

/// The civil time of an instant, so written that it resolves to that instant again.
fn civil_in(instant: Instant, zone: &TimeZone) -> String {
    let timestamp = instant.timestamp();
    let offset = zone.to_offset(timestamp);
    let datetime = offset.to_datetime(timestamp);
    if zone.to_ambiguous_timestamp(datetime).is_ambiguous() {
        format!("{datetime}{}", numeric_offset(offset))
    } else {
        datetime.to_string()
    }
}

#[cfg(test)]
mod tests;
