//! Times that people write and read differently, each refused with what it may mean.

use jiff::civil::Date;

use crate::domain::when::problem::{UNRECOGNISED, WhenProblem};
use crate::domain::when::written::{date, number};

const FORM: &str =
    "write YYYY-MM-DD HH:MM and a zone, such as 2026-11-03 09:00 Europe/Berlin, or RFC 3339";

pub(super) fn unrecognised(what: &str) -> WhenProblem {
    WhenProblem::new(UNRECOGNISED, format!("{what}: {FORM}"))
}

pub(super) fn no_date(text: &str) -> WhenProblem {
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

pub(super) fn no_time(date_text: &str, rest: &str) -> WhenProblem {
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
pub(super) fn twelve_hour(rest: &str) -> bool {
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

pub(super) fn half_day(date_text: &str, time_text: &str) -> WhenProblem {
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

pub(super) fn both_midnights(date: Date) -> Vec<String> {
    let next = date.tomorrow().unwrap_or(date);
    vec![format!("{date} 00:00"), format!("{next} 00:00")]
}
