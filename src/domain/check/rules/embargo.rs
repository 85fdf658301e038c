//! CHK-17 to 20: what the text says of the embargo, and what the record says.

use std::ops::Range;

use crate::domain::check::dates::written;
use crate::domain::check::finding::{Noted, Severity, Spot};
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::rules::times::times_of_day;
use crate::domain::check::search::any;
use crate::domain::check::words::words;
use crate::domain::content::AssetUse;

/// Where the text speaks of its own embargo: at the top, or anywhere in a line of its own.
fn claims(copy: &Copy<'_>, phrases: &[&str]) -> Vec<Spot> {
    let top = copy.passages.iter().enumerate().filter(|(place, passage)| {
        // A story about an embargo is no embargo.
        *place < 4 || passage.text.chars().count() < 120
    });
    copy.spots(top.map(|(_, passage)| passage), |passage| {
        any(&passage.folded, phrases.iter().copied())
            .into_iter()
            .filter(|range| {
                let is_capital = passage.text[range.clone()]
                    .chars()
                    .next()
                    .is_some_and(char::is_uppercase);
                // Every German noun has a capital; an embargo of ours is followed by its time.
                let rest = passage.folded[range.end..].trim_start();
                let tells = copy.language() != "de"
                    || [":", "bis", "–", "-"]
                        .iter()
                        .any(|word| rest.starts_with(word))
                    || passage.folded[range.clone()].contains(' ');
                range.start < 4 || is_capital && tells
            })
            .collect()
    })
}

/// CHK-17: "EMBARGOED UNTIL" without a record, "FOR IMMEDIATE RELEASE" with one.
pub(crate) fn stated(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    if copy.facts.embargo.is_active(copy.facts.now) {
        let spots = claims(copy, lists.immediate);
        return Noted::at(
            "the text says it may be published at once, and it is under embargo",
            spots,
        );
    }
    let spots = claims(copy, lists.embargo);
    Noted::at(
        "the text says it is under embargo, and no embargo holds: nothing keeps it back",
        spots,
    )
}

/// Places of a wrong embargo that are told.
const MOST_SPOTS: usize = 200;

/// Times that a notice gives for one lift; Nature's header has four.
const MOST_ZONES: usize = 12;

/// The times of day in a passage as hour and minute: "9 a.m.", "10:30 p.m.", "18:00", "10 Uhr", "14 h 30".
fn clocks(passage: &Passage, language: &str) -> Vec<(Range<usize>, (i8, i8))> {
    let mut found = Vec::new();
    let halves = times_of_day(passage, language);
    for range in halves.clone() {
        let said = &passage.folded[range.clone()];
        let Some((hour, minute)) = hour_and_minute(said) else {
            continue;
        };
        let is_half = said.contains('p') || said.contains('a');
        let hour = match (is_half, hour, said.contains('p')) {
            (true, 12, false) => 0,
            (true, 1..12, true) => hour + 12,
            _ => hour,
        };
        found.push((range, (hour, minute)));
    }
    for (at, _) in passage.text.match_indices([':', 'h']) {
        let before = passage.text[..at].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
        let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let before_it = halves.partition_point(|range| range.end <= start);
        let is_known = halves
            .get(before_it)
            .is_some_and(|range| range.start <= start);
        if is_known || passage.text[..start].ends_with([':', '.', ',']) {
            continue;
        }
        let rest = passage.text[at + 1..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits != 2 || !(1..=2).contains(&(before.len() - start)) {
            continue;
        }
        let said = format!("{}:{}", &before[start..], &rest[..2]);
        if let Some(time) = hour_and_minute(&said) {
            found.push((start..at + 1, time));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

fn hour_and_minute(said: &str) -> Option<(i8, i8)> {
    let mut numbers = said
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty());
    let hour: i8 = numbers.next()?.parse().ok()?;
    let minute: i8 = numbers.next().unwrap_or("0").parse().ok()?;
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

/// CHK-18: another date or time in the text than in the record (King's College, 2015: the wrong day
/// after a conversion of zones).
pub(crate) fn other(copy: &Copy<'_>) -> Option<Noted> {
    let until = copy.facts.embargo.until()?;
    let zone = copy.facts.zones.get(&until.zone)?;
    let lift = zone.to_datetime(until.instant.timestamp());
    let (right, clock) = (lift.date(), (lift.hour(), lift.minute()));
    let lists = words(copy.language());
    let mut spots = Vec::new();
    for passage in copy.prose() {
        let claims = any(&passage.folded, lists.embargo.iter().copied());
        if claims.is_empty() {
            continue;
        }
        let dates = written(&passage.text, Some(right));
        let times = clocks(passage, copy.language());
        for claim in claims {
            // Each place of a long line takes a look at all of it.
            if spots.len() == MOST_SPOTS {
                break;
            }
            let next = dates.partition_point(|date| date.range.start < claim.start);
            let next = dates.get(next);
            if let Some(date) = next.filter(|date| date.date != right) {
                spots.push(copy.spot(passage, &date.range));
                continue;
            }
            // One of several zones has to be the record's.
            let next = times.partition_point(|(at, _)| at.start <= claim.start);
            let mut said = times[next..].iter().take(MOST_ZONES);
            let Some((at, _)) = times.get(next) else {
                continue;
            };
            if !said.any(|(_, time)| *time == clock) {
                spots.push(copy.spot(passage, at));
            }
        }
    }
    Noted::at(
        format!("the record says {} {}", until.civil, until.zone),
        spots,
    )
}

/// CHK-19: a document that will be passed on by itself, without a word of the embargo (JID, 2014).
pub(crate) fn attachment(copy: &Copy<'_>) -> Option<Noted> {
    if !copy.facts.embargo.is_active(copy.facts.now) {
        return None;
    }
    let spots = copy
        .version
        .assets
        .iter()
        .filter(|asset| asset.use_ != AssetUse::Link)
        .filter(|asset| {
            asset.media_type == "application/pdf"
                || asset.media_type.starts_with("text/")
                || asset.media_type.contains("document")
        })
        .filter(|asset| {
            let said = format!(
                "{} {}",
                asset.file_name,
                asset.caption.as_deref().unwrap_or_default()
            )
            .to_lowercase();
            !said.contains("embargo") && !said.contains("sperrfrist")
        })
        .map(|asset| copy.spot_in_file("assets", 1, &asset.file_name))
        .collect();
    Noted::at(
        "a document under embargo does not say so in its name or caption",
        spots,
    )
}

/// CHK-20: too little time for a journalist, or a day on which nobody works.
pub(crate) fn lead(copy: &Copy<'_>) -> Option<Noted> {
    let until = copy.facts.embargo.until()?;
    if let Some(first) = copy.facts.advance_at {
        let lead = first.until(until.instant);
        if lead < copy.facts.min_lead {
            return Some(
                Noted::missing("advance copies reach journalists too shortly before the lift")
                    .as_(Severity::Error),
            );
        }
        if lead < copy.facts.warn_lead {
            return Some(Noted::missing(
                "advance copies leave journalists less time than a day's work",
            ));
        }
    }
    let zone = copy.facts.zones.get(&until.zone)?;
    let date = zone.to_datetime(until.instant.timestamp()).date();
    let day = date.weekday();
    if matches!(
        day,
        jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
    ) {
        return Some(Noted::missing(format!("the embargo lifts on a {day:?}")));
    }
    let holidays = &copy.facts.style.holidays;
    holidays
        .iter()
        .any(|holiday| holiday.is_on(date))
        .then(|| Noted::missing(format!("the embargo lifts on {date}, a holiday")))
}
