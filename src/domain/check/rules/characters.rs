//! CHK-29: marks that are mixed, hidden or broken.

use std::ops::Range;

use crate::domain::check::finding::{Noted, Severity, Spot};
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::rules::links::mixes_scripts;
use crate::domain::check::search::words;

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
