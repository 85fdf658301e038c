//! CHK-14 and 15 in the text, and CHK-40's note: what was to be filled in and was not.

use std::ops::Range;

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::search::{any, fold, places, words as split};
use crate::domain::check::words::words;
use crate::domain::content::VersionKind;
use crate::domain::prose::Position;

/// Bytes of a merge field's name.
const LONGEST_NAME: usize = 40;

/// CHK-14: TK, TBC, lorem ipsum, "quote here" (Google's 8-K of 2012 went out with one).
pub(crate) fn left(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let english = words("en");
    let spots = copy.spots(copy.prose(), |passage| {
        let mut found = any(
            &passage.folded,
            lists.placeholder.iter().chain(english.placeholder).copied(),
        );
        for (range, word) in split(&passage.text) {
            let is_mark = matches!(
                word,
                "TK" | "TKTK" | "TKTKTK" | "TBC" | "TBD" | "TBA" | "FIXME" | "TODO" | "TTMMJJJJ"
            );
            let is_crosses =
                word.len() >= 3 && word.chars().all(|c| c == 'X' || c == 'x') && word.contains('X');
            if is_mark || is_crosses {
                found.push(range);
            }
        }
        found.extend(bracketed(passage));
        found.extend(insert_here(&passage.folded));
        found
    });
    Noted::at("something was to be filled in", spots)
}

const ASKS: &[&str] = &[
    "insert",
    "name",
    "date",
    "city",
    "quote",
    "link",
    "url",
    "headline",
    "company",
    "title",
    "add",
    "check",
    "einfügen",
    "ergänzen",
    "firma",
    "datum",
    "zitat",
    "ort",
    "insérer",
    "nom",
    "citation",
    "ville",
    "insertar",
    "nombre",
    "fecha",
    "cita",
    "ciudad",
];
/// Opens what an editor puts into a quote.
const EDITORS: &[&str] = &[
    "the ", "a ", "an ", "his ", "her ", "their ", "its ", "our ", "this ", "der ", "die ", "das ",
    "dem ", "den ", "le ", "la ", "les ", "l'", "l’", "el ", "los ", "las ",
];

/// "Insert the photo of the plant here": at most five words between.
fn insert_here(folded: &str) -> Vec<Range<usize>> {
    let inserts = places(folded, "insert").into_iter();
    inserts
        .filter_map(|insert| {
            let reach = folded.floor_char_boundary((insert.end + 80).min(folded.len()));
            let all = split(&folded[insert.end..reach]);
            let (here, _) = all.iter().take(6).find(|(_, word)| *word == "here")?;
            let range = insert.start..insert.end + here.end;
            (!folded[range.clone()].contains(['.', ';'])).then_some(range)
        })
        .collect()
}

/// `[Name of the minister]`; an editor's own `[sic]`, `[the company]` or a number is none.
fn bracketed(passage: &Passage) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = passage.text[from..].find('[') {
        let start = from + open;
        let Some(close) = passage.text[start..].find(']') else {
            break;
        };
        let range = start..start + close + 1;
        let inner = &passage.text[start + 1..range.end - 1];
        let doubled = passage.text[..start].ends_with('[') || inner.starts_with('[');
        // "[the company]" is an editor's word within a quote; "[company]" waits to be filled in.
        let is_editors = EDITORS
            .iter()
            .any(|word| fold(inner).trim_start().starts_with(word));
        let asks = any(
            &passage.folded[range.clone()],
            ASKS.iter()
                .copied()
                .filter(|word| !is_editors || matches!(*word, "insert" | "name" | "add" | "check")),
        );
        let shouts = inner.len() > 2
            && inner.chars().any(char::is_alphabetic)
            && !inner.chars().any(char::is_lowercase);
        if !passage.has_link(&range) && !doubled && (!asks.is_empty() || shouts) {
            found.push(range.clone());
        }
        from = range.end;
    }
    found
}

/// CHK-15 in the text: fields of other programs, which nobody here will fill.
pub(crate) fn fields(copy: &Copy<'_>) -> Option<Noted> {
    let mut spots = copy.spots(copy.prose(), |passage| foreign(&passage.text));
    // To Markdown `*|FNAME|*` is emphasis: its stars stand in the source alone.
    for (number, part) in copy.parts.iter().enumerate() {
        for (line, text) in (1..).zip(part.lines()) {
            for range in foreign(text)
                .into_iter()
                .filter(|range| text[range.start..].starts_with("*|"))
            {
                let column = range.start + 1;
                let long = range.len();
                spots.push(copy.spot_at(number, Position { line, column }, long));
            }
        }
    }
    Noted::at("a merge field of another program stays as it is", spots)
}

/// Where fields of other mail programs stand: `[[x]]`, `%%x%%`, `*|X|*`, `«x»`, `{x}`, `${x}`.
pub fn foreign(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (open, close) in [
        ("[[", "]]"),
        ("%%", "%%"),
        ("*|", "|*"),
        ("<<", ">>"),
        ("«", "»"),
        ("{", "}"),
    ] {
        let mut from = 0;
        while let Some(at) = text[from..].find(open) {
            let start = from + at;
            let inner = start + open.len();
            from = inner;
            // Searched no further than a name goes: a text can open fields without end.
            let reach = text.floor_char_boundary(inner + LONGEST_NAME + close.len());
            let Some(end) = text[inner..reach].find(close) else {
                continue;
            };
            let name = &text[inner..inner + end];
            let end = inner + end + close.len();
            // Ours are doubled: the reader has checked them.
            let ours = open == "{" && (name.starts_with('{') || text[..start].ends_with('{'));
            let is_name = !name.is_empty()
                && name.len() <= LONGEST_NAME
                && name.is_ascii()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ' '));
            // Guillemets are quotation marks: only a name that no language writes is a field.
            let is_field = is_name
                && (!matches!(open, "«" | "<<")
                    || name.contains('_')
                    || matches!(
                        name.to_ascii_lowercase().as_str(),
                        "firstname"
                            | "lastname"
                            | "email"
                            | "company"
                            | "vorname"
                            | "nachname"
                            | "anrede"
                    ));
            if is_field && !ours {
                found.push(start..end);
                from = end;
            }
        }
    }
    found
}

/// CHK-40 in the text: a correction that does not say what was wrong (AP: "always be labeled").
pub(crate) fn note(copy: &Copy<'_>) -> Option<Noted> {
    let needs = matches!(
        copy.version.kind,
        VersionKind::Correction | VersionKind::Kill | VersionKind::Hold
    );
    let said = copy
        .version
        .note
        .as_ref()
        .is_some_and(|note| !note.trim().is_empty());
    (needs && !said).then(|| {
        Noted::missing(format!(
            "a {} has to say what was wrong and what is right",
            copy.version.kind.as_str()
        ))
    })
}
