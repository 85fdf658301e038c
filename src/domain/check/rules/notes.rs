//! CHK-32: references to notes and tables that are not there.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Kind};
use crate::domain::check::search::any;
use crate::domain::check::words::words;

/// CHK-32: "(1)" and no note 1 (Business Wire's frequent catches: footnotes).
pub(crate) fn dangling(copy: &Copy<'_>) -> Option<Noted> {
    let has_table = !copy.tables.is_empty();
    let starts = |mark: &str| {
        copy.prose()
            .any(|passage| passage.text.trim_start().starts_with(mark))
    };
    let mut known: BTreeMap<u32, bool> = BTreeMap::new();
    let mut is_there = |number: u32| {
        let look = || {
            let targets = [
                format!("({number})"),
                format!("[{number}]"),
                format!("{number}."),
                format!("{number} "),
                superscript(number),
            ];
            targets.iter().any(|target| starts(target))
        };
        *known.entry(number).or_insert_with(look)
    };
    let has_asterisk = starts("*");
    let lists = words(copy.language());
    let spots = copy.spots(
        copy.body().filter(|passage| passage.kind != Kind::Cell),
        |passage| {
            let mut found: Vec<Range<usize>> = Vec::new();
            for (range, number) in marks(&passage.text) {
                let opens = passage.text[..range.start].trim().is_empty();
                if !opens && !is_there(number) {
                    found.push(range);
                }
            }
            if !has_table {
                let mut tables = any(&passage.folded, lists.table.iter().copied());
                // A table of contents, a painting of Monet's.
                tables.retain(|range| {
                    let rest = passage.folded[range.end..].trim_start();
                    !["of ", "de ", "du ", "des ", "d'", "d’", "von ", "del "]
                        .iter()
                        .any(|word| rest.starts_with(word))
                });
                found.extend(tables);
            }
            // "growth* of 4%" needs a line that begins with the asterisk.
            for (at, _) in passage.text.match_indices('*') {
                let after_word = passage.text[..at]
                    .ends_with(|c: char| c.is_alphanumeric() || c == '%' || c == ')');
                let before_word = passage.text[at + 1..].starts_with(char::is_alphanumeric);
                if after_word && !before_word && !has_asterisk {
                    found.push(at..at + 1);
                }
            }
            found
        },
    );
    Noted::at("a note or table is referred to and does not exist", spots)
}

/// "(1)", "[2]" and superscripts behind a word, with their number. A list "(1) … (2)" in running
/// text begins at its own marks: only one directly behind a word or stop is a reference.
fn marks(text: &str) -> Vec<(Range<usize>, u32)> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let tight = text[..at].ends_with(|c: char| {
            c.is_alphanumeric() || matches!(c, '.' | ',' | '%' | '”' | '"' | ')')
        });
        match c {
            '(' | '[' if tight => {
                let inner: String = text[at + 1..]
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect();
                let close = at + 1 + inner.len();
                if (1..=2).contains(&inner.len()) && text[close..].starts_with([')', ']']) {
                    found.push((at..close + 1, inner.parse().unwrap_or(0)));
                }
            }
            // Square and cubic metres.
            '¹' | '⁴'..='⁹' if tight => found.push((at..at + c.len_utf8(), digit(c))),
            _ => {}
        }
    }
    found
}

fn digit(c: char) -> u32 {
    match c {
        '¹' => 1,
        _ => u32::from(c).saturating_sub(0x2070),
    }
}

fn superscript(number: u32) -> String {
    match number {
        1 => "¹".to_owned(),
        4..=9 => char::from_u32(0x2070 + number).map_or_else(String::new, String::from),
        _ => format!("{number})"),
    }
}
