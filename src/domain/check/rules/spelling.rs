//! CHK-30: a name written in several ways: by its capitals, or by a letter too few or too many.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::search::{fold, places, words};

type Place<'c> = (&'c Passage, Range<usize>, &'c str);

/// A surname that is shorter has too many like it.
const LONG_ENOUGH: usize = 6;
/// Different words in all the names that somebody bears here.
const MOST_NAMES: usize = 200;

/// CHK-30: `GitLab` and `Gitlab`, `Castell` and `Castel`.
pub(crate) fn spelling(copy: &Copy<'_>) -> Option<Noted> {
    let seen = capitalised(copy);
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
    for (name, other, places) in misspelt(copy, &seen) {
        ways.push(format!("{name}/{other}"));
        spots.extend(
            places
                .iter()
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

/// Capitalised words of the text by their folded form, without the genitive.
fn capitalised<'c>(copy: &'c Copy<'_>) -> BTreeMap<String, Vec<Place<'c>>> {
    let mut seen: BTreeMap<String, Vec<Place<'c>>> = BTreeMap::new();
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
    seen
}

/// Words one letter off from a name that the release gives to somebody: speakers, press contacts and
/// issuers are written with care, the running text is not.
fn misspelt<'c>(
    copy: &'c Copy<'_>,
    seen: &BTreeMap<String, Vec<Place<'c>>>,
) -> Vec<(String, String, Vec<Place<'c>>)> {
    let speakers = copy
        .quotes
        .iter()
        .filter_map(|quote| quote.speaker.as_ref());
    let speakers = speakers.map(|speaker| &speaker.name);
    let people = copy.text.press_contacts.iter().map(|person| &person.name);
    let issuers = copy.text.issuers.iter().map(|issuer| &issuer.name);
    let mut names: Vec<&str> = speakers
        .chain(people)
        .chain(issuers)
        .flat_map(|name| words(name))
        .map(|(_, word)| word)
        .filter(|word| word.chars().count() >= LONG_ENOUGH && word.starts_with(char::is_uppercase))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MOST_NAMES);
    let mut found = Vec::new();
    for name in &names {
        let folded = fold(name);
        let near = seen.iter().filter(|(other, _)| {
            is_near(&folded, other) && !names.iter().any(|known| fold(known) == **other)
        });
        found.extend(
            near.map(|(_, places)| ((*name).to_owned(), places[0].2.to_owned(), places.clone())),
        );
    }
    found
}

/// One letter other, too many or too few, and not at the beginning nor a plural's or genitive's end.
fn is_near(name: &str, other: &str) -> bool {
    let far = name.len().abs_diff(other.len()) > 4;
    if far || name.chars().next() != other.chars().next() {
        return false;
    }
    // Two spellings of one word, not of one name: Harbour Light, Portland Harbor.
    let american = |word: &str| word.replace("our", "or").replace("tre", "ter");
    if american(name) == american(other) {
        return false;
    }
    let (one, two): (Vec<char>, Vec<char>) = (name.chars().collect(), other.chars().collect());
    let (long, short) = if one.len() >= two.len() {
        (&one, &two)
    } else {
        (&two, &one)
    };
    if name == other || long.len() - short.len() > 1 || long.first() != short.first() {
        return false;
    }
    let same = long
        .iter()
        .zip(short)
        .take_while(|(one, two)| one == two)
        .count();
    let skip = usize::from(long.len() == short.len());
    let tail_agrees = long[same + 1..] == short[same + skip..];
    // "Reyes" and "Reyer", "Light" and "Lights": an ending is grammar, in German as in English.
    let is_ending = same + 1 >= long.len();
    let is_doubled = is_ending && long.len() > short.len() && long[same - 1] == long[same];
    tail_agrees && (!is_ending || is_doubled)
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

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn a_slip_is_one_letter_within_the_name() {
        for (name, other) in [
            ("castell", "castel"),
            ("lindqvist", "lindquist"),
            ("renesas", "rensas"),
        ] {
            assert!(
                is_near(name, other) && is_near(other, name),
                "{name} {other}"
            );
        }
        for (name, other) in [
            ("light", "lights"),
            ("light", "night"),
            ("weber", "webers"),
            ("castell", "castell"),
            ("harbour", "harbours"),
            ("harbour", "harbor"),
            ("marta", "maria ruiz"),
        ] {
            assert!(!is_near(name, other), "{name} {other}");
        }
    }
}
