//! What a date and time that cannot be read is answered with: the reason, and the readings it may have.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::domain::when::show::{minute, numeric_offset, utc};
use crate::domain::zones::Zones;

pub(super) const AMBIGUOUS_ABBREVIATION: &str = "ambiguous-abbreviation";
pub(super) const INVALID_DATE: &str = "invalid-date";
pub(super) const INVALID_OFFSET: &str = "invalid-offset";
pub(super) const INVALID_TIME: &str = "invalid-time";
pub(super) const UNKNOWN_ZONE: &str = "unknown-zone";
pub(super) const UNRECOGNISED: &str = "unrecognised-format";
pub(super) const WRONG_SEASON: &str = "wrong-season-abbreviation";

/// Why a text is no moment. The codes are promised to scripts: `nonexistent-time`,
/// `ambiguous-time`, `missing-zone`, `unknown-zone`, `ambiguous-abbreviation`,
/// `wrong-season-abbreviation`, `in-the-past`, `invalid-date`, `invalid-time`, `invalid-offset`,
/// `unrecognised-format`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WhenProblem {
    pub code: &'static str,
    /// What is wrong and what to write instead.
    pub message: String,
    /// What may have been meant, each in a form that can be typed, with its UTC time.
    pub readings: Vec<String>,
}

impl WhenProblem {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            readings: Vec::new(),
        }
    }
}

pub(super) fn missing_zone() -> WhenProblem {
    WhenProblem::new(
        "missing-zone",
        "the time has no zone: write one behind it, such as Europe/Berlin, or set time_zone in [newsroom]",
    )
}

pub(super) fn unknown_zone(name: &str, zones: &Zones) -> WhenProblem {
    let nearest = zones.nearest(name);
    let advice = match &nearest {
        Some(meant) => format!("did you mean {meant}?"),
        None => "write Area/City, such as Europe/Berlin or America/New_York".to_owned(),
    };
    WhenProblem {
        code: UNKNOWN_ZONE,
        message: format!(
            "there is no time zone {name:?} in the tz data {}: {advice}",
            zones.version()
        ),
        readings: nearest.into_iter().collect(),
    }
}

/// A civil time that the clocks skip: the readings are the last minute before and the first after.
pub(super) fn nonexistent(
    datetime: DateTime,
    zone: &TimeZone,
    name: &str,
    before: Offset,
    after: Offset,
) -> WhenProblem {
    // Read with the later offset the time lies before the jump, so the jump is what follows.
    let jump = after
        .to_timestamp(datetime)
        .ok()
        .and_then(|early| zone.following(early).next());
    let readings = jump.map_or_else(Vec::new, |jump| {
        let first = jump.timestamp();
        let last = first - jiff::SignedDuration::from_mins(1);
        [(last, before), (first, after)]
            .map(|(timestamp, offset)| {
                let civil = offset.to_datetime(timestamp);
                format!("{} {name} = {}", minute(civil), utc(timestamp, civil))
            })
            .to_vec()
    });
    WhenProblem {
        code: "nonexistent-time",
        message: format!(
            "{} does not exist in {name}: the clocks jump over it; write a time before or after the jump",
            minute(datetime)
        ),
        readings,
    }
}

/// A civil time that the clocks show twice: the readings carry the offset that settles it.
pub(super) fn ambiguous(
    datetime: DateTime,
    name: &str,
    before: Offset,
    after: Offset,
) -> WhenProblem {
    let readings = [before, after]
        .into_iter()
        .filter_map(|offset| {
            let timestamp = offset.to_timestamp(datetime).ok()?;
            Some(format!(
                "{} {} {name} = {}",
                minute(datetime),
                numeric_offset(offset),
                utc(timestamp, datetime)
            ))
        })
        .collect();
    WhenProblem {
        code: "ambiguous-time",
        message: format!(
            "{} occurs twice in {name}, as the clocks go back: add the offset {} or {}",
            minute(datetime),
            numeric_offset(before),
            numeric_offset(after)
        ),
        readings,
    }
}
