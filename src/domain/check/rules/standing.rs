//! CHK-27 and 31 for texts that go from release to release: legends and "About" texts of last year.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::check::finding::{Noted, Spot};
use crate::domain::check::part::{Copy, LEGEND, Passage};
use crate::domain::check::search::{fold, words as split};
use crate::domain::check::standing::Age;

/// Who works somewhere, in four languages; not "people", who may be anybody.
const STAFF: &[&str] = &[
    "employees",
    "professionals",
    "colleagues",
    "mitarbeiter",
    "mitarbeitern",
    "mitarbeitende",
    "mitarbeitenden",
    "mitarbeiterinnen",
    "beschäftigte",
    "beschäftigten",
    "angestellte",
    "angestellten",
    "salariés",
    "collaborateurs",
    "employés",
    "empleados",
    "trabajadores",
    "profesionales",
];

/// The day on which the release is read.
fn day(copy: &Copy<'_>) -> Option<Date> {
    copy.date_of(copy.facts.send_at.unwrap_or(copy.facts.now))
}

fn ages<'c>(copy: &'c Copy<'_>) -> impl Iterator<Item = &'c Age> {
    let language = &copy.text.language;
    let all = copy.facts.standing.ages.iter();
    all.filter(move |age| age.language == *language)
}

/// Since when a text stands untouched, where that is a year or more.
fn stale(copy: &Copy<'_>, age: &Age, day: Date) -> Option<Date> {
    let since = copy.date_of(age.since)?;
    let year = since.checked_add(1.year()).ok()?;
    (year <= day).then_some(since)
}

fn opening(copy: &Copy<'_>, passage: &Passage) -> Spot {
    copy.spot(passage, &(0..passage.text.len().min(1)))
}

/// CHK-27: a legend that nobody has touched for a year says nothing of this year's risks (Venable,
/// 2024: it must be specific and reviewed). `is_legend` knows a legend's passages.
pub(crate) fn old_legend(copy: &Copy<'_>, is_legend: &dyn Fn(&Passage) -> bool) -> Option<Noted> {
    let day = day(copy)?;
    let mut oldest: Option<Date> = None;
    let mut spots = Vec::new();
    for age in ages(copy) {
        let Some(since) = stale(copy, age, day) else {
            continue;
        };
        let mut legend = copy.passages.iter().filter(|passage| {
            copy.part_name(passage) == age.part && (age.part == LEGEND || is_legend(passage))
        });
        if let Some(passage) = legend.next() {
            oldest = Some(oldest.map_or(since, |known| known.min(since)));
            spots.push(opening(copy, passage));
        }
    }
    let since = oldest?;
    Noted::at(
        format!("the legend for forward-looking statements is word for word as it was on {since}"),
        spots,
    )
    .map(|noted| {
        noted.hint(
            "have counsel read it against this release's risks, and change what no longer fits",
        )
    })
}

/// CHK-31: an "About" text of another year, outside its days, or with other figures than its kin.
pub(crate) fn old_about(copy: &Copy<'_>, is_legend: &dyn Fn(&Passage) -> bool) -> Option<Noted> {
    let day = day(copy)?;
    let mut faults: Vec<String> = Vec::new();
    let mut spots = Vec::new();
    for age in ages(copy) {
        let Some(slug) = age.part.strip_prefix("about ") else {
            continue;
        };
        let of_part = |passage: &&Passage| copy.part_name(passage) == age.part;
        let Some(first) = copy.passages.iter().find(of_part) else {
            continue;
        };
        let before = faults.len();
        let (from, until) = age.valid;
        if let Some(until) = until.filter(|until| *until < day) {
            faults.push(format!("the \"About\" text {slug} held until {until}"));
        } else if let Some(from) = from.filter(|from| *from > day) {
            faults.push(format!("the \"About\" text {slug} holds from {from}"));
        } else if let Some(since) = stale(copy, age, day).filter(|_| !is_legend(first)) {
            faults.push(format!(
                "nobody has touched the \"About\" text {slug} since {since}"
            ));
        }
        faults.extend(other_figures(copy, slug, &age.part));
        if faults.len() > before {
            spots.push(opening(copy, first));
        }
    }
    Noted::at(faults.join("; "), spots).map(|noted| {
        noted.hint("read it anew: dateline boilerplate edit SLUG --reviewed, or --file with today's figures; then dateline release refresh")
    })
}

/// Where another live text of the same organization counts its people otherwise.
fn other_figures(copy: &Copy<'_>, slug: &str, part: &str) -> Vec<String> {
    let own = copy.passages.iter();
    let own = own.filter(|passage| copy.part_name(passage) == part);
    let ours: Vec<u64> = own.flat_map(|passage| headcounts(&passage.text)).collect();
    let Some(count) = ours.first() else {
        return Vec::new();
    };
    let kin = copy.facts.standing.kin.iter().filter(|kin| kin.of == slug);
    let other = kin.filter_map(|kin| {
        let theirs = headcounts(&kin.body);
        let other = theirs.first()?;
        let agrees = theirs.iter().any(|number| ours.contains(number));
        (!agrees).then(|| {
            format!(
                "{slug} counts {count} people, and {} counts {other}",
                kin.name
            )
        })
    });
    other.collect()
}

/// "5,900 professionals", "1.200 engagierte Mitarbeiter", "3 000 salariés": the numbers.
fn headcounts(text: &str) -> Vec<u64> {
    let folded = fold(text);
    let all = split(&folded);
    let mut found = Vec::new();
    for (place, (range, word)) in all.iter().enumerate() {
        if !STAFF.contains(word) {
            continue;
        }
        // At most two words between the number and its noun.
        let mut end = range.start;
        let mut at = place;
        for _ in 0..3 {
            let Some(before) = at.checked_sub(1) else {
                break;
            };
            let (near, word) = &all[before];
            if folded[near.end..end].contains(['.', ';', ':', '(', ')']) {
                break;
            }
            if word.chars().all(|c| c.is_ascii_digit()) {
                found.extend(number(&folded[..near.end]));
                break;
            }
            (at, end) = (before, near.start);
        }
    }
    found
}

/// The number that a text ends with, its thousands parted as anybody parts them.
fn number(text: &str) -> Option<u64> {
    let mut digits = String::new();
    let mut group = 0;
    for c in text.chars().rev() {
        match c {
            '0'..='9' => {
                digits.insert(0, c);
                group += 1;
            }
            // "in 2026, 400 employees": what is parted has three digits.
            ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' if group == 3 => group = 0,
            _ => break,
        }
        if digits.len() > 9 {
            return None;
        }
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::headcounts;

    #[test]
    fn people_are_counted_in_four_languages() {
        for (text, counts) in [
            (
                "Our growing global team of 5,900 professionals sets",
                &[5900][..],
            ),
            ("It has 260 employees in Portland", &[260]),
            ("Wir haben 1.200 engagierte Mitarbeiter.", &[1200]),
            ("compte 3 000 salariés", &[3000]),
            ("con 450 empleados", &[450]),
            ("12,000 homes. Our employees", &[]),
            ("9,000 homes and people", &[]),
            ("employees", &[]),
        ] {
            assert_eq!(headcounts(text), counts, "{text}");
        }
    }
}
