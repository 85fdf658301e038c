//! Dates as people write them, with and without a weekday, in four languages.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use crate::domain::check::search::{fold, words};

/// A date found in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub range: Range<usize>,
    /// As written; it may be wrong.
    pub weekday: Option<Weekday>,
    pub date: Date,
    /// `01.` in an English text, or `1st`.
    pub is_odd: bool,
}

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "enero"],
    &["february", "feb", "februar", "feber", "février", "febrero"],
    &["march", "mar", "märz", "mars", "marzo"],
    &["april", "apr", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["june", "jun", "juni", "juin", "junio"],
    &["july", "jul", "juli", "juillet", "julio"],
    &["august", "aug", "août", "agosto"],
    &["september", "sep", "sept", "septembre", "septiembre"],
    &["october", "oct", "oktober", "octobre", "octubre"],
    &["november", "nov", "novembre", "noviembre"],
    &["december", "dec", "dezember", "décembre", "diciembre"],
];

const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (
        Weekday::Monday,
        &["monday", "mon", "montag", "lundi", "lunes"],
    ),
    (
        Weekday::Tuesday,
        &["tuesday", "tue", "tues", "dienstag", "mardi", "martes"],
    ),
    (
        Weekday::Wednesday,
        &["wednesday", "wed", "mittwoch", "mercredi", "miércoles"],
    ),
    (
        Weekday::Thursday,
        &[
            "thursday",
            "thu",
            "thur",
            "thurs",
            "donnerstag",
            "jeudi",
            "jueves",
        ],
    ),
    (
        Weekday::Friday,
        &["friday", "fri", "freitag", "vendredi", "viernes"],
    ),
    (
        Weekday::Saturday,
        &[
            "saturday",
            "sat",
            "samstag",
            "sonnabend",
            "samedi",
            "sábado",
        ],
    ),
    (
        Weekday::Sunday,
        &["sunday", "sun", "sonntag", "dimanche", "domingo"],
    ),
];

fn month(word: &str) -> Option<i8> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(place + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS
        .iter()
        .find(|(_, names)| names.contains(&word))
        .map(|(day, _)| *day)
}

/// A month's or a weekday's name, in lower case.
pub(crate) fn is_calendar(word: &str) -> bool {
    month(word).is_some() || weekday(word).is_some()
}

/// A day of the month, and whether an ordinal ending follows it.
fn day(word: &str) -> Option<(i8, bool)> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = &word[digits.len()..];
    if digits.is_empty()
        || digits.len() > 2
        || !matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er")
    {
        return None;
    }
    let day: i8 = digits.parse().ok()?;
    (1..=31)
        .contains(&day)
        .then_some((day, !ending.is_empty() && ending != "er"))
}

fn year(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok()?;
    (word.len() == 4 && (1900..=2199).contains(&year)).then_some(year)
}

/// `2026-11-03`, and `3.11.2026` as German writes it: the day and how many words it takes.
fn in_figures(text: &str, all: &[(Range<usize>, &str)]) -> Option<(Date, usize)> {
    let (first, word) = all.first()?;
    let is_iso = word.len() == 10 && word.is_ascii() && word.matches('-').count() == 2;
    if let Some(date) = word.parse().ok().filter(|_| is_iso) {
        return Some((date, 1));
    }
    let [(month, in_month), (_, in_year)] = all.get(1..3)? else {
        return None;
    };
    let dotted = |from: usize, to: usize| matches!(text.get(from..to), Some("." | ". "));
    if !dotted(first.end, month.start) || !dotted(month.end, all[2].0.start) {
        return None;
    }
    let number = |word: &str| word.parse::<i8>().ok().filter(|_| word.len() <= 2);
    let date = Date::new(year(in_year)?, number(in_month)?, number(word)?).ok()?;
    Some((date, 3))
}

/// The year of a day that is written without: the one in which it lies nearest to another day ("Friday,
/// Jan. 8" in a release of December is of the next year). Far from it either side may be meant, and
/// the weekday tells which.
fn nearest(month: i8, day: i8, weekday: Weekday, to: Date) -> Option<i16> {
    const NEAR: u32 = 60;
    let years = [to.year() - 1, to.year(), to.year() + 1].into_iter();
    let mut all: Vec<(u32, Date)> = years
        .filter_map(|year| Date::new(year, month, day).ok())
        .map(|date| ((date - to).get_days().unsigned_abs(), date))
        .collect();
    all.sort_unstable();
    let (far, nearest) = *all.first()?;
    let fits = all
        .iter()
        .take(2)
        .find(|(_, date)| date.weekday() == weekday);
    let chosen = fits
        .filter(|_| far > NEAR)
        .map_or(nearest, |(_, date)| *date);
    Some(chosen.year())
}

/// Every whole date in a text; one without its year only where a day is given that it shall be
/// near to, and a weekday stands before it.
pub fn written(text: &str, near_to: Option<Date>) -> Vec<Written> {
    let folded = fold(text);
    let all: Vec<(Range<usize>, &str)> = words(&folded)
        .into_iter()
        // "3 de noviembre de 2026", "the 3rd of November"
        .filter(|(_, word)| !matches!(*word, "de" | "of" | "the" | "den" | "dem" | "del" | "le"))
        .collect();
    let mut found = Vec::new();
    for (place, (range, word)) in all.iter().enumerate() {
        if let Some((date, long)) = in_figures(text, &all[place..]) {
            let before = place.checked_sub(1).and_then(|before| all.get(before));
            let before = before.and_then(|(other, word)| Some((other.start, weekday(word)?)));
            let end = all[place + long - 1].0.end;
            found.push(Written {
                range: before.map_or(range.start, |(start, _)| start)..end,
                weekday: before.map(|(_, weekday)| weekday),
                date,
                is_odd: false,
            });
            continue;
        }
        let Some(month) = month(word) else { continue };
        let near = |step: isize| {
            let index = place.checked_add_signed(step)?;
            let (other, word) = all.get(index)?;
            // Words of another sentence are no part of this date.
            let gap = if step > 0 {
                range.end..other.start
            } else {
                other.end..range.start
            };
            let between = text.get(gap)?;
            (!between.contains([';', '(', ')', '–', '—'])).then_some((other.clone(), *word))
        };
        let before = near(-1).and_then(|(range, word)| Some((range, day(word)?)));
        let after = near(1).and_then(|(range, word)| Some((range, day(word)?)));
        let year_at = |step| near(step).and_then(|(range, word)| Some((range, year(word)?)));
        // "November 3, 2026", else "3 November 2026".
        let american = after.filter(|_| year_at(2).is_some() || before.is_none());
        let (first, (day_range, (day, is_ordinal)), year_step, day_step) = match (american, before)
        {
            (Some(after), _) => (range.start, after, 2, -1),
            (None, Some(before)) => (before.0.start, before, 1, -2),
            (None, None) => continue,
        };
        let before_it = near(day_step).and_then(|(range, word)| Some((range, weekday(word)?)));
        let year = year_at(year_step);
        let Some(number) = year
            .as_ref()
            .map(|(_, year)| *year)
            .or_else(|| nearest(month, day, before_it.as_ref()?.1, near_to?))
        else {
            continue;
        };
        let Ok(date) = Date::new(number, month, day) else {
            continue;
        };
        let dotted = text[day_range.end..].starts_with('.') && year_step == 1;
        let padded = text[day_range.clone()].starts_with('0');
        let end = year.map_or(range.end.max(day_range.end), |(range, _)| range.end);
        let start = before_it.as_ref().map_or(first, |(range, _)| range.start);
        found.push(Written {
            range: start..end,
            weekday: before_it.map(|(_, weekday)| weekday),
            date,
            is_odd: is_ordinal || dotted || padded,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reads_dates_of_four_languages() {
        for text in [
            "on Tuesday, November 3, 2026, it",
            "Tuesday, Nov. 3, 2026",
            "Tuesday 3 November 2026",
            "Tuesday, 03. November 2026",
            "am Dienstag, 3. November 2026",
            "am Dienstag, den 3. November 2026",
            "mardi 3 novembre 2026",
            "martes, 3 de noviembre de 2026",
            "Tuesday, November 3rd, 2026",
            "am Dienstag, 3.11.2026, um",
            "Dienstag, den 03. 11. 2026",
            "Tuesday, 2026-11-03",
        ] {
            let found = written(text, None);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(
                (found[0].date, found[0].weekday),
                (date(2026, 11, 3), Some(Weekday::Tuesday)),
                "{text}"
            );
        }
        assert_eq!(written("It may 2026 be", None), []);
        assert_eq!(written("Nov. 3", None), []);
        assert_eq!(
            written("on Tuesday, Nov. 3,", Some(date(2026, 10, 1)))[0].date,
            date(2026, 11, 3)
        );
        assert_eq!(
            written("on Friday, Jan. 8,", Some(date(2026, 12, 15)))[0].date,
            date(2027, 1, 8)
        );
        for (text, year) in [("Friday, Dec. 4", 2026), ("Thursday, Dec. 4", 2025)] {
            let found = written(text, Some(date(2026, 3, 20)));
            assert_eq!(found[0].date, date(year, 12, 4), "{text}");
        }
        assert_eq!(written("32 March 2026, March 32, 2026", None), []);
        let two = written("from 1 May 2026 to 3 June 2026", None);
        assert_eq!(
            (two[0].date, two[1].date),
            (date(2026, 5, 1), date(2026, 6, 3))
        );
        assert!(written("01. November 2023", None)[0].is_odd);
    }
}
