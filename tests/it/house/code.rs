//! Tells code from comments, strings and unit tests, just well enough for the house's rules.

/// One file's code, seen three ways; line ends stay where they were.
pub(crate) struct Code {
    /// Without comments, strings emptied.
    pub(crate) whole: String,
    /// Without comments.
    pub(crate) with_strings: String,
    /// As `whole`, and without `#[cfg(test)]` items.
    pub(crate) without_tests: String,
}

pub(crate) fn strip(text: &str) -> Code {
    let mut whole = String::new();
    let mut with_strings = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = piece(rest, whole.chars().next_back());
        let (piece, after) = rest.split_at(length.max(first.len_utf8()));
        match kind {
            Kind::Code => {
                whole.push_str(piece);
                with_strings.push_str(piece);
            }
            Kind::Comment => {
                let ends: String = piece.chars().filter(|c| *c == '\n').collect();
                whole.push_str(&ends);
                with_strings.push_str(&ends);
            }
            Kind::Text => {
                let ends: String = piece.chars().filter(|c| *c == '\n').collect();
                whole.push('"');
                whole.push_str(&ends);
                whole.push('"');
                with_strings.push_str(piece);
            }
        }
        rest = after;
    }
    let without_tests = drop_tests(&whole);
    Code {
        whole,
        with_strings,
        without_tests,
    }
}

enum Kind {
    Code,
    Comment,
    Text,
}

/// What the text begins with, and how long that is in bytes.
fn piece(text: &str, before: Option<char>) -> (Kind, usize) {
    let starts_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if text.starts_with("//") {
        return (Kind::Comment, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (
            Kind::Comment,
            text.find("*/").map_or(text.len(), |at| at + 2),
        );
    }
    if text.starts_with('"') {
        return (Kind::Text, quoted(text, '"'));
    }
    if starts_word
        && (text.starts_with("r\"") || text.starts_with("r#") || text.starts_with("br#"))
        && let Some(length) = raw(text)
    {
        return (Kind::Text, length);
    }
    if text.starts_with('\'') && is_char(text) {
        return (Kind::Text, quoted(text, '\''));
    }
    (Kind::Code, 1)
}

/// A lifetime has no closing mark right behind its first character.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw(text: &str) -> Option<usize> {
    let open = text.find('"')?;
    let hashes = text[..open].matches('#').count();
    if text[..open].trim_start_matches(['b', 'r', '#']).is_empty() {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(
            text[open + 1..]
                .find(&end)
                .map_or(text.len(), |at| open + 1 + at + end.len()),
        );
    }
    None
}

/// Without each `#[cfg(test)]` item, to its closing brace or its semicolon.
fn drop_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        let item = &rest[at + MARK.len()..];
        let mut depth = 0_usize;
        let mut end = item.len();
        for (at, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        end = at + 1;
                        break;
                    }
                }
                ';' if depth == 0 => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        rest = &item[end..];
    }
    kept.push_str(rest);
    kept
}
