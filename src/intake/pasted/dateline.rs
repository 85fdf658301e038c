//! The dateline in a pasted text: the line that opens the story, with place, date and wire.

use crate::domain::check::dates::{Written, written};
use crate::domain::check::search::{fold, words};
use crate::domain::content::Dateline;
use crate::intake::pasted::lines::Line;

/// A story begins within this many lines.
const SOUGHT: usize = 200;

/// Where and how a story opens.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    /// Of the dateline's line.
    pub index: usize,
    pub dateline: Dateline,
    pub credit: Option<String>,
    /// The credit stands on a line of its own.
    pub credit_below: bool,
    /// Words of the page on the dateline's line.
    pub rubbish: Option<String>,
    /// The line on which the story's words begin, and what of it is left.
    pub rest: Option<(usize, String)>,
}

/// The first line that opens with a place, and has a date or a wire's credit on it or just below.
pub(crate) fn find(lines: &[Line]) -> Option<Opening> {
    lines
        .iter()
        .enumerate()
        .take(SOUGHT)
        .find_map(|(index, line)| {
            let text = line.text.trim();
            let head: String = text.chars().take(200).collect();
            let city = city(&head)?;
            let date = written(&head, None).into_iter().next();
            let credit = credit(&head)
                .map(|(range, name)| (index, range, name))
                .or_else(|| {
                    let (below, next) = next_filled(lines, index)?;
                    let (range, name) = self::credit(next.trim())?;
                    (range.start == 0).then_some((below, range, name))
                });
            let is_shouted = !city.chars().any(char::is_lowercase);
            let dashed = head.contains("--")
                || head.contains(" – ")
                || head.contains(" — ")
                || head.contains(" - ");
            let opens = match (&date, &credit) {
                (Some(date), Some(_)) => date.range.start < 120,
                (Some(date), None) => is_shouted && date.range.start < 90 && dashed,
                (None, Some((at, ..))) => is_shouted || *at == index && dashed,
                (None, None) => {
                    is_shouted && dashed && head.find(['-', '–', '—']).is_some_and(|at| at < 60)
                }
            };
            opens.then(|| opening(index, text, &city, date.as_ref(), credit, lines))
        })
}

fn next_filled<'l>(lines: &[Line<'l>], index: usize) -> Option<(usize, &'l str)> {
    lines
        .iter()
        .enumerate()
        .skip(index + 1)
        .take(3)
        .find(|(_, line)| !line.text.trim().is_empty())
        .map(|(index, line)| (index, line.text))
}

/// The place at the beginning, up to a comma, dash or bracket: capitalised words, four at most.
fn city(head: &str) -> Option<String> {
    let end = head
        .find([',', '(', '–', '—'])
        .into_iter()
        .chain(head.find(" -"))
        .chain(head.find("--"))
        .min()?;
    let city = head[..end].trim();
    let all = words(city);
    let named = (1..=4).contains(&all.len())
        && all.iter().all(|(_, word)| {
            word.chars().next().is_some_and(char::is_uppercase)
                || matches!(
                    *word,
                    "de" | "del" | "la" | "am" | "an" | "der" | "den" | "sur"
                )
        });
    (named && city.chars().filter(|c| c.is_alphabetic()).count() >= 3).then(|| city.to_owned())
}

const WIRES: &[&str] = &[
    "business wire",
    "pr newswire",
    "prnewswire",
    "globe newswire",
    "globenewswire",
    "newsfile",
    "accesswire",
    "marketwired",
    "marketwire",
    "ots",
    "dgap",
    "eqs",
    "prweb",
    "ein presswire",
    "newswire",
    "aetoswire",
];

/// "(BUSINESS WIRE)" or `/PRNewswire/` with its place.
fn credit(text: &str) -> Option<(std::ops::Range<usize>, String)> {
    for (open, close) in [('(', ')'), ('/', '/')] {
        let Some(start) = text.find(open) else {
            continue;
        };
        let Some(length) = text[start + 1..].find(close) else {
            continue;
        };
        let name = text[start + 1..start + 1 + length].trim();
        let folded = fold(name);
        if WIRES.iter().any(|wire| folded.starts_with(wire)) && folded.len() < 40 {
            return Some((start..start + length + 2, name.to_owned()));
        }
    }
    None
}

fn opening(
    index: usize,
    text: &str,
    city: &str,
    date: Option<&Written>,
    credit: Option<(usize, std::ops::Range<usize>, String)>,
    lines: &[Line],
) -> Opening {
    let name = titled(city);
    let after_city = &text[text.find(city).map_or(0, |at| at + city.len())..];
    let until = date.map_or(after_city.len(), |date| {
        date.range
            .start
            .saturating_sub(text.len() - after_city.len())
    });
    let area = after_city.get(..until).unwrap_or_default();
    let area = area.split(['(', '–', '—', '/']).next().unwrap_or_default();
    let area = area.split(" -").next().unwrap_or_default();
    let region = area
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '-'))
        .to_owned();
    let dateline = Dateline {
        city: name,
        region: (!region.is_empty() && region.len() < 40).then_some(region),
        country: None,
        date: date.map(|date| date.date),
        ..Dateline::default()
    };
    let strip = |rest: &str| {
        rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/' | ':')
        })
        .to_owned()
    };
    match credit {
        Some((at, range, credit)) if at == index => Opening {
            index,
            dateline,
            credit: Some(credit),
            credit_below: false,
            rubbish: None,
            rest: Some((
                index,
                strip(&text[range.end.max(date.map_or(0, |date| date.range.end))..]),
            )),
        },
        Some((at, range, credit)) => {
            let left = date.map_or("", |date| text[date.range.end..].trim());
            let below = lines[at].text.trim();
            Opening {
                index,
                dateline,
                credit: Some(credit),
                credit_below: true,
                rubbish: (!left.is_empty())
                    .then(|| left.trim_end_matches('\u{a0}').trim().to_owned()),
                rest: Some((at, strip(&below[range.end..]))),
            }
        }
        None => {
            let rest = match date {
                Some(date) => &text[date.range.end..],
                None => after_city
                    .find(['–', '—'])
                    .into_iter()
                    .chain(after_city.find("--"))
                    .chain(after_city.find(" - "))
                    .min()
                    .map_or("", |at| &after_city[at..]),
            };
            Opening {
                index,
                dateline,
                credit: None,
                credit_below: false,
                rubbish: None,
                rest: Some((index, strip(rest))),
            }
        }
    }
}

/// "VANCOUVER" as the city's own name; a name already written so stays.
fn titled(city: &str) -> String {
    if city.chars().any(char::is_lowercase) {
        return city.to_owned();
    }
    let mut out = String::new();
    let mut begins = true;
    for c in city.chars() {
        if begins {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        begins = !c.is_alphabetic() && c != '\'' && c != '’';
    }
    out
}
