//! What stands behind the time: the offset, the zone, the brackets of RFC 9557.

use jiff::tz::Offset;

use crate::domain::when::misread::unrecognised;
use crate::domain::when::problem::{INVALID_OFFSET, WhenProblem};
use crate::domain::when::written::{has_shape, number};

/// The offset as written. `Z` is kept apart: beside a zone in brackets it says less than `+00:00`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shift {
    Zulu,
    Numeric(Offset),
}

impl Shift {
    pub(super) const fn offset(self) -> Offset {
        match self {
            Self::Zulu => Offset::UTC,
            Self::Numeric(offset) => offset,
        }
    }
}

/// Takes the RFC 9557 suffixes off the end; returns the zone among them.
///
/// The calendar and other elective keys say nothing about the instant; an unknown critical one
/// (`[!…]`) must be refused (RFC 9557, 3.2).
pub(super) fn brackets(rest: &str) -> Result<(&str, Option<String>), WhenProblem> {
    let Some(start) = rest.find('[') else {
        return Ok((rest, None));
    };
    let mut zone = None;
    let mut tail = &rest[start..];
    while !tail.is_empty() {
        let Some((inside, after)) = tail.strip_prefix('[').and_then(|open| open.split_once(']'))
        else {
            return Err(unrecognised("the brackets at the end are not closed"));
        };
        let (critical, inside) = inside
            .strip_prefix('!')
            .map_or((false, inside), |inside| (true, inside));
        match inside.split_once('=') {
            Some(("u-ca", "gregory" | "iso8601")) => {}
            Some(_) if critical => {
                return Err(unrecognised(
                    "the brackets hold a critical suffix that is not known here",
                ));
            }
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {}
            Some(_) => return Err(unrecognised("the brackets hold an empty suffix")),
            None if tail.len() < rest.len() - start => {
                return Err(unrecognised("a zone in brackets must come first, and once"));
            }
            None => zone = Some(inside.to_owned()),
        }
        tail = after;
    }
    Ok((&rest[..start], zone))
}

pub(super) fn shift_and_zone(rest: &str) -> Result<(Option<Shift>, Option<String>), WhenProblem> {
    let spaced = rest.starts_with(' ');
    let rest = rest.trim();
    let zulu = rest
        .strip_prefix(['Z', 'z'])
        .filter(|after| after.is_empty() || after.starts_with(' '));
    let (shift, zone) = if let Some(after) = zulu {
        (Some(Shift::Zulu), after.trim())
    } else if rest.starts_with(['+', '-']) {
        let (token, after) = rest.split_once(' ').unwrap_or((rest, ""));
        (Some(Shift::Numeric(numeric(token)?)), after.trim())
    } else if !spaced && !rest.is_empty() {
        return Err(unrecognised(
            "between the time and the zone there must be a space",
        ));
    } else {
        (None, rest)
    };
    if zone.starts_with(['+', '-']) {
        return Err(unrecognised("two offsets are written"));
    }
    Ok((shift, (!zone.is_empty()).then(|| zone.to_owned())))
}

/// `±hh:mm`, also `±hhmm` and `±hh`, between -12:00 and +14:00: no place on earth lies beyond.
pub(super) fn numeric(token: &str) -> Result<Offset, WhenProblem> {
    let wrong = || {
        WhenProblem::new(
            INVALID_OFFSET,
            format!("{token} is not an offset from UTC: write ±hh:mm between -12:00 and +14:00"),
        )
    };
    let sign = if token.starts_with('-') { -1 } else { 1 };
    let digits = token.get(1..).ok_or_else(wrong)?;
    let (hours, minutes) = if has_shape(digits, b"dd:dd") {
        (&digits[..2], &digits[3..])
    } else if has_shape(digits, b"dddd") {
        digits.split_at(2)
    } else if has_shape(digits, b"dd") {
        (digits, "00")
    } else {
        return Err(wrong());
    };
    let (hours, minutes) = (i32::from(number(hours)), i32::from(number(minutes)));
    let total = sign * (hours * 60 + minutes);
    if minutes > 59 || !(-12 * 60..=14 * 60).contains(&total) {
        return Err(wrong());
    }
    Offset::from_seconds(total * 60).map_err(|_| wrong())
}
