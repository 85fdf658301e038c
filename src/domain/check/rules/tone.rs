//! CHK-33 and 34: words that journalists strike out, and words for a lawyer.

use crate::domain::check::finding::Noted;
use crate::domain::check::part::Copy;
use crate::domain::check::rules::times::in_quotation;
use crate::domain::check::search::{any, fold};
use crate::domain::check::words::words;

/// CHK-33: hype, outside quotes: a person may be proud.
pub(crate) fn hype(copy: &Copy<'_>) -> Option<Noted> {
    let own: Vec<String> = copy
        .facts
        .style
        .hype
        .iter()
        .map(|word| fold(word))
        .collect();
    let lists = words(copy.language());
    let spots = copy.spots(copy.prose().filter(|passage| !passage.quoted), |passage| {
        any(
            &passage.folded,
            lists
                .hype
                .iter()
                .copied()
                .chain(own.iter().map(String::as_str)),
        )
        .into_iter()
        .filter(|range| !in_quotation(passage, range))
        .collect()
    });
    Noted::at("words that journalists strike out", spots)
}

/// CHK-34: accusations, quoted or not: repeating one is one (AP Stylebook, briefing on media law).
pub(crate) fn legal(copy: &Copy<'_>) -> Option<Noted> {
    let own: Vec<String> = copy
        .facts
        .style
        .legal
        .iter()
        .map(|word| fold(word))
        .collect();
    let lists = words(copy.language());
    let spots = copy.spots(copy.prose(), |passage| {
        any(
            &passage.folded,
            lists
                .legal
                .iter()
                .copied()
                .chain(own.iter().map(String::as_str)),
        )
        .into_iter()
        .filter(|range| !is_verb(&passage.text[range.clone()]))
        .collect()
    });
    Noted::at("words that can be an accusation", spots)
}

/// "Der Umsatz betrug …" came to so much; "Betrug" is a fraud.
fn is_verb(word: &str) -> bool {
    word == "betrug"
}

#[cfg(test)]
mod tests {
    use super::is_verb;

    #[test]
    fn german_nouns_are_told_by_their_capital() {
        assert!(is_verb("betrug"));
        assert!(!is_verb("Betrug"));
        assert!(!is_verb("false"));
    }
}
