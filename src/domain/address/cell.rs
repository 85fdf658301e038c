//! A cell as people and programs fill it: invisible characters, placeholders, several addresses at once.

use crate::domain::address::AddressProblem;

/// What stands in a cell that has no address.
const PLACEHOLDERS: &[&str] = &[
    "#n/a",
    "?",
    "??",
    "???",
    "aucun",
    "entfällt",
    "k.a.",
    "kein",
    "keine",
    "keine angabe",
    "keine e-mail",
    "keine email",
    "leer",
    "missing",
    "n.a.",
    "n/a",
    "na",
    "nan",
    "nil",
    "no",
    "no address",
    "no e-mail",
    "no email",
    "no mail",
    "none",
    "not available",
    "not applicable",
    "not known",
    "nothing",
    "null",
    "sin correo",
    "tba",
    "tbc",
    "tbd",
    "unavailable",
    "undefined",
    "unknown",
    "unbekannt",
    "x",
    "xx",
    "xxx",
];

/// One kind of blank, one kind of line end, nothing invisible, nothing at the ends.
pub(super) fn tidy(cell: &str) -> String {
    if cell.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return cell.trim().to_owned();
    }
    let ascii_but_joiners = cell
        .chars()
        .all(|c| c.is_ascii() || is_invisible(c) || c.is_whitespace() || is_joiner(c));
    let text: String = cell
        .replace("\r\n", "\n")
        .chars()
        // The joiners mean something within Persian and Indic words, and nothing beside Latin ones.
        .filter(|c| !(is_invisible(*c) || ascii_but_joiners && is_joiner(*c)))
        .map(|c| match c {
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    text.trim_matches(|c: char| c.is_whitespace() || is_joiner(c))
        .to_owned()
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Zero-width blanks, byte order marks, soft hyphens and direction marks: they come with copy and paste.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

pub(super) fn is_placeholder(text: &str) -> bool {
    // None of them has one.
    if text.contains('@') {
        return false;
    }
    let bare = text
        .trim_matches(|c: char| {
            c.is_whitespace() || "\"'()[]<>".contains(c) || matches!(c, '–' | '—' | '-' | '_')
        })
        .to_lowercase();
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    bare.is_empty() || PLACEHOLDERS.contains(&bare.as_str()) || bare.chars().all(|c| c == '.')
}

/// `/o=…/ou=…/cn=…`, alone or wrapped into an address (`IMCEAEX-…`): a name within one company.
pub(super) fn is_exchange(text: &str) -> bool {
    let lower = text
        .trim_start_matches(['"', '\'', '<'])
        .to_ascii_lowercase();
    let lower = ["ex:", "x500:", "mailto:"]
        .iter()
        .fold(lower.as_str(), |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
    lower.contains("imceaex-")
        || lower.contains("</o=")
        || lower.starts_with("/o=")
        || lower.starts_with("/ou=")
        || (lower.starts_with('/') && lower.contains("/cn="))
}

/// The pieces of a cell, each to be one mailbox.
pub(super) fn split(text: &str) -> Result<Vec<String>, AddressProblem> {
    let text = without_query(text);
    let text = unwrapped(text);
    let raw = raw_pieces(text);
    let last = raw.len().saturating_sub(1);
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<String> = None;
    for (place, (piece, separator)) in raw.iter().enumerate() {
        let piece = piece.trim();
        if piece.is_empty() {
            // A blank line, and one comma or semicolon left at the end.
            let beside_line_end = *separator == "\n" || (place > 0 && raw[place - 1].1 == "\n");
            if beside_line_end || (place == last && place > 0) {
                continue;
            }
            return Err(AddressProblem::invalid(
                "between two separators there is no address",
            ));
        }
        let next_has_angle = raw
            .get(place + 1)
            .is_some_and(|(next, _)| next.contains('<'));
        // Outlook writes `Doe, Jane <…>` without quotes.
        if *separator == "," && !piece.contains('@') && next_has_angle && before.is_none() {
            before = Some(piece.to_owned());
            continue;
        }
        match before.take() {
            Some(family) => pieces.push(format!("{family}, {piece}")),
            None => pieces.extend(blank_separated(piece)),
        }
    }
    Ok(pieces)
}

/// `mailto:…?subject=…` without what follows the address; the query may hold separators.
fn without_query(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("mailto:") && lower.matches("mailto:").count() == 1 {
        text.split('?').next().unwrap_or(text)
    } else {
        text
    }
}

/// The inside of a cell that is quoted as a whole.
fn unwrapped(text: &str) -> &str {
    if text.matches('"').count() != 2 {
        return text;
    }
    text.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map_or(text, str::trim)
}

/// Cut at separators outside quotes, angle brackets and comments; each with the separator after it.
fn raw_pieces(text: &str) -> Vec<(&str, &'static str)> {
    const SEPARATORS: [&str; 6] = [" ::: ", " / ", " | ", ";", ",", "\n"];
    // Each separator has one of these.
    if !text.contains([' ', ';', ',', '\n']) {
        return vec![(text, "")];
    }
    let mut pieces = Vec::new();
    let (mut quoted, mut angle, mut depth) = (false, false, 0_usize);
    let (mut start, mut skip_to) = (0, 0);
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if index < skip_to {
            continue;
        }
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '<' => angle = true,
            '>' => angle = false,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if quoted || angle || depth > 0 {
            continue;
        }
        let rest = &text[index..];
        if let Some(separator) = SEPARATORS
            .into_iter()
            .find(|separator| rest.starts_with(separator))
        {
            pieces.push((&text[start..index], separator));
            start = index + separator.len();
            skip_to = start;
        }
    }
    pieces.push((&text[start..], ""));
    pieces
}

/// `jane@… tom@…`: blanks separate only where every word is an address.
fn blank_separated(piece: &str) -> Vec<String> {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let all = words.iter().all(|word| {
        word.split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
    });
    if words.len() > 1 && all && !piece.contains(['<', '>', '(', '"']) {
        words.into_iter().map(str::to_owned).collect()
    } else {
        vec![piece.to_owned()]
    }
}
