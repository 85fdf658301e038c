//! The lines of a pasted text, and which of them belong to the page around it.

use crate::domain::check::rules::is_debris;
use crate::domain::check::search::{fold, words};

/// A line with its number in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub number: usize,
    pub text: &'a str,
}

pub(crate) fn split(text: &str) -> Vec<Line<'_>> {
    text.split('\n')
        .enumerate()
        .map(|(index, text)| Line {
            number: index + 1,
            text,
        })
        .collect()
}

/// Whether a line is a page's own: buttons, forms, breadcrumbs, a time of day alone.
pub(crate) fn is_page(text: &str) -> bool {
    let line = text.trim();
    if line.is_empty() {
        return false;
    }
    let folded = fold(line);
    let crumbs = line.matches(['»', '›', '>']).count();
    let bars = line.matches(" | ").count();
    is_debris(&folded)
        || (crumbs >= 2 && !line.contains(['«', '<']))
        || (bars >= 2 && line.chars().count() < 120)
        || is_clock(&folded)
        || is_form(&folded)
}

/// "7:15 AM"
fn is_clock(folded: &str) -> bool {
    folded.len() <= 10
        && folded.contains(':')
        && folded.starts_with(|c: char| c.is_ascii_digit())
        && words(folded).iter().all(|(_, word)| {
            word.chars().all(|c| c.is_ascii_digit()) || matches!(*word, "am" | "pm")
        })
}

/// "Name *:"
fn is_form(folded: &str) -> bool {
    folded.ends_with("*:") && folded.len() < 40
}

/// A line below which nothing of the release stands any more.
pub(crate) fn is_tail(folded: &str) -> bool {
    let line = folded.trim();
    line.chars().count() < 80
        && [
            "views:",
            "total comments",
            "related articles",
            "related posts",
            "related news",
            "you may also like",
            "leave a comment",
            "leave a reply",
            "add comment",
            "comments (",
            "weitere storys",
            "weitere meldungen",
            "das könnte sie auch interessieren",
            "articles similaires",
            "à lire aussi",
            "noticias relacionadas",
            "artículos relacionados",
            "te puede interesar",
        ]
        .iter()
        .any(|start| line.starts_with(start))
}
