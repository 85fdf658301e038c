//! Finding words in prose: whole words, whatever their case, at byte offsets of the text as written.

use std::ops::Range;

/// Lower case of the same length in bytes, so that offsets hold.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => out.push(one),
            _ => out.push(c),
        }
    }
    out
}

/// Where `phrase`, in lower case, stands as whole words in a folded text; a straight apostrophe in it
/// is found curly, too.
pub fn places(folded: &str, phrase: &str) -> Vec<Range<usize>> {
    let mut found = exactly(folded, phrase);
    if phrase.contains('\'') {
        found.extend(exactly(folded, &phrase.replace('\'', "’")));
        found.sort_by_key(|range| range.start);
    }
    found
}

fn exactly(folded: &str, phrase: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = folded[from..].find(phrase) {
        let start = from + at;
        let end = start + phrase.len();
        if is_edge(folded, start, phrase) {
            found.push(start..end);
        }
        from = end;
    }
    found
}

fn is_edge(text: &str, start: usize, phrase: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let before = text[..start].chars().next_back();
    let after = text[start + phrase.len()..].chars().next();
    let opens = phrase.chars().next().is_some_and(inner);
    let closes = phrase.chars().next_back().is_some_and(inner);
    let runs_on = opens && before.is_some_and(inner) || closes && after.is_some_and(inner);
    !runs_on
}

/// Where any of the phrases stands, in order; of overlapping ones the longest.
pub fn any<'a>(folded: &str, phrases: impl IntoIterator<Item = &'a str>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = phrases
        .into_iter()
        .filter(|phrase| !phrase.is_empty())
        .flat_map(|phrase| places(folded, phrase))
        .collect();
    all.sort_by_key(|range| (range.start, usize::MAX - range.end));
    let mut kept: Vec<Range<usize>> = Vec::new();
    for range in all {
        if kept.last().is_none_or(|last| last.end <= range.start) {
            kept.push(range);
        }
    }
    kept
}

/// Words with their places: runs of letters and digits, with inner apostrophes and hyphens.
pub fn words(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, '\'' | '’' | '-')
            && start.is_some()
            && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if c.is_alphanumeric() || joins {
            start.get_or_insert(at);
        } else if let Some(begin) = start.take() {
            found.push((begin..at, &text[begin..at]));
        }
    }
    if let Some(begin) = start {
        found.push((begin..text.len(), &text[begin..]));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{any, fold, places, words};

    #[test]
    fn finds_whole_words_only() {
        let folded = fold("See the SEE-saw; seen. Überall É");
        assert_eq!(places(&folded, "see"), vec![0..3, 8..11]);
        assert_eq!(any(&folded, ["see", "see-saw"]), vec![0..3, 8..15]);
        assert_eq!(places(&folded, "überall").len(), 1);
        assert_eq!(places("à l’adresse, à l'adresse", "à l'adresse").len(), 2);
        let all: Vec<&str> = words("Quectel’s 5,900 well-known 'x' ")
            .into_iter()
            .map(|(_, word)| word)
            .collect();
        assert_eq!(all, ["Quectel’s", "5", "900", "well-known", "x"]);
    }

    proptest! {
        #[test]
        fn places_lie_on_characters(text in "\\PC{0,60}", phrase in "\\PC{1,4}") {
            let folded = fold(&text);
            prop_assert_eq!(folded.len(), text.len());
            for range in any(&folded, [fold(&phrase).as_str()]) {
                prop_assert!(text.get(range).is_some());
            }
            for (range, word) in words(&text) {
                prop_assert_eq!(&text[range], word);
            }
        }
    }
}
