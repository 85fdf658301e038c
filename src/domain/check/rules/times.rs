//! CHK-09, 10, 11, 13: weekdays, dates and times of day.

use std::ops::Range;

use jiff::civil::{Date, time};

use crate::domain::check::dates::{Written, written};
use crate::domain::check::finding::{Noted, Severity, Spot};
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::search::{any, places};
use crate::domain::check::words::words;

/// The day of the release, which dates without a year are near to.
fn day(copy: &Copy<'_>) -> Option<Date> {
    let dateline = copy.text.dateline.as_ref();
    dateline
        .and_then(|dateline| dateline.date)
        .or_else(|| copy.date_of(copy.facts.send_at.unwrap_or(copy.facts.now)))
}

/// CHK-09: "Monday, November 2, 2021" was a Tuesday.
pub(crate) fn weekday(copy: &Copy<'_>) -> Option<Noted> {
    let year = day(copy);
    let mut right = String::new();
    let mut spots = Vec::new();
    let mut look = |date: &Written, spot: Spot| {
        if date
            .weekday
            .is_some_and(|weekday| weekday != date.date.weekday())
        {
            if right.is_empty() {
                right = format!("{} is a {:?}", date.date, date.date.weekday());
            }
            spots.push(spot);
        }
    };
    for passage in copy.prose() {
        for date in written(&passage.text, year) {
            look(&date, copy.spot(passage, &date.range));
        }
    }
    for line in copy.facts.origin.iter().flat_map(|origin| &origin.dateline) {
        for date in written(&line.text, None) {
            look(&date, copy.spot_in_file("dateline", line.line, &line.text));
        }
    }
    Noted::at(format!("weekday and date do not agree: {right}"), spots)
}

/// CHK-10: the dateline's date is not the day on which it goes out, or is past already.
pub(crate) fn dateline(copy: &Copy<'_>) -> Option<Noted> {
    let date = copy.text.dateline.as_ref()?.date?;
    let planned = copy.facts.send_at.and_then(|instant| copy.date_of(instant));
    let message = match planned {
        Some(planned) if planned != date => format!(
            "the dateline says {date}, and it goes out on {planned} ({})",
            copy.facts.zone
        ),
        Some(_) => return None,
        None => {
            let today = copy.date_of(copy.facts.now)?;
            if date >= today {
                return None;
            }
            format!(
                "the dateline says {date}, and today is {today} ({})",
                copy.facts.zone
            )
        }
    };
    Noted::at(message, vec![dateline_spot(copy)])
}

/// Where the dateline stands: in the pasted file, or where it is printed.
pub(crate) fn dateline_spot(copy: &Copy<'_>) -> Spot {
    if let Some(line) = copy.facts.origin.and_then(|origin| origin.dateline.first()) {
        return copy.spot_in_file("dateline", line.line, &line.text);
    }
    let printed = copy.text.dateline_line().unwrap_or_default();
    copy.spot_in_file("dateline", 1, printed.trim_end())
}

/// CHK-11: "today" means another day tomorrow. An error where the dateline is wrong already.
pub(crate) fn relative(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let spots = copy.spots(copy.body().filter(|passage| !passage.quoted), |passage| {
        any(&passage.folded, lists.relative.iter().copied())
            .into_iter()
            .filter(|range| !in_quotation(passage, range) && !is_time_of_day(passage, range))
            .collect()
    });
    let dated = copy
        .text
        .dateline
        .as_ref()
        .is_some_and(|dateline| dateline.date.is_some());
    let wrong = dateline(copy).is_some();
    let noted = Noted::at(
        "these words mean another day when they are read later",
        spots,
    );
    let severity = match (dated, wrong) {
        (_, true) => Severity::Error,
        // Under a dateline "today" is the dateline's day: usual, and clear.
        (true, false) => Severity::Advice,
        (false, false) => Severity::Warning,
    };
    noted.map(|noted| noted.as_(severity))
}

/// "Am Morgen" is a time of every day.
fn is_time_of_day(passage: &Passage, range: &Range<usize>) -> bool {
    let before = passage.folded[..range.start].trim_end();
    &passage.folded[range.clone()] == "morgen"
        && [" am", " jeden", " jedem", " guten", " frühen"]
            .iter()
            .any(|word| format!(" {before}").ends_with(word))
}

/// Whether a place lies between quotation marks: what somebody said stays as it was said.
pub(crate) fn in_quotation(passage: &Passage, range: &Range<usize>) -> bool {
    let (text, before) = (&passage.text, &passage.text[..range.start]);
    // German closes with the mark that opens an English quote, and turns French ones round.
    let is_turned = text.contains('«') && text.find('»') < text.find('«') && text.contains('»');
    let (opening, closing): (&[char], &[char]) = if text.contains('„') {
        (&['„'], &['“', '”'])
    } else if is_turned {
        (&['»'], &['«'])
    } else {
        (&['“', '«'], &['”', '»'])
    };
    let (open, close) = (before.rfind(opening), before.rfind(closing));
    open > close || (open.is_none() && before.matches('"').count() % 2 == 1)
}

/// Words of zones: where, and whether daylight saving time is meant; nothing for words that fit all year.
const ZONES: &[(&str, &str, Option<bool>)] = &[
    ("est", "America/New_York", Some(false)),
    ("edt", "America/New_York", Some(true)),
    ("cst", "America/Chicago", Some(false)),
    ("cdt", "America/Chicago", Some(true)),
    ("mst", "America/Denver", Some(false)),
    ("mdt", "America/Denver", Some(true)),
    ("pst", "America/Los_Angeles", Some(false)),
    ("pdt", "America/Los_Angeles", Some(true)),
    ("bst", "Europe/London", Some(true)),
    ("cet", "Europe/Paris", Some(false)),
    ("cest", "Europe/Paris", Some(true)),
    ("mez", "Europe/Berlin", Some(false)),
    ("mesz", "Europe/Berlin", Some(true)),
    ("eet", "Europe/Athens", Some(false)),
    ("eest", "Europe/Athens", Some(true)),
    ("aest", "Australia/Sydney", Some(false)),
    ("aedt", "Australia/Sydney", Some(true)),
    ("nzst", "Pacific/Auckland", Some(false)),
    ("nzdt", "Pacific/Auckland", Some(true)),
    ("akst", "America/Anchorage", Some(false)),
    ("akdt", "America/Anchorage", Some(true)),
];
/// Fit all year, and are everyday words of some language in lower case.
const SHORT: &[&str] = &[
    "et", "ct", "mt", "pt", "gmt", "utc", "jst", "ist", "hkt", "sgt", "brt", "art", "clt", "wet",
    "west", "sast", "kst", "hst", "hec", "hae", "hne", "gst", "pkt", "wib", "ict",
];
const ALL_YEAR: &[&str] = &[
    "eastern",
    "central",
    "pacific",
    "mountain",
    "london time",
    "local time",
    "time",
    "ortszeit",
    "heures de",
    "hora local",
    "utc+",
    "utc-",
    "heure",
    "hora",
];

const LONDON: &str = "Europe/London";

/// Whether a zone's word is meant as in America: written there, or by a newsroom there.
fn is_american(copy: &Copy<'_>) -> bool {
    let dateline = copy.text.dateline.as_ref();
    let country = dateline.and_then(|dateline| dateline.country.as_deref());
    match country {
        Some(country) => !["CN", "China", "TW", "Taiwan", "CU", "Cuba"].contains(&country),
        None => !copy.facts.zone.starts_with("Asia/"),
    }
}

/// CHK-13: "3 p.m. EST on July 6" (Business Wire: "Daylight or not?").
pub(crate) fn zone(copy: &Copy<'_>) -> Option<Noted> {
    let mut spots = Vec::new();
    let mut reasons = Vec::new();
    let year = day(copy);
    for passage in copy.body() {
        if in_contact_block(passage) {
            continue;
        }
        let dates = written(&passage.text, year);
        let mut times = times_of_day(passage, copy.language());
        times.extend(after_dates(&passage.text, &dates));
        times.sort_by_key(|range| range.start);
        times.dedup_by(|one, other| one.start < other.end);
        for (place, range) in times.iter().enumerate() {
            // "from 9 to 11 a.m. EST" has one zone for both; another time further on has its own.
            let next = times.get(place + 1).map(|next| next.start);
            let next = next.filter(|next| next - range.end > 12);
            let next = next.unwrap_or(usize::MAX);
            let end = passage.folded.len().min(range.end + 48).min(next);
            let end = (range.end..=end)
                .rev()
                .find(|end| passage.folded.is_char_boundary(*end))
                .unwrap_or(range.end);
            let near = &passage.folded[range.end..end];
            let as_written = &passage.text[range.end..end];
            let named = ZONES
                .iter()
                .filter_map(|(word, place, summer)| {
                    Some((abbreviated(as_written, word)?, place, summer))
                })
                .min_by_key(|(at, ..)| *at);
            let date = || {
                let near = dates
                    .iter()
                    .min_by_key(|date| date.range.start.abs_diff(range.start));
                near.map(|date| date.date)
                    .or_else(|| copy.text.dateline.as_ref()?.date)
            };
            match named {
                // China and Cuba have a CST of their own.
                Some((_, &"America/Chicago", _)) if !is_american(copy) => {}
                Some((_, place, Some(summer))) => {
                    let date = date();
                    if date.is_some_and(|date| is_summer(copy, place, date) == Some(!summer)) {
                        reasons.push("the zone's word is for the other half of the year");
                        spots.push(copy.spot(passage, range));
                    }
                }
                None if abbreviated(as_written, "gmt").is_some()
                    && copy.facts.zone == LONDON
                    && date().is_some_and(|date| is_summer(copy, LONDON, date) == Some(true)) =>
                {
                    reasons.push("in summer London has BST, and GMT is an hour later");
                    spots.push(copy.spot(passage, range));
                }
                None if any(near, ALL_YEAR.iter().copied()).is_empty()
                    && !SHORT
                        .iter()
                        .any(|word| abbreviated(as_written, word).is_some())
                    && any(&passage.folded, ["all times"]).is_empty() =>
                {
                    reasons.push("a time of day has no zone");
                    spots.push(copy.spot(passage, range));
                }
                _ => {}
            }
        }
    }
    reasons.dedup();
    Noted::at(reasons.join("; "), spots)
}

/// Where a zone's abbreviation stands: in capitals, for "est" and "cet" are French words, "ist" is a
/// German one.
fn abbreviated(text: &str, word: &str) -> Option<usize> {
    let upper = places(text, &word.to_uppercase());
    upper.first().map(|range| range.start)
}

/// Times on a 24-hour clock right behind a date: "le 3 décembre 2026 à 14 h 30", "a las 11:00". Alone
/// they may be opening hours.
fn after_dates(text: &str, dates: &[Written]) -> Vec<Range<usize>> {
    dates
        .iter()
        .filter_map(|date| after(text, date.range.end))
        .collect()
}

fn after(text: &str, date: usize) -> Option<Range<usize>> {
    let rest = &text[date..];
    let start = date + rest.find(|c: char| c.is_ascii_digit())?;
    let between = text[date..start].trim_matches([' ', ',', '\u{a0}']);
    if !matches!(
        between,
        "" | "à" | "a las" | "a la" | "at" | "um" | "ab" | "dès" | "from"
    ) {
        return None;
    }
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let hour = digits(&text[start..]);
    let blank =
        |text: &str| text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    let mark = start + hour + blank(&text[start + hour..]);
    text[start..start + hour]
        .parse::<u32>()
        .ok()
        .filter(|number| *number < 25)?;
    let rest = &text[mark..];
    if hour > 0 && mark == start + hour && rest.starts_with(':') {
        let minutes = digits(&rest[1..]);
        return (minutes == 2).then_some(start..mark + 3);
    }
    for unit in ["heures", "horas", "h"] {
        if let Some(behind) = rest.strip_prefix(unit) {
            let gap = blank(behind);
            let minutes = digits(&behind[gap..]);
            let end = mark + unit.len();
            if minutes == 2 {
                return Some(start..end + gap + 2);
            }
            let is_word = behind.starts_with(char::is_alphanumeric);
            return (!is_word).then_some(start..end);
        }
    }
    None
}

/// Opening hours and phone hours are local by nature.
fn in_contact_block(passage: &Passage) -> bool {
    passage.text.contains('@')
        || !any(
            &passage.folded,
            [
                "open from",
                "open daily",
                "opening hours",
                "geöffnet",
                "öffnungszeiten",
                "täglich von",
                "ouvert",
                "ouverte",
                "horaires d'ouverture",
                "abierto",
                "abierta",
                "horario",
            ],
        )
        .is_empty()
}

fn is_summer(copy: &Copy<'_>, place: &str, date: Date) -> Option<bool> {
    let zone = copy.facts.zones.get(place)?;
    let noon = date.to_datetime(time(12, 0, 0, 0));
    let timestamp = zone.to_ambiguous_timestamp(noon).compatible().ok()?;
    Some(zone.to_offset_info(timestamp).dst().is_dst())
}

/// "3 p.m.", "10:30 a.m.", "3 pm"; a 24-hour time only before a word of its own ("15:00 Uhr").
pub(crate) fn times_of_day(passage: &Passage, language: &str) -> Vec<Range<usize>> {
    // "Platz 5 am Markt" is an address.
    let marks: &[&str] = match language {
        "de" => &["uhr"],
        "fr" => &["a.m.", "p.m."],
        "es" => &["a.m.", "p.m.", "a. m.", "p. m.", "a.\u{a0}m.", "p.\u{a0}m."],
        _ => &["a.m.", "p.m.", "am", "pm", "uhr"],
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    for mark in any(&passage.folded, marks.iter().copied()) {
        let before = passage.folded[..mark.start].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
        if digits.len() == before.len() || before.len() - digits.len() > 5 {
            continue;
        }
        found.push(digits.len()..mark.end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_behind_a_date_is_found_in_every_language() {
        for (text, time) in [
            (
                "le 3 décembre 2026 à 14 h 30, heure de Paris",
                Some("14 h 30"),
            ),
            ("le 3 décembre 2026 à 15 h à Lyon", Some("15 h")),
            ("le 3 décembre 2026 à 15h30", Some("15h30")),
            ("el 3 de diciembre de 2026 a las 11:00 en", Some("11:00")),
            ("on December 3, 2026, at 15:00 in", Some("15:00")),
            ("am 3. Dezember 2026, 10:30 Uhr", Some("10:30")),
            ("le 3 décembre 2026 avec 15 hommes", None),
            ("le 3 décembre 2026, 15 hommes", None),
            ("le 3 décembre 2026", None),
        ] {
            let at = text.find("2026").unwrap() + 4;
            assert_eq!(after(text, at).map(|range| &text[range]), time, "{text}");
        }
    }

    #[test]
    fn zones_are_known_by_capitals() {
        assert_eq!(abbreviated(" EST on", "est"), Some(1));
        for (text, word) in [
            ("la porte est ouverte", "est"),
            ("das ist", "ist"),
            ("cet été", "cet"),
        ] {
            assert_eq!(abbreviated(text, word), None, "{text}");
        }
    }
}
