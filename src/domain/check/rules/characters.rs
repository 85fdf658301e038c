//! CHK-29 and 30: marks that are mixed, hidden or broken, and names written in several ways.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::check::finding::{Noted, Severity, Spot};
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::rules::links::mixes_scripts;
use crate::domain::check::search::{fold, places, words};

/// Letters of UTF-8 read as Windows-1252.
const MOJIBAKE: &[&str] = &[
    "â€", "Ã¤", "Ã¶", "Ã¼", "Ã©", "Ã¨", "Â ", "Ã±", "ï»¿", "\u{fffd}",
];

/// CHK-29: what an editor cannot see, and what a newsroom system prints as rubbish.
pub(crate) fn hygiene(copy: &Copy<'_>) -> Option<Noted> {
    let mut faults: Vec<String> = Vec::new();
    let mut spots: Vec<Spot> = Vec::new();
    let mut severity = Severity::Warning;
    let mut note = |fault: &str, spot: Spot| {
        if !faults.iter().any(|known| known == fault) {
            faults.push(fault.to_owned());
        }
        spots.push(spot);
    };
    let (mut straight, mut curly) = (Vec::new(), 0_usize);
    let french = copy.language() == "fr";
    for passage in copy.prose() {
        for (at, c) in passage.text.char_indices() {
            let here = at..at + c.len_utf8();
            match c {
                '’' | '“' | '”' | '‘' => curly += 1,
                '\'' | '"'
                    if !passage.has_link(&here)
                        && !passage.text[..at].ends_with(|c: char| c.is_ascii_digit()) =>
                {
                    straight.push((passage, here));
                }
                // French sets one before ; : ! ? and inside guillemets.
                '\u{a0}' | '\u{202f}' if french => {}
                '\u{a0}' | '\u{202f}' => note("no-break space", copy.spot(passage, &here)),
                '\u{ad}' => note("soft hyphen", copy.spot(passage, &here)),
                '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {
                    note("character of no width", copy.spot(passage, &here));
                }
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    severity = Severity::Error;
                    note(
                        "character that turns the reading direction",
                        copy.spot(passage, &here),
                    );
                }
                _ => {}
            }
        }
        for range in doubled(passage) {
            note("two blanks", copy.spot(passage, &range));
        }
        for rubbish in MOJIBAKE {
            if let Some(at) = passage.text.find(rubbish) {
                note(
                    "characters of another encoding",
                    copy.spot(passage, &(at..at + rubbish.len())),
                );
            }
        }
        for (range, word) in words(&passage.text) {
            if mixes_scripts(word) {
                severity = Severity::Error;
                note(
                    "letters of two scripts in one word",
                    copy.spot(passage, &range),
                );
            }
        }
    }
    if let Some(origin) = copy.facts.origin {
        for line in origin
            .dateline
            .iter()
            .filter(|line| line.text.contains('\u{a0}'))
        {
            note(
                "no-break space",
                copy.spot_in_file("dateline", line.line, &line.text),
            );
        }
    }
    // The rarer sort is the one to mend; a house that types straight marks throughout is consistent.
    if curly > 0 && !straight.is_empty() {
        for (passage, range) in straight.iter().take(20) {
            note("straight marks among curly ones", copy.spot(passage, range));
        }
    }
    Noted::at(faults.join(", "), spots).map(|noted| noted.as_(severity))
}

fn doubled(passage: &Passage) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in passage.text.trim_end().match_indices("  ") {
        if found.last().is_none_or(|last| last.end < at) {
            found.push(at..at + 2);
        }
    }
    found
}

type Place<'c> = (&'c Passage, Range<usize>, &'c str);

/// CHK-30: `GitLab` and `Gitlab`.
pub(crate) fn spelling(copy: &Copy<'_>) -> Option<Noted> {
    let mut seen: BTreeMap<String, Vec<Place<'_>>> = BTreeMap::new();
    for passage in copy.prose() {
        for (range, word) in words(&passage.text) {
            let stem = word
                .strip_suffix("'s")
                .or(word.strip_suffix("’s"))
                .unwrap_or(word);
            let capital = stem.chars().next().is_some_and(char::is_uppercase);
            let all = !stem.chars().any(char::is_lowercase);
            if capital && !all && stem.chars().count() >= 4 && !passage.has_link(&range) {
                seen.entry(fold(stem))
                    .or_default()
                    .push((passage, range, stem));
            }
        }
    }
    let mut ways: Vec<String> = Vec::new();
    let mut spots = Vec::new();
    for places in seen.values() {
        let inner = |word: &str| word.chars().skip(1).any(char::is_uppercase);
        let mut forms: Vec<&str> = places.iter().map(|(_, _, word)| *word).collect();
        forms.sort_unstable();
        forms.dedup();
        if forms.len() < 2
            || !forms.iter().any(|form| inner(form))
            || forms.iter().any(|form| form.contains('-'))
        {
            continue;
        }
        ways.push(forms.join("/"));
        let mut often: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, _, word) in places {
            *often.entry(word).or_default() += 1;
        }
        let usual = forms
            .iter()
            .max_by_key(|form| often.get(*form))
            .copied()
            .unwrap_or_default();
        spots.extend(
            places
                .iter()
                .filter(|(_, _, word)| *word != usual)
                .map(|(passage, range, _)| copy.spot(passage, range)),
        );
    }
    let mut faults = Vec::new();
    if !ways.is_empty() {
        faults.push(format!("written in several ways: {}", ways.join(", ")));
    }
    for (wrong, right) in &copy.facts.style.words {
        let found = copy.spots(copy.prose(), |passage| not_ours(passage, wrong, right));
        if found.is_empty() {
            continue;
        }
        spots.extend(found);
        faults.push(if right.is_empty() {
            format!("this house does not write “{wrong}”")
        } else {
            format!("this house writes “{right}”, not “{wrong}”")
        });
    }
    Noted::at(faults.join("; "), spots)
}

/// Where a word of `[style] words` stands, and not already as the house writes it.
fn not_ours(passage: &Passage, wrong: &str, right: &str) -> Vec<Range<usize>> {
    let mut found = places(&passage.folded, &fold(wrong.trim()));
    found.retain(|range| {
        let is_right = !right.is_empty() && passage.text[range.start..].starts_with(right);
        !is_right && !passage.has_link(range)
    });
    found
}
