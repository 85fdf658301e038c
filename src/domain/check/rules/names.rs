//! Names of companies in prose: capitalised words before a legal form, and those that we know.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::check::search::{fold, places, words};

const FORMS: &[&str] = &[
    "Inc",
    "Corp",
    "Corporation",
    "Ltd",
    "Limited",
    "GmbH",
    "AG",
    "LLC",
    "PLC",
    "plc",
    "SE",
    "SAS",
    "SARL",
    "SpA",
    "KGaA",
    "Pty",
    "Oyj",
    "AB",
    "ASA",
];
/// Forms with dots in them, which are no words.
const DOTTED: &[&str] = &[
    "S.A.S.", "S.A.", "S.L.", "S.p.A.", "S.r.l.", "B.V.", "N.V.", "e.V.", "A/S",
];

/// Capitalised at the beginning of a sentence, and no part of a name.
const ARTICLES: &[&str] = &[
    "The", "A", "An", "In", "At", "For", "With", "Die", "Der", "Das", "Den", "Dem", "Des", "Bei",
    "Mit", "Für", "Le", "La", "Les", "El", "Los", "Las", "Al", "Del", "Avec", "Chez", "Con",
];
/// Written small inside a name. Not "of" and "der": what stands before those is a person's office.
const INSIDE: &[&str] = &["de", "del", "della", "di", "du", "da"];

/// Where companies are named, in the order of the text; `known` are names with and without a form.
pub(crate) fn corporate(text: &str, folded: &str, known: &[String]) -> Vec<Range<usize>> {
    let all = words(text);
    let mut found = Vec::new();
    for form in forms(text, &all) {
        let before = all.partition_point(|(range, _)| range.end <= form.start);
        let start = begin(text, &all[..before], form.start);
        if start < form.start {
            found.push(start..form.end);
        }
    }
    for name in known {
        let mut named = places(folded, &fold(name));
        named.retain(|range| {
            // They stand in order: the last that begins before could hold it.
            let before = found.partition_point(|other: &Range<usize>| other.start <= range.start);
            before
                .checked_sub(1)
                .is_none_or(|last| range.end > found[last].end)
        });
        found.extend(named);
        found.sort_by_key(|range| range.start);
    }
    found
}

fn forms(text: &str, all: &[(Range<usize>, &str)]) -> Vec<Range<usize>> {
    let of_words = all.iter().filter(|(_, word)| FORMS.contains(word));
    let mut found: BTreeMap<usize, Range<usize>> = of_words
        .map(|(range, _)| (range.start, range.clone()))
        .collect();
    for form in DOTTED {
        for (at, _) in text.match_indices(form) {
            if text[..at].ends_with(char::is_whitespace) {
                found.entry(at).or_insert(at..at + form.len());
            }
        }
    }
    found.into_values().collect()
}

/// Where the name before a form begins: at most four words, small ones only inside.
fn begin(text: &str, before: &[(Range<usize>, &str)], form: usize) -> usize {
    let mut start = form;
    let mut at = form;
    for (range, name) in before.iter().rev().take(5) {
        let gap = &text[range.end..at];
        let joins =
            gap.chars().all(char::is_whitespace) || gap == " & " || gap == ", " && start == form;
        let is_name = name
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_numeric())
            && !ARTICLES.contains(name);
        if !joins || !(is_name || start < form && INSIDE.contains(name)) {
            break;
        }
        at = range.start;
        if is_name {
            start = at;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_stands_capitalised_before_its_form() {
        let found = |text: &str| -> Vec<String> {
            let all = corporate(text, &fold(text), &["Harbour Light".to_owned()]).into_iter();
            all.map(|range| text[range].to_owned()).collect()
        };
        for (text, names) in [
            ("sold to Acme Medical Ltd in May", &["Acme Medical Ltd"][..]),
            ("Die Nordlicht AG hat", &["Nordlicht AG"]),
            (
                "socio es Riegos del Turia S.A. desde",
                &["Riegos del Turia S.A."],
            ),
            ("with Smith & Sons, Inc. and others", &["Smith & Sons, Inc"]),
            (
                "of Harbour Light, and harbour light",
                &["Harbour Light", "harbour light"],
            ),
            ("Harbour Light Ltd opens", &["Harbour Light Ltd"]),
            ("the AG met, and Limited editions sell", &[]),
            ("We of S.A. fame", &[]),
            ("Vice President of Acme Corp", &["Acme Corp"]),
            ("der Vorstand der Nordlicht AG", &["Nordlicht AG"]),
        ] {
            assert_eq!(found(text), names, "{text}");
        }
    }
}
