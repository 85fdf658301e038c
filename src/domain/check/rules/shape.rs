//! CHK-38: length, paragraphs, end mark.

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::{Copy, Kind, Passage};
use crate::domain::check::rules::issuers::abouts;
use crate::domain::check::search::fold;
use crate::domain::prose::Position;

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
    if let Some(mark) = typed_mark(copy) {
        if mark.has_text_below {
            faults.push("text stands below the end mark".to_owned());
        }
        if mark.is_lost {
            faults.push(
                "this end mark is lost in the mail: write it as end_mark, above the text"
                    .to_owned(),
            );
        }
        if mark.has_text_below || mark.is_lost {
            let at = Position {
                line: mark.line,
                column: 1,
            };
            spots.push(copy.spot_at(mark.part, at, 3));
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

/// An end mark that was typed into the text.
struct Typed {
    part: usize,
    line: usize,
    has_text_below: bool,
    /// To Markdown `###` is a heading without words.
    is_lost: bool,
}

/// Looked for in the source, where it is what was typed. Press contacts may stand below it.
fn typed_mark(copy: &Copy<'_>) -> Option<Typed> {
    let part = copy.parts.iter().position(|part| part.name == "body")?;
    let lines = copy.parts[part].lines();
    let place = lines.iter().position(|line| is_end_mark(line))?;
    let below = &lines[place + 1..];
    let has_words = below.iter().any(|line| !line.trim().is_empty());
    let has_address = below.iter().any(|line| line.contains('@'));
    Some(Typed {
        part,
        line: place + 1,
        has_text_below: has_words && !has_address,
        is_lost: lines[place].trim().starts_with('#'),
    })
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
