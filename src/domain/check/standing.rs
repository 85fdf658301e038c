//! Texts that go from release to release: since when each stands as it is, and what its kin say.

use jiff::civil::Date;

use crate::domain::check::part::LEGEND;
use crate::domain::check::search::{any, fold};
use crate::domain::check::words::words;
use crate::domain::content::Text;
use crate::domain::instant::Instant;

/// Characters of a paragraph that can be told from any other.
const LONG_ENOUGH: usize = 60;

/// A legend or an "About" text of the release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Age {
    /// BCP 47, as the text says it.
    pub language: String,
    /// Of which part it is: `forward-looking statements`, `body` or `about SLUG`.
    pub part: String,
    /// The newest of: first used as it is, written, read and found right.
    pub since: Instant,
    /// First and last day on which it holds, where it says so.
    pub valid: (Option<Date>, Option<Date>),
}

/// Another "About" text of the same organization, or the same in another language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kin {
    /// The short name of the one that the release carries.
    pub of: String,
    /// The other one's short name and language, as `harbour-light (de)`.
    pub name: String,
    /// Markdown.
    pub body: String,
}

/// What is known of the standing texts of a release.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    pub ages: Vec<Age>,
    pub kin: Vec<Kin>,
}

/// The legends for forward-looking statements in a text, each with its part: `forward_looking`, and
/// paragraphs of the body that say so or stand below such a heading.
pub fn legends(text: &Text) -> Vec<(&'static str, String)> {
    let own = text.forward_looking.iter().map(|legend| (LEGEND, legend));
    let mut found: Vec<(&'static str, String)> = own
        .map(|(part, legend)| (part, legend.trim().to_owned()))
        .collect();
    let primary = text.language.split('-').next().unwrap_or_default();
    let headings = words(primary).forward_heading;
    let mut is_below = false;
    for paragraph in text.body.split("\n\n").map(str::trim) {
        let says = !any(&fold(paragraph), headings.iter().copied()).is_empty();
        if says || is_below {
            found.push(("body", paragraph.to_owned()));
        }
        is_below = says && paragraph.chars().count() < LONG_ENOUGH;
    }
    found.retain(|(_, words)| words.chars().count() >= LONG_ENOUGH);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_stand_in_their_field_or_below_their_heading() {
        let long = "Statements that are not of facts may turn out to be wrong for many reasons.";
        let text = |body: &str, legend: Option<&str>| Text {
            language: "en-US".to_owned(),
            body: body.to_owned(),
            forward_looking: legend.map(str::to_owned),
            ..Text::default()
        };
        let body = format!(
            "News.\n\n## Safe Harbor\n\n{long}\n\nAbout us, at length, in many words that say nothing at all."
        );
        assert_eq!(legends(&text(&body, None)), [("body", long.to_owned())]);
        let own = legends(&text("News.", Some(&format!("{long}\n"))));
        assert_eq!(own, [(LEGEND, long.to_owned())]);
        assert_eq!(legends(&text("Forward-looking.", Some("Short."))), []);
    }
}
