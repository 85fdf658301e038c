//! CHK-35: rests of a web page, a word processor or a draft.

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Kind};
use crate::domain::check::search::words as split;
use crate::domain::check::words::DEBRIS;

/// Widest table that a mail can show.
const WIDEST_TABLE: usize = 20;

/// CHK-35: what was never meant to be read.
pub(crate) fn rests(copy: &Copy<'_>) -> Option<Noted> {
    let mut faults: Vec<&str> = Vec::new();
    let mut spots = Vec::new();
    if let Some(origin) = copy.facts.origin.filter(|origin| !origin.debris.is_empty()) {
        faults.push("lines of a web page were left out of the pasted text");
        spots.extend(
            origin
                .debris
                .iter()
                .map(|line| copy.spot_in_file("page", line.line, &line.text)),
        );
    }
    for (part, at) in &copy.raw_html {
        faults.push("raw HTML, which is left out of every mail");
        spots.push(copy.spot_at(*part, *at, 1));
    }
    for (part, at, width) in &copy.tables {
        if *width > WIDEST_TABLE {
            faults.push("a table too wide for any mail");
            spots.push(copy.spot_at(*part, *at, 1));
        }
    }
    for passage in copy.prose().filter(|passage| passage.kind != Kind::Cell) {
        let whole = 0..passage.text.trim_end().len();
        if is_debris(&passage.folded) {
            faults.push("a line of a web page");
            spots.push(copy.spot(passage, &whole));
        }
        for mark in [
            "{++",
            "++}",
            "{--",
            "--}",
            "{>>",
            "<<}",
            "{==",
            "[Comment",
            "[comment:",
            "Commented [",
        ] {
            if let Some(at) = passage.text.find(mark) {
                faults.push("tracked changes or comments");
                spots.push(copy.spot(passage, &(at..at + mark.len())));
            }
        }
        for (range, word) in split(&passage.text) {
            if matches!(word, "DRAFT" | "ENTWURF" | "BROUILLON" | "BORRADOR") {
                faults.push("it says it is a draft");
                spots.push(copy.spot(passage, &range));
            }
        }
    }
    faults.sort_unstable();
    faults.dedup();
    Noted::at(faults.join("; "), spots)
}

/// A short line that begins with a page's own words: no sentence, no full stop.
pub fn is_debris(folded: &str) -> bool {
    let line = folded.trim();
    if line.is_empty() || line.chars().count() > 80 || line.ends_with('.') && line.len() > 40 {
        return false;
    }
    DEBRIS.iter().any(|mark| {
        let Some(rest) = line.strip_prefix(mark) else {
            return false;
        };
        let rest = rest.trim();
        // "Print" alone is a button, "Print sales rise" is news; "views: 21" needs its colon.
        mark.ends_with(':')
            || rest.is_empty()
            || matches!(rest.chars().next(), Some(':' | '|' | '»' | '('))
            || *mark == "cookie"
                && ["policy", "settings", "preferences", "notice", "consent"]
                    .iter()
                    .any(|word| rest.starts_with(word))
            || matches!(
                *mark,
                "accept all" | "share on" | "related articles" | "skip to"
            ) && rest.split_whitespace().count() <= 3
    })
}
