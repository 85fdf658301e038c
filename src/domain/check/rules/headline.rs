//! CHK-21 to 24, and CHK-39 as far as the headline becomes the subject.

use std::collections::BTreeSet;

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::search::{fold, words as split};
use crate::domain::check::words::words;

fn headline<'c>(copy: &'c Copy<'_>) -> Option<&'c Passage> {
    copy.passages
        .first()
        .filter(|passage| !passage.text.trim().is_empty())
}

/// CHK-21: wires advise 70 to 100 characters and stop at 170.
pub(crate) fn long(copy: &Copy<'_>) -> Option<Noted> {
    let passage = headline(copy)?;
    let length = passage.text.chars().count();
    let style = copy.facts.style;
    if length <= style.headline_warn {
        return None;
    }
    let over = passage
        .text
        .char_indices()
        .nth(style.headline_warn)
        .map_or(0, |(at, _)| at);
    let spot = copy.spot(passage, &(over..passage.text.len()));
    let is_over = length > style.headline_limit;
    let limit = if is_over {
        style.headline_limit
    } else {
        style.headline_warn
    };
    let noted = Noted::at(
        format!("the headline has {length} characters, more than {limit}"),
        vec![spot],
    );
    if is_over {
        noted.map(|noted| noted.as_(Severity::Error))
    } else {
        noted
    }
}

/// CHK-22: "Company name missing in headline" is one of a wire's ten most frequent catches.
pub(crate) fn issuer(copy: &Copy<'_>) -> Option<Noted> {
    let passage = headline(copy)?;
    let mut names: Vec<String> = copy
        .text
        .issuers
        .iter()
        .map(|issuer| issuer.name.clone())
        .collect();
    if names.is_empty() {
        names.extend(crate::domain::check::rules::issuers::abouts(copy));
    }
    if names.is_empty() {
        return None;
    }
    let said = split(&passage.folded);
    let is_said = names.iter().any(|name| {
        let folded = fold(name);
        // "Harbour Light Energy Ltd" is well named by "Harbour Light".
        let significant: Vec<&str> = split(&folded)
            .into_iter()
            .map(|(_, word)| word)
            .filter(|word| !is_legal_form(word))
            .collect();
        let needed = significant.iter().take(2).filter(|word| word.len() > 1);
        let hits = needed
            .clone()
            .filter(|word| {
                said.iter().any(|(_, other)| {
                    other == *word
                        || other.strip_suffix("'s").or(other.strip_suffix("’s")) == Some(word)
                })
            })
            .count();
        hits == needed.count()
            || passage.folded.contains(&folded)
            || significant.first().is_some_and(|first| {
                first.len() > 4 && said.iter().any(|(_, other)| other.starts_with(first))
            })
    });
    if is_said {
        return None;
    }
    Noted::at(
        format!("the headline does not name {}", names.join(" or ")),
        vec![copy.spot(passage, &(0..passage.text.len()))],
    )
}

pub(crate) fn is_legal_form(word: &str) -> bool {
    matches!(
        word,
        "inc"
            | "ltd"
            | "limited"
            | "gmbh"
            | "ag"
            | "llc"
            | "plc"
            | "corp"
            | "corporation"
            | "company"
            | "co"
            | "sa"
            | "se"
            | "bv"
            | "the"
            | "group"
    )
}

/// CHK-23: all capitals, a full stop, an exclamation mark.
pub(crate) fn form(copy: &Copy<'_>) -> Option<Noted> {
    let passage = headline(copy)?;
    let text = passage.text.trim();
    let mut faults = Vec::new();
    if is_all_capitals(text) {
        faults.push("it is all capitals");
    }
    if text.ends_with('.') && !text.ends_with("..") && !ends_in_abbreviation(text) {
        faults.push("it ends with a full stop");
    }
    if text.contains('!') {
        faults.push("it shouts with an exclamation mark");
    }
    if faults.is_empty() {
        return None;
    }
    Noted::at(
        format!("the headline: {}", faults.join(", ")),
        vec![copy.spot(passage, &(0..passage.text.len()))],
    )
}

fn ends_in_abbreviation(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let stem = last.trim_end_matches('.');
    stem.contains('.') || is_legal_form(&fold(stem))
}

pub(crate) fn is_all_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() > 12
        && !letters.clone().any(char::is_lowercase)
        && letters.clone().any(char::is_uppercase)
}

/// CHK-24: a subhead with the headline's own words.
pub(crate) fn repeated(copy: &Copy<'_>) -> Option<Noted> {
    let head = headline(copy)?;
    let of = |text: &str| -> Vec<String> {
        split(text)
            .into_iter()
            .map(|(_, word)| word.to_owned())
            .filter(|word| word.len() > 3)
            .collect()
    };
    let said: BTreeSet<String> = of(&head.folded).into_iter().collect();
    let spots = copy
        .passages
        .iter()
        .filter(|passage| copy.part_name(passage).starts_with("subhead"))
        .filter(|passage| {
            let words = of(&passage.folded);
            let same = words.iter().filter(|word| said.contains(*word)).count();
            words.len() >= 3 && same * 10 >= words.len() * 8
        })
        .map(|passage| copy.spot(passage, &(0..passage.text.len())))
        .collect();
    Noted::at("the subhead says again what the headline says", spots)
}

/// CHK-39 in the text: the headline becomes the mail's subject.
pub(crate) fn subject(copy: &Copy<'_>) -> Option<Noted> {
    let passage = copy.passages.first()?;
    let fault = subject_fault(&passage.text, copy.language())?;
    Noted::at(
        format!("as a subject {fault}"),
        vec![copy.spot(passage, &(0..passage.text.len()))],
    )
}

/// What makes a subject a bad one, in words that follow "the subject".
pub(crate) fn subject_fault(subject: &str, language: &str) -> Option<&'static str> {
    let text = subject.trim();
    let folded = fold(text);
    if text.is_empty() {
        return Some("it is empty");
    }
    if ["re:", "fw:", "fwd:", "aw:", "wg:"]
        .iter()
        .any(|start| folded.starts_with(start))
    {
        return Some("it pretends to be a reply");
    }
    let bare = folded.trim_end_matches([':', '.', '!']);
    if words(language).bare_subject.contains(&bare) || words("en").bare_subject.contains(&bare) {
        return Some("it says nothing but what kind of mail it is");
    }
    if text.chars().any(is_emoji) {
        return Some("it has an emoji");
    }
    None
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{1f1e6}'..='\u{1f1ff}')
}
