//! Pasted or republished text into a draft: the page around it stripped, its parts recognised.
//!
//! Nothing is guessed in silence: what was left out and what is missing is told, each with its line.

mod dateline;
mod lines;

use crate::domain::check::origin::{Origin, SourceLine};
use crate::domain::check::rules::is_end_mark;
use crate::domain::check::search::{any, fold};
use crate::domain::check::words::words;
use crate::intake::pasted::dateline::Opening;
use crate::intake::pasted::lines::{Line, is_page, is_tail};
use crate::intake::release_file::ReleaseDraft;

/// What was made of a pasted text.
#[derive(Clone, Debug, Default)]
pub struct Pasted {
    pub draft: ReleaseDraft,
    pub origin: Origin,
    /// Parts that a release has and this text has not, as words for a sentence.
    pub missing: Vec<&'static str>,
}

/// Reads pasted text in `language` for the release `slug`. A text without a single sentence gives a
/// draft without headline or body; the caller refuses that.
pub fn read(text: &str, slug: &str, language: &str) -> Pasted {
    let lines = lines::split(text);
    let primary = language.split('-').next().unwrap_or_default();
    let mut pasted = Pasted::default();
    slug.clone_into(&mut pasted.draft.slug);
    pasted.draft.language = Some(language.to_owned());
    let opening = dateline::find(&lines);
    let top_end = opening
        .as_ref()
        .map_or(lines.len(), |opening| opening.index);
    let mut rest = match head(&lines[..top_end], opening.is_some(), primary, &mut pasted) {
        // Without a dateline the body begins below the headline.
        Some(after) if opening.is_none() => after,
        _ => top_end,
    };
    let mut body = Body::default();
    for line in embargo_lines(&lines[..top_end.min(lines.len())], primary) {
        body.push(line.number, line.text.trim());
        body.blank();
    }
    if let Some(opening) = &opening {
        rest = take_opening(opening, &lines, &mut pasted, &mut body);
    }
    tail(
        &lines[rest.min(lines.len())..],
        primary,
        &mut pasted,
        &mut body,
    );
    body.text.trim_end().clone_into(&mut pasted.draft.body);
    pasted.origin.body = body.numbers;
    pasted.draft.body_line = pasted.origin.body.first().copied().unwrap_or(1);
    pasted.missing = missing(&pasted, primary);
    pasted
}

#[derive(Default)]
struct Body {
    text: String,
    numbers: Vec<usize>,
}

impl Body {
    fn push(&mut self, number: usize, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.numbers.push(number);
    }

    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            let number = self.numbers.last().copied().unwrap_or(1);
            self.push(number, "");
        }
    }
}

fn debris(pasted: &mut Pasted, line: &Line) {
    pasted.origin.debris.push(SourceLine {
        line: line.number,
        text: line.text.trim().to_owned(),
    });
}

/// Headline and subheads from the lines above the dateline; gives the index behind the headline.
fn head(lines: &[Line], has_dateline: bool, language: &str, pasted: &mut Pasted) -> Option<usize> {
    let lists = words(language);
    let mut last_page = None;
    for (index, line) in lines.iter().enumerate() {
        let folded = fold(line.text.trim());
        if folded.is_empty() {
            continue;
        }
        let is_release_line = !any(
            &folded,
            lists.immediate.iter().chain(lists.embargo).copied(),
        )
        .is_empty()
            && folded.len() < 120;
        if is_release_line {
            continue;
        }
        // Above a headline short lines are a site's name or a menu.
        let is_short = has_dateline && line.text.split_whitespace().count() < 4;
        if is_page(line.text) || is_short {
            debris(pasted, line);
            last_page = Some(index);
        }
        if !has_dateline && !is_page(line.text) && line.text.split_whitespace().count() >= 3 {
            break;
        }
    }
    let mut after = None;
    let start = last_page.map_or(0, |index| index + 1);
    // A title above the last line of the page is used when nothing stands below it.
    let candidates: Vec<(usize, &Line)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_title(line, lists.immediate, lists.embargo))
        .collect();
    let below: Vec<&(usize, &Line)> = candidates
        .iter()
        .filter(|(index, _)| *index >= start)
        .collect();
    let chosen: Vec<&(usize, &Line)> = if below.is_empty() {
        candidates.iter().collect()
    } else {
        below
    };
    for (index, line) in chosen {
        let text = line.text.trim().trim_start_matches(['#', ' ']).to_owned();
        if pasted.draft.headline.is_empty() {
            pasted.draft.headline = text;
            pasted.origin.headline = line.number;
            after = Some(index + 1);
            if !has_dateline {
                break;
            }
        } else if text != pasted.draft.headline && !pasted.draft.subheads.contains(&text) {
            pasted.draft.subheads.push(text);
            pasted.origin.subheads.push(line.number);
        }
    }
    after
}

fn is_title(line: &Line, immediate: &[&str], embargo: &[&str]) -> bool {
    let folded = fold(line.text.trim());
    !folded.is_empty()
        && !is_page(line.text)
        && folded.split_whitespace().count() >= 3
        && (any(&folded, immediate.iter().chain(embargo).copied()).is_empty()
            || folded.len() >= 120)
}

/// Lines above the dateline that speak of an embargo: they must not get lost.
fn embargo_lines<'l>(lines: &'l [Line<'l>], language: &str) -> Vec<&'l Line<'l>> {
    let lists = words(language);
    lines
        .iter()
        .filter(|line| {
            let folded = fold(line.text.trim());
            folded.len() < 120 && !any(&folded, lists.embargo.iter().copied()).is_empty()
        })
        .collect()
}

/// The dateline as parts, its own words kept, and what stands behind it as the first paragraph.
fn take_opening(opening: &Opening, lines: &[Line], pasted: &mut Pasted, body: &mut Body) -> usize {
    pasted.draft.dateline = Some(opening.dateline.clone());
    pasted.draft.wire_credit.clone_from(&opening.credit);
    let last = opening
        .rest
        .as_ref()
        .map_or(opening.index, |(index, _)| *index);
    for line in &lines[opening.index..=last] {
        let is_credit = line.number != lines[opening.index].number;
        if line.text.trim().is_empty() {
            continue;
        }
        let text = if is_credit {
            opening.credit.clone().unwrap_or_default()
        } else {
            line.text.trim_end_matches(['\r', '\n']).to_owned()
        };
        if !is_credit || opening.credit_below {
            pasted.origin.dateline.push(SourceLine {
                line: line.number,
                text,
            });
        }
    }
    if let Some(rubbish) = &opening.rubbish {
        pasted.origin.debris.push(SourceLine {
            line: lines[opening.index].number,
            text: rubbish.clone(),
        });
    }
    match &opening.rest {
        Some((index, text)) => {
            if !text.is_empty() {
                body.push(lines[*index].number, text);
            }
            index + 1
        }
        None => opening.index + 1,
    }
}

/// The body down to where the page begins again.
fn tail(lines: &[Line], language: &str, pasted: &mut Pasted, body: &mut Body) {
    let lists = words(language);
    let mut is_over = false;
    for line in lines {
        let text = line.text.trim();
        let folded = fold(text);
        if text.is_empty() {
            body.blank();
            continue;
        }
        is_over |= is_tail(&folded);
        // A bare address or a number is never a page's own line.
        if is_over || is_page(line.text) || text == pasted.draft.headline {
            debris(pasted, line);
            continue;
        }
        if is_end_mark(text) {
            pasted.draft.end_mark = Some(text.trim_matches('*').to_owned());
            continue;
        }
        let is_source = !any(&folded, lists.source.iter().copied()).is_empty();
        if let Some(url) = text
            .split_whitespace()
            .find(|word| word.starts_with("https://") || word.starts_with("http://"))
            .filter(|_| is_source)
        {
            pasted.draft.source_url = Some(url.trim_end_matches(['.', ',']).to_owned());
            continue;
        }
        let is_about = text.chars().count() < 80
            && !text.ends_with('.')
            && lists.about_heading.iter().any(|heading| {
                folded
                    .strip_prefix(heading)
                    .is_some_and(|rest| rest.starts_with(' ') || heading.ends_with(['\'', '’']))
            });
        if is_about {
            body.blank();
            body.push(line.number, &format!("## {}", text.trim_end_matches(':')));
            body.blank();
        } else {
            // Underlines of dashes would make a heading of the line above.
            let is_rule =
                text.len() > 2 && text.chars().all(|c| matches!(c, '-' | '=' | '_' | '*'));
            if is_rule {
                body.blank();
            } else {
                // NBSP at the end of a line is the page's, but a checker should see it.
                let kept = line.text.trim_matches([' ', '\t', '\r', '\n']);
                body.push(
                    line.number,
                    &kept.strip_prefix('•').map_or_else(
                        || kept.to_owned(),
                        |item| format!("- {}", item.trim_start()),
                    ),
                );
            }
        }
    }
}

fn missing(pasted: &Pasted, language: &str) -> Vec<&'static str> {
    let draft = &pasted.draft;
    let folded = fold(&draft.body);
    let lists = words(language);
    let mut missing = Vec::new();
    if draft.dateline.is_none() {
        missing.push("a dateline");
    } else if draft
        .dateline
        .as_ref()
        .is_some_and(|dateline| dateline.date.is_none())
    {
        missing.push("a date");
    }
    if !folded.contains("\n## ") {
        missing.push("an \"About\" text");
    }
    if any(&folded, lists.contact_heading.iter().copied()).is_empty() {
        missing.push("press contacts");
    }
    if !folded.contains('@') {
        missing.push("an e-mail address");
    }
    if !folded.contains("http") && !folded.contains("www.") {
        missing.push("a link");
    }
    missing
}

#[cfg(test)]
mod tests;
