//! CHK-28: quotes with their speakers and their marks.

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Kind, Passage};
use crate::domain::check::search::any;
use crate::domain::check::words::words;

/// Speakers whose titles are looked for in the whole text; no release quotes as many.
const MOST_SPEAKERS: usize = 200;

/// CHK-28: every quote has a speaker, every mark its partner (Business Wire's frequent catches: quotes).
pub(crate) fn quote(copy: &Copy<'_>) -> Option<Noted> {
    let mut spots = Vec::new();
    let mut faults: Vec<&str> = Vec::new();
    let said = words(copy.language()).said;
    for (number, quote) in copy.quotes.iter().enumerate() {
        let passages = &copy.passages[quote.first..quote.last];
        let is_spoken = quote.speaker.is_some()
            || passages
                .iter()
                .any(|passage| !any(&passage.folded, said.iter().copied()).is_empty());
        if !is_spoken && let Some(first) = passages.first() {
            faults.push("a quote does not say who speaks");
            spots.push(copy.spot(first, &(0..1.min(first.text.len()))));
        }
        if quote
            .speaker
            .as_ref()
            .is_some_and(|speaker| speaker.title.is_none())
            && let Some(first) = passages.first()
            && number < MOST_SPEAKERS
            && !copy.body().any(|passage| {
                mentions_with_title(
                    passage,
                    quote.speaker.as_ref().map_or("", |speaker| &speaker.name),
                )
            })
        {
            faults.push("a speaker has no title");
            spots.push(copy.spot(first, &(0..1.min(first.text.len()))));
        }
    }
    let body: Vec<&Passage> = copy
        .body()
        .filter(|passage| passage.kind == Kind::Paragraph)
        .collect();
    for (place, passage) in body.iter().enumerate() {
        let text = passage.text.trim_start();
        let opens = text.starts_with(['“', '"', '„', '«', '»']);
        let long = opens && text.split_whitespace().count() >= 12;
        let near = body[place.saturating_sub(1)..(place + 2).min(body.len())].iter();
        let attributed = near
            .flat_map(|passage| any(&passage.folded, said.iter().copied()))
            .next()
            .is_some();
        if long && !passage.quoted && !attributed {
            faults.push("a quote does not say who speaks");
            spots.push(copy.spot(passage, &(0..1)));
        }
        let continued = body
            .get(place + 1)
            .is_some_and(|next| next.text.trim_start().starts_with(['“', '"', '„', '«']));
        if let Some(at) = unbalanced(&passage.text).filter(|_| !continued) {
            faults.push("a quotation mark has no partner");
            spots.push(copy.spot(passage, &(at..at + 1)));
        }
    }
    faults.sort_unstable();
    faults.dedup();
    Noted::at(faults.join("; "), spots)
}

/// Whether a paragraph introduces somebody: the name with a comma behind it.
fn mentions_with_title(passage: &Passage, name: &str) -> bool {
    !name.is_empty()
        && passage
            .text
            .find(name)
            .is_some_and(|at| passage.text[at + name.len()..].starts_with(','))
}

/// The first double mark without its partner. Inches and single marks are left alone.
fn unbalanced(text: &str) -> Option<usize> {
    // German closes with the mark that opens an English quote, and turns French ones round.
    let german = text.contains('„');
    let turned = text.find('»') < text.find('«') && text.contains('»');
    if turned {
        let swapped: String = text
            .chars()
            .map(|c| match c {
                '«' => '»',
                '»' => '«',
                other => other,
            })
            .collect();
        return unbalanced(&swapped);
    }
    let mut open: Option<usize> = None;
    let mut straight: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match c {
            '“' if german && open.is_some() => open = None,
            '“' if open.is_some() => return Some(at),
            '„' | '«' | '“' => open = Some(at),
            '”' | '»' if open.is_none() => return Some(at),
            '”' | '»' => open = None,
            '"' if text[..at].ends_with(|c: char| c.is_ascii_digit()) && straight.is_none() => {}
            '"' => straight = if straight.is_some() { None } else { Some(at) },
            _ => {}
        }
    }
    open.or(straight)
}

#[cfg(test)]
mod tests {
    use super::unbalanced;

    #[test]
    fn marks_have_partners() {
        for text in [
            "“a” b “c”",
            "„a“ und „b“",
            "« a »",
            "»a« und »b«",
            "\"a\" b",
            "a 5\" pipe",
            "it’s",
            "none",
        ] {
            assert_eq!(unbalanced(text), None, "{text}");
        }
        for text in ["“a", "a”", "“a “b”", "\"a", "« a"] {
            assert!(unbalanced(text).is_some(), "{text}");
        }
    }
}
