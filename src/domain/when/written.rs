//! A date and time taken apart as it is written, before any zone has been looked up.

use jiff::civil::{Date, DateTime, Time};

use crate::domain::when::misread::{
    both_midnights, half_day, no_date, no_time, twelve_hour, unrecognised,
};
use crate::domain::when::problem::{INVALID_DATE, INVALID_TIME, WhenProblem};
use crate::domain::when::tail::{Shift, brackets, shift_and_zone};

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
pub(super) fn has_shape(text: &str, shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => byte == *other,
        })
}

/// The digits at these places as a number; they were checked by shape.
pub(super) fn number(text: &str) -> i8 {
    text.parse().unwrap_or(i8::MAX)
}

pub(super) fn date(text: &str) -> Result<Date, WhenProblem> {
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
