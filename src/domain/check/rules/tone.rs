//! CHK-33 and 34: words that journalists strike out, and words for a lawyer.

use std::ops::Range;

use crate::domain::check::dates::is_calendar;
use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::rules::issuers::abouts;
use crate::domain::check::rules::times::in_quotation;
use crate::domain::check::search::{any, fold, words as split};
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
        .filter(|range| !in_quotation(passage, range) && !is_term(passage, range))
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
    let issuers = copy.text.issuers.iter().map(|issuer| fold(&issuer.name));
    let abouts = abouts(copy);
    let ours = issuers.chain(abouts.iter().map(|name| fold(name)));
    let ours: Vec<String> = ours
        .flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut names_somebody = false;
    let spots = copy.spots(copy.prose(), |passage| {
        let found: Vec<_> = any(
            &passage.folded,
            lists
                .legal
                .iter()
                .copied()
                .chain(own.iter().map(String::as_str)),
        )
        .into_iter()
        .filter(|range| !is_verb(&passage.text[range.clone()]) && !is_term(passage, range))
        .collect();
        names_somebody = names_somebody || !found.is_empty() && somebody(copy, &ours, passage);
        found
    });
    // "Illegal fishing fell by a third" accuses nobody.
    let spots = if names_somebody { spots } else { Vec::new() };
    Noted::at("words that can be an accusation", spots)
}

/// Words of the trade and of finance that praise or accuse nobody, with what stands behind them.
const TERMS: &[(&str, &[&str])] = &[
    (
        "unique",
        &[
            "visitor",
            "visitors",
            "user",
            "users",
            "identifier",
            "identifiers",
            "id",
            "number",
            "code",
        ],
    ),
    (
        "outstanding",
        &[
            "share",
            "shares",
            "debt",
            "loans",
            "loan",
            "balance",
            "notes",
            "bonds",
            "amount",
            "amounts",
            "warrants",
            "principal",
        ],
    ),
    (
        "a leading",
        &["cause", "indicator", "role", "zero", "candidate"],
    ),
    (
        "the leading",
        &[
            "cause",
            "causes",
            "indicator",
            "edge",
            "role",
            "zero",
            "candidate",
        ],
    ),
    (
        "false",
        &[
            "alarm",
            "alarms",
            "positive",
            "positives",
            "negative",
            "negatives",
            "start",
            "ceiling",
            "teeth",
        ],
    ),
    (
        "fraud",
        &["detection", "prevention", "protection", "analytics"],
    ),
    ("criminal", &["justice", "court", "courts", "code", "law"]),
];
/// The same with what stands before them.
const TERMS_BEHIND: &[(&str, &[&str])] = &[
    (
        "outstanding",
        &["shares", "stock", "units", "notes", "remain", "remained"],
    ),
    ("fraud", &["anti-", "anti"]),
    (
        "unique",
        &[
            "guichet", "marché", "monnaie", "numéro", "fils", "fille", "prix",
        ],
    ),
    ("único", &["el", "mercado", "hijo", "número"]),
    ("única", &["la", "ventanilla", "hija"]),
];
/// "The highest tide since 1953" is measured, "the highest standards" are not.
const UNMEASURED: &[&str] = &[
    "standard",
    "standards",
    "quality",
    "level",
    "levels",
    "degree",
    "grade",
    "integrity",
    "possible",
    "performance",
    "priority",
];

fn is_term(passage: &Passage, range: &Range<usize>) -> bool {
    let word = &passage.folded[range.clone()];
    // Three words; a text can have as many of these as it has words.
    let reach = passage
        .folded
        .floor_char_boundary((range.end + 60).min(passage.folded.len()));
    let after = split(&passage.folded[range.end..reach]);
    let next = |number: usize| after.get(number).map_or("", |(_, word)| *word);
    if word == "highest" {
        return !(0..3).any(|number| UNMEASURED.contains(&next(number)));
    }
    let before = passage.folded[..range.start].trim_end();
    let of = |terms: &[(&str, &'static [&'static str])]| {
        let own = terms.iter().find(|(term, _)| *term == word);
        own.map_or(&[][..], |(_, beside)| *beside)
    };
    let ends = |term: &&str| {
        let rest = before.strip_suffix(*term);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    of(TERMS).contains(&next(0)) || of(TERMS_BEHIND).iter().any(ends)
}

/// Who can be accused without a name.
const ROLES: &[&str] = &[
    "competitor",
    "competitors",
    "rival",
    "rivals",
    "supplier",
    "former",
    "concurrent",
    "concurrents",
    "fournisseur",
    "ancien",
    "ancienne",
    "competidor",
    "competidores",
    "proveedor",
    "exdirectivo",
];

/// Whether a passage names somebody else than who speaks: a capital within a sentence. German gives one
/// to every noun.
fn somebody(copy: &Copy<'_>, ours: &[String], passage: &Passage) -> bool {
    if copy.language() == "de" || !any(&passage.folded, ROLES.iter().copied()).is_empty() {
        return true;
    }
    split(&passage.text).into_iter().any(|(range, word)| {
        let before = passage.text[..range.start].trim_end();
        let opens = before.is_empty()
            || before.ends_with(['.', '!', '?', ':', '“', '"', '«', '‘', '(', '-', '–', '—']);
        let bare = word
            .strip_suffix("’s")
            .or(word.strip_suffix("'s"))
            .unwrap_or(word);
        let folded = fold(bare);
        let is_ours = ours.contains(&folded);
        !opens
            && bare.chars().count() > 2
            && bare.starts_with(char::is_uppercase)
            && !is_ours
            && !is_calendar(&folded)
    })
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
