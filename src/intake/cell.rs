//! Cleaning one cell: blanks that only look like blanks, lists within a cell, letters for comparing.

use crate::domain::formula;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Trims every kind of blank and drops what is invisible (zero-width marks, BOM, controls other
/// than line breaks); a no-break space becomes a space.
pub(crate) fn clean(cell: &str) -> String {
    // Excel keeps the zeros of a number by making a formula of it: ="0049 30".
    let text = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(cell);
    let cell = formula::unguarded(text);
    if cell.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return cell.trim().to_owned();
    }
    let visible: String = cell
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '\r' => '\n',
            '\u{a0}' | '\u{202f}' | '\u{2007}' | '\t' => ' ',
            other => other,
        })
        .collect();
    visible.trim().to_owned()
}

/// As `clean`, on one line: for names, outlets and whatever may reach a mail's header.
pub(crate) fn one_line(cell: &str) -> String {
    let cleaned = clean(cell);
    if cleaned.contains('\n') || cleaned.contains("  ") {
        return cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    cleaned
}

/// A value on one line, without the link that Notion and Airtable put behind a name, without quotation
/// marks round the whole, and empty where the cell only says that there is none.
pub(crate) fn value(cell: &str) -> String {
    let text = without_links(&one_line(cell));
    let bare = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.contains('"'))
        .map_or(text.as_str(), str::trim);
    if is_none(bare) {
        return String::new();
    }
    bare.to_owned()
}

/// "n/a", "-", "NULL": what programs and people write where there is nothing. "Na" and "Null" are names.
pub(crate) fn is_none(text: &str) -> bool {
    const NONES: [&str; 17] = [
        "n/a",
        "n.a.",
        "#n/a",
        "n. a.",
        "k.a.",
        "k. a.",
        "s.o.",
        "(null)",
        "(none)",
        "(blank)",
        "(empty)",
        "[none]",
        "undefined",
        "#ref!",
        "#value!",
        "#name?",
        "#null!",
    ];
    text == "NULL"
        || text
            .chars()
            .all(|c| matches!(c, '-' | '–' | '—' | '_' | '.' | '?' | '/' | '*' | ' '))
        || NONES.contains(&text.to_lowercase().as_str())
}

/// "The Daily (https://…)" is the Daily.
fn without_links(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(at) = rest.find(" (http") {
        let Some(length) = rest[at..].find(')') else {
            break;
        };
        kept.push_str(&rest[..at]);
        rest = &rest[at + length + 1..];
    }
    kept + rest
}

pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Only letters and digits, lower case, without accents: `E-Mail *` and `Prénom` become `email`
/// and `prenom`, however the exporting program decorates them.
pub(crate) fn key(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        return letters.map(|c| c.to_ascii_lowercase()).collect();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .flat_map(|c| match c {
            'ß' => ['s', 's'].into_iter().take(2),
            other => [other, other].into_iter().take(1),
        })
        .collect()
}

/// The words of a header, each as `key` writes it: `Email_OptOut At` and `unsubscribedAt` are split
/// where a person would.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    spaced
        .split(|c: char| !(c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\'' | '’')))
        .map(key)
        .filter(|word| !word.is_empty())
        .collect()
}

/// The values of a list within one cell: Google's ` ::: `, else quoted names with commas
/// (Mailchimp), else `;`, `|` or line breaks, else commas. Each once, blanks dropped.
pub(crate) fn list(cell: &str) -> Vec<String> {
    let cell = without_links(&clean(cell));
    let parts: Vec<String> = if let Some(listed) = bracketed(&cell) {
        listed
    } else if cell.contains(":::") {
        cell.split(":::").map(str::to_owned).collect()
    } else if cell.starts_with('"') {
        quoted(&cell)
    } else if cell.contains([';', '|', '\n']) {
        cell.split([';', '|', '\n']).map(str::to_owned).collect()
    } else {
        cell.split(',').map(str::to_owned).collect()
    };
    let mut values: Vec<String> = Vec::new();
    for part in parts {
        add(&mut values, one_line(&part));
    }
    values
}

/// A list as programs write one: `["a","b"]`, `['a', 'b']`, `[]`.
fn bracketed(cell: &str) -> Option<Vec<String>> {
    let inside = cell.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(values) = serde_json::from_str::<Vec<String>>(cell) {
        return Some(values);
    }
    let is_quoted = inside.is_empty() || inside.starts_with(['\'', '"']);
    is_quoted.then(|| {
        let each = inside
            .split(',')
            .map(|part| part.trim().trim_matches(['\'', '"']));
        each.map(str::to_owned).collect()
    })
}

/// Adds `value` unless it is blank or, apart from case, already there.
pub(crate) fn add(values: &mut Vec<String>, value: String) {
    let lower = value.to_lowercase();
    if !is_none(&value) && !values.iter().any(|v| v.to_lowercase() == lower) {
        values.push(value);
    }
}

fn quoted(cell: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                push(&mut parts, '"');
            }
            '"' => inside = !inside,
            ',' | ';' if !inside => parts.push(String::new()),
            other => push(&mut parts, other),
        }
    }
    parts
}

fn push(parts: &mut [String], c: char) {
    if let Some(last) = parts.last_mut() {
        last.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_marks_and_odd_blanks_go() {
        assert_eq!(
            clean("\u{feff}\u{a0} Ada\u{200b} Byrne \u{a0}"),
            "Ada Byrne"
        );
        assert_eq!(clean("one\r\ntwo"), "one\ntwo");
        assert_eq!(one_line("one\r\n two"), "one two");
    }

    #[test]
    fn headers_compare_without_decoration() {
        assert_eq!(key(" * E-Mail_Address: "), "emailaddress");
        assert_eq!(key("Prénom"), "prenom");
        assert_eq!(key("Straße"), "strasse");
        assert_eq!(key("\u{feff}E\u{2011}mail"), "email");
    }

    #[test]
    fn headers_split_into_words() {
        assert_eq!(words("unsubscribedAt"), ["unsubscribed", "at"]);
        assert_eq!(
            words("E-Mail_Opt-out (Grund)"),
            ["e", "mail", "opt", "out", "grund"]
        );
        assert_eq!(words("UNSUB_TIME"), ["unsub", "time"]);
    }

    #[test]
    fn lists_split_at_the_strongest_mark() {
        assert_eq!(list("a; b, c ;a"), ["a", "b, c"]);
        assert_eq!(list("a, b"), ["a", "b"]);
        assert_eq!(list("a ::: * b, c"), ["a", "* b, c"]);
        assert_eq!(
            list("\"Tech, press\",\"The \"\"VIP\"\"\""),
            ["Tech, press", "The \"VIP\""]
        );
        assert!(list(" ; ").is_empty());
        assert_eq!(list(r#"["press, tv","tech"]"#), ["press, tv", "tech"]);
        assert_eq!(list("['HARD_BOUNCE']"), ["HARD_BOUNCE"]);
        assert!(list("[]").is_empty());
    }

    #[test]
    fn what_says_nothing_is_nothing() {
        for nothing in ["-", " n/a", "N/A", "#N/A", "–", "?", "NULL", "k.A.", ""] {
            assert_eq!(value(nothing), "", "{nothing}");
        }
        for name in ["Na", "Null", "None", "O-", "A/B", "AP"] {
            assert_eq!(value(name), name);
        }
        assert_eq!(value("\"Radio\""), "Radio");
        assert_eq!(value("\"Foo 3\" \"Bar\""), "\"Foo 3\" \"Bar\"");
        assert_eq!(
            value("The Daily (https://www.notion.so/The-Daily-0?pvs=2)"),
            "The Daily"
        );
        assert_eq!(
            list("A (https://a.example), B (https://b.example)"),
            ["A", "B"]
        );
        assert_eq!(clean("=\"0049 30\""), "0049 30");
    }
}
