//! CHK-38: length, paragraphs, end mark.

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::{Copy, Kind, Passage};
use crate::domain::check::rules::issuers::abouts;
use crate::domain::check::search::fold;

/// CHK-38: 150 to 1,200 words, paragraphs of at most `[style] paragraph_words`.
pub(crate) fn shape(copy: &Copy<'_>) -> Option<Noted> {
    let mut faults: Vec<String> = Vec::new();
    let mut spots = Vec::new();
    let length = |passage: &Passage| passage.text.split_whitespace().count();
    let total: usize = copy.body().map(length).sum();
    if total < 150 {
        faults.push(format!("the text has {total} words, fewer than 150"));
    } else if total > 1200 {
        faults.push(format!("the text has {total} words, more than 1,200"));
    }
    let is_short = !faults.is_empty();
    let most = copy.facts.style.paragraph_words;
    let about: Vec<String> = abouts(copy).iter().map(|name| fold(name)).collect();
    let mut in_about = false;
    for passage in copy.body().filter(|passage| passage.kind != Kind::Cell) {
        if passage.text.chars().count() < 80 {
            in_about = about
                .iter()
                .any(|name| passage.folded.contains(name.as_str()))
                || in_about && !passage.is_heading;
        }
        if passage.kind == Kind::Paragraph && !in_about && length(passage) > most {
            faults.push(format!(
                "a paragraph has {} words, more than {most}",
                length(passage)
            ));
            spots.push(copy.spot(passage, &(0..1)));
        }
    }
    if let Some((mark, place)) = copy
        .body()
        .enumerate()
        .find_map(|(place, passage)| is_end_mark(&passage.text).then_some((passage, place)))
    {
        if copy.body().count() > place + 1
            && !copy
                .body()
                .skip(place + 1)
                .any(|passage| passage.text.contains('@'))
        {
            faults.push("text stands below the end mark".to_owned());
            spots.push(copy.spot(mark, &(0..mark.text.len())));
        }
    } else if copy.facts.style.end_mark && copy.text.end_mark.is_none() {
        faults.push("there is no end mark".to_owned());
    }
    if faults.is_empty() {
        return None;
    }
    let message = faults.join("; ");
    let only_length = is_short && spots.is_empty();
    let noted = if spots.is_empty() {
        Some(Noted::missing(message))
    } else {
        Noted::at(message, spots)
    };
    if only_length {
        noted.map(|noted| noted.as_(Severity::Advice))
    } else {
        noted
    }
}

/// `###`, `-30-`, `ENDS`.
pub fn is_end_mark(text: &str) -> bool {
    let text = text.trim();
    matches!(
        text,
        "###"
            | "# # #"
            | "-30-"
            | "- 30 -"
            | "—30—"
            | "ENDS"
            | "Ends"
            | "-ENDS-"
            | "- ENDS -"
            | "*ENDS*"
            | "-end-"
            | "- Ende -"
            | "ENDE"
            | "-FIN-"
            | "- FIN -"
    )
}
