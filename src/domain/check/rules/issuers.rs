//! CHK-25, 27 and 31: the organizations, their "About" texts, outlooks and periods.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::{Copy, LEGEND, Passage};
use crate::domain::check::rules::headline::is_legal_form;
use crate::domain::check::rules::names::corporate;
use crate::domain::check::rules::partners::called;
use crate::domain::check::rules::standing::{old_about, old_legend};
use crate::domain::check::search::{any, fold, words as split};
use crate::domain::check::words::words;

/// Whom the "About" texts are about: from the boilerplates, and from headings in the body.
pub(crate) fn abouts(copy: &Copy<'_>) -> Vec<String> {
    // A boilerplate's title may be in another language than the text.
    let headings: Vec<&str> = [copy.language(), "en"]
        .into_iter()
        .flat_map(|language| words(language).about_heading.iter().copied())
        .collect();
    copy.passages
        .iter()
        .filter(|passage| {
            passage.is_heading
                || copy.part_name(passage).ends_with(" title")
                || passage.text.chars().count() < 80
        })
        .filter_map(|passage| {
            let text = passage.folded.trim();
            let start = passage.folded.len() - passage.folded.trim_start().len();
            let heading = headings.iter().find(|heading| {
                text.strip_prefix(*heading)
                    .is_some_and(|rest| rest.starts_with(' ') || heading.ends_with(['\'', '’']))
            })?;
            let rest = passage.text[start + heading.len()..]
                .trim()
                .trim_end_matches(':')
                .trim();
            (!rest.is_empty()
                && rest
                    .chars()
                    .next()
                    .is_some_and(|c| c.is_uppercase() || c.is_numeric())
                && !rest.ends_with('.'))
            .then(|| rest.to_owned())
        })
        .collect()
}

/// CHK-25: an organization is named, and nothing says who it is.
pub(crate) fn about(copy: &Copy<'_>) -> Option<Noted> {
    let all = |names: &[String]| -> Vec<String> {
        let mut keys: Vec<String> = names.iter().map(|name| significant(name)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let (known, skipped) = (all(&abouts(copy)), all(&copy.facts.style.no_about));
    let has_about = |key: &str| {
        known.iter().any(|about| {
            about.starts_with(key) || key.starts_with(about) || key.ends_with(&format!(" {about}"))
        }) || skipped.iter().any(|skip| key.starts_with(skip))
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut missing: Vec<String> = Vec::new();
    let mut spots = Vec::new();
    for passage in copy.body().filter(|passage| !passage.is_heading) {
        let mut named = corporate(&passage.text, &passage.folded, copy.facts.organizations);
        // What is called a company, with and without a legal form.
        for range in called(&passage.text, copy.language()) {
            let is_known =
                |other: &Range<usize>| other.start < range.end && range.start < other.end;
            if !named.iter().any(is_known) {
                named.push(range);
            }
        }
        named.sort_by_key(|range| range.start);
        for range in named {
            let name = &passage.text[range.clone()];
            let key = significant(name);
            let is_seen =
                |other: &String| other.starts_with(key.as_str()) || key.starts_with(other.as_str());
            if key.is_empty() || seen.iter().any(is_seen) || has_about(&key) {
                continue;
            }
            seen.insert(key);
            missing.push(name.to_owned());
            spots.push(copy.spot(passage, &range));
        }
    }
    for issuer in &copy.text.issuers {
        let key = significant(&issuer.name);
        if !has_about(&key) && seen.insert(key) {
            missing.push(issuer.name.clone());
            spots.push(copy.spot_in_file("organizations", 1, &issuer.name));
        }
    }
    Noted::at(
        format!("there is no \"About\" text for {}", missing.join(", ")),
        spots,
    )
}

/// A name without its legal form, to compare with.
fn significant(name: &str) -> String {
    let folded = fold(name);
    split(&folded)
        .into_iter()
        .map(|(_, word)| word)
        .filter(|word| !is_legal_form(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// CHK-27: an outlook of a listed company needs its legend, and a legend needs an outlook.
pub(crate) fn forward(copy: &Copy<'_>) -> Option<Noted> {
    let listed =
        !copy.text.tickers.is_empty()
            || copy.text.issuers.iter().any(|issuer| {
                !issuer.tickers.is_empty() || copy.facts.listed.contains(&issuer.slug)
            });
    let lists = words(copy.language());
    let is_legend = |passage: &Passage| is_legend(copy, passage);
    let old = old_legend(copy, &is_legend);
    let legend: Vec<&Passage> = copy
        .passages
        .iter()
        .filter(|passage| is_legend(passage))
        .collect();
    let spots = copy.spots(
        copy.body().filter(|passage| !is_legend(passage)),
        |passage| {
            // Both in one sentence: "it expects guests. Revenue was …" looks ahead at no figure.
            let mut found = Vec::new();
            let mut start = 0;
            for sentence in passage.folded.split_inclusive(". ") {
                if !any(sentence, lists.money.iter().copied()).is_empty() {
                    let ahead = any(sentence, lists.forward.iter().copied());
                    found.extend(ahead.into_iter().map(|at| start + at.start..start + at.end));
                }
                start += sentence.len();
            }
            found
        },
    );
    let own = match (listed, legend.is_empty(), spots.is_empty()) {
        (true, true, false) => Noted::at(
            "a listed organization looks ahead, and the legend for that is missing",
            spots,
        ),
        (_, false, true) => {
            let spots = legend
                .iter()
                .map(|passage| copy.spot(passage, &(0..passage.text.len().min(1))))
                .collect();
            Noted::at("there is a legend for forward-looking statements, and no such statement about figures", spots).map(|noted| {
                noted
                    .as_(Severity::Advice)
                    .hint("take it out where nothing looks ahead: a legend on everything protects nothing")
            })
        }
        _ => None,
    };
    let old = old.map(|noted| noted.as_(Severity::Warning));
    Noted::both(own, old, Severity::Error)
}

/// Whether a passage is, or heads, a legend for forward-looking statements.
fn is_legend(copy: &Copy<'_>, passage: &Passage) -> bool {
    let headings = words(copy.language()).forward_heading;
    copy.part_name(passage) == LEGEND || !any(&passage.folded, headings.iter().copied()).is_empty()
}

/// CHK-31: the quarter of a release long past, and an "About" text of last year.
pub(crate) fn recycled(copy: &Copy<'_>) -> Option<Noted> {
    let about = old_about(copy, &|passage| is_legend(copy, passage));
    Noted::both(old_period(copy), about, Severity::Warning)
}

fn old_period(copy: &Copy<'_>) -> Option<Noted> {
    let date = copy
        .text
        .dateline
        .as_ref()
        .and_then(|dateline| dateline.date)
        .or_else(|| copy.date_of(copy.facts.send_at.unwrap_or(copy.facts.now)))?;
    let now = i32::from(date.year()) * 4 + i32::from((date.month() - 1) / 3);
    let spots = copy.spots(
        copy.passages
            .iter()
            .filter(|passage| matches!(copy.part_name(passage), "headline" | "body"))
            .take(4),
        |passage| {
            quarters(passage)
                .into_iter()
                .filter(|(_, quarter)| now - quarter > 3)
                .map(|(range, _)| range)
                .collect()
        },
    );
    Noted::at("the period is more than three quarters back", spots)
}

/// "first quarter 2026", "Q1 2026", counted in quarters.
fn quarters(passage: &Passage) -> Vec<(Range<usize>, i32)> {
    let mut found = Vec::new();
    for (number, names) in [
        ["q1", "first quarter", "1. quartal"],
        ["q2", "second quarter", "2. quartal"],
        ["q3", "third quarter", "3. quartal"],
        ["q4", "fourth quarter", "4. quartal"],
    ]
    .iter()
    .enumerate()
    {
        for range in any(&passage.folded, names.iter().copied()) {
            let rest: String = passage.folded[range.end..].chars().take(16).collect();
            let year = split(&rest).into_iter().find_map(|(_, word)| {
                word.parse::<i32>()
                    .ok()
                    .filter(|year| (1990..2200).contains(year))
            });
            if let Some(year) = year {
                found.push((range, year * 4 + i32::try_from(number).unwrap_or(0)));
            }
        }
    }
    found
}
