//! A date and time taken apart as it is written, before any zone has been looked up.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::domain::when::problem::{
    INVALID_DATE, INVALID_OFFSET, INVALID_TIME, UNRECOGNISED, WhenProblem,
};

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

#[derive(Debug)]
pub(super) struct Written {
    /// To the second.
    pub(super) datetime: DateTime,
    /// The fraction in milliseconds, rounded up: 0 to 1000.
    pub(super) millis: i64,
    pub(super) shift: Option<Shift>,
    pub(super) zone: Option<String>,
    /// Whether the zone stood in brackets (RFC 9557).
    pub(super) bracketed: bool,
}

const FORM: &str =
    "write YYYY-MM-DD HH:MM and a zone, such as 2026-11-03 09:00 Europe/Berlin, or RFC 3339";

pub(super) fn parse(text: &str) -> Result<Written, WhenProblem> {
    let text = tidy(text);
    if text.is_empty() {
        return Err(unrecognised("there is no date and time"));
    }
    if !text.is_ascii() {
        return Err(unrecognised(
            "only plain digits, hyphens and letters can be read (a dash or a digit here only looks like one)",
        ));
    }
    let date_text = text.get(..10).filter(|date| has_shape(date, b"dddd-dd-dd"));
    let Some(date_text) = date_text else {
        return Err(no_date(&text));
    };
    let rest = &text[10..];
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return Err(if rest.is_empty() {
            unrecognised("the time is missing")
        } else {
            unrecognised("the date must be followed by a space or T and the time")
        });
    };
    let time_text = rest.get(..5).filter(|time| has_shape(time, b"dd:dd"));
    let Some(time_text) = time_text else {
        return Err(no_time(date_text, rest));
    };
    let (second, fraction, rest) = seconds(&rest[5..])?;
    if twelve_hour(rest) {
        return Err(half_day(date_text, time_text));
    }
    let date = date(date_text)?;
    let time = time(date, time_text, second)?;
    let (rest, bracket) = brackets(rest)?;
    let (shift, zone) = shift_and_zone(rest)?;
    if bracket.is_some() && zone.is_some() {
        return Err(unrecognised("two time zones are written"));
    }
    Ok(Written {
        datetime: date.to_datetime(time),
        millis: round_up(fraction),
        shift,
        bracketed: bracket.is_some(),
        zone: bracket.or(zone),
    })
}

/// Blanks that cannot be told from a space are one; marks that cannot be seen at all are dropped at the ends.
fn tidy(text: &str) -> String {
    let unseen = |c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    text.trim_matches(unseen)
        .split(char::is_whitespace)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `d` stands for a digit, everything else for itself.
fn has_shape(text: &str, shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => byte == *other,
        })
}

/// The digits at these places as a number; they were checked by shape.
fn number(text: &str) -> i8 {
    text.parse().unwrap_or(i8::MAX)
}

fn date(text: &str) -> Result<Date, WhenProblem> {
    let year = text[..4].parse().unwrap_or(i16::MAX);
    Date::new(year, number(&text[5..7]), number(&text[8..10])).map_err(|_| {
        WhenProblem::new(
            INVALID_DATE,
            format!("{text} is not a day of the calendar: check month and day"),
        )
    })
}

fn time(date: Date, text: &str, second: i8) -> Result<Time, WhenProblem> {
    let (hour, minute) = (number(&text[..2]), number(&text[3..5]));
    if hour == 24 {
        return Err(WhenProblem {
            code: INVALID_TIME,
            message: "24:00 is read as either end of a day: write 00:00 and the day it begins"
                .to_owned(),
            readings: both_midnights(date),
        });
    }
    if second == 60 {
        return Err(WhenProblem::new(
            INVALID_TIME,
            "second 60 exists only as a leap second: write a second from 00 to 59",
        ));
    }
    Time::new(hour, minute, second, 0).map_err(|_| {
        WhenProblem::new(
            INVALID_TIME,
            format!("{text}:{second:02} is not a time of the day: hours go to 23, minutes and seconds to 59"),
        )
    })
}

/// `[:SS[.fraction]]`; RFC 3339 wants a point, ISO 8601 also knows the comma.
fn seconds(text: &str) -> Result<(i8, &str, &str), WhenProblem> {
    let Some(rest) = text.strip_prefix(':') else {
        if text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
            return Err(unrecognised("the time must be HH:MM or HH:MM:SS"));
        }
        return Ok((0, "", text));
    };
    let Some(second) = rest.get(..2).filter(|two| has_shape(two, b"dd")) else {
        return Err(unrecognised("the seconds must have two digits"));
    };
    let rest = &rest[2..];
    let Some(digits) = rest.strip_prefix(['.', ',']) else {
        if rest.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
            return Err(unrecognised("the seconds must have two digits"));
        }
        return Ok((number(second), "", rest));
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    if end == 0 {
        return Err(unrecognised("the fraction of a second has no digits"));
    }
    Ok((number(second), &digits[..end], &digits[end..]))
}

/// Milliseconds of the fraction; what is finer counts as one more, so that nothing is ever early.
fn round_up(fraction: &str) -> i64 {
    let (coarse, fine) = fraction.split_at(fraction.len().min(3));
    let millis: i64 = format!("{coarse:0<3}").parse().unwrap_or(1000);
    millis + i64::from(fine.bytes().any(|byte| byte != b'0'))
}

/// Takes the RFC 9557 suffixes off the end; returns the zone among them.
///
/// The calendar and other elective keys say nothing about the instant; an unknown critical one
/// (`[!…]`) must be refused (RFC 9557, 3.2).
fn brackets(rest: &str) -> Result<(&str, Option<String>), WhenProblem> {
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

fn shift_and_zone(rest: &str) -> Result<(Option<Shift>, Option<String>), WhenProblem> {
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

fn unrecognised(what: &str) -> WhenProblem {
    WhenProblem::new(UNRECOGNISED, format!("{what}: {FORM}"))
}

fn no_date(text: &str) -> WhenProblem {
    let lower = text.to_ascii_lowercase();
    let relative = [
        "now",
        "today",
        "tomorrow",
        "tonight",
        "yesterday",
        "next ",
        "in ",
    ];
    if relative.iter().any(|word| lower.starts_with(word)) {
        return unrecognised("a relative day changes its meaning while it waits");
    }
    if text.contains(['/', '.']) && text.starts_with(|c: char| c.is_ascii_digit()) {
        return unrecognised("day and month cannot be told apart in every country when written so");
    }
    unrecognised("this does not begin with a date")
}

fn no_time(date_text: &str, rest: &str) -> WhenProblem {
    let word = rest
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    if word == "midnight" {
        let readings = date(date_text).map(both_midnights).unwrap_or_default();
        return WhenProblem {
            readings,
            ..unrecognised("midnight is read as either end of a day")
        };
    }
    if word == "noon" {
        return WhenProblem {
            readings: vec![format!("{date_text} 12:00")],
            ..unrecognised("a word is not a time")
        };
    }
    if twelve_hour(rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.')) {
        return unrecognised("a.m. and p.m. are misread at twelve; use 24 hours");
    }
    unrecognised("the date must be followed by the time as HH:MM")
}

/// Whether what follows a time is a.m., p.m. or the like.
fn twelve_hour(rest: &str) -> bool {
    let rest = rest.trim_start();
    let end = rest
        .find(|c: char| !c.is_ascii_alphabetic() && c != '.' && c != '\'')
        .unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    let word: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    let words = [
        "am", "pm", "a", "p", "noon", "midnight", "oclock", "uhr", "h", "hr", "hrs", "hours",
    ];
    words.contains(&word.to_ascii_lowercase().as_str()) && !after.starts_with(['/', '_'])
}

fn half_day(date_text: &str, time_text: &str) -> WhenProblem {
    let readings = match (number(&time_text[..2]), &time_text[2..]) {
        (hour @ 1..12, minutes) => vec![
            format!("{date_text} {hour:02}{minutes}"),
            format!("{date_text} {:02}{minutes}", hour + 12),
        ],
        (12, minutes) => vec![
            format!("{date_text} 00{minutes}"),
            format!("{date_text} 12{minutes}"),
        ],
        _ => Vec::new(),
    };
    WhenProblem {
        readings,
        ..unrecognised("a.m., p.m. and words behind the time are misread; use 24 hours")
    }
}

fn both_midnights(date: Date) -> Vec<String> {
    let next = date.tomorrow().unwrap_or(date);
    vec![format!("{date} 00:00"), format!("{next} 00:00")]
}
