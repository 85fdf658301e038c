//! Makes strangers' text fit for a mail header: no control characters, one space at a time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Without CR, LF, NUL and the other controls (C0, DEL, C1); white space becomes single spaces.
///
/// lettre panics on a line break in a display name, and a control character that reached a header
/// could start another one.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Body text with LF line ends and no other control than TAB.
pub(crate) fn clean_body(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                out.push('\n');
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether a header's text must be written as encoded words by us, because a reader would take
/// it for one already, or because one of its words could not be folded into 998 bytes.
pub(crate) fn needs_encoding(text: &str) -> bool {
    text.contains("=?") || text.split(' ').any(|word| word.len() > 200)
}

/// As RFC 2047 encoded words in base64, each on a line of its own and at most 75 characters long.
pub(crate) fn encoded_words(text: &str) -> String {
    // 45 bytes become 60 characters; with "=?utf-8?B?" and "?=" 72.
    let mut words: Vec<String> = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    words.push(chunk);
    words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)))
        .collect::<Vec<_>>()
        .join("\r\n ")
}

/// RFC 5322, section 3.2.3: dot-atom-text, but for where its dots may stand.
pub(crate) fn is_atom(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
}

/// `<left@right>` of the characters RFC 5322 allows in an id.
pub(crate) fn message_id(id: &str) -> Option<String> {
    let valid = id.len() <= 250
        && id
            .split_once('@')
            .is_some_and(|(left, right)| is_atom(left) && is_atom(right));
    valid.then(|| format!("<{id}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_one_space() {
        assert_eq!(clean(" A\r\nBcc: x\0\u{85}\u{7f} é  "), "A Bcc: x é");
        assert_eq!(clean("\r\n"), "");
        assert_eq!(clean_body("a\r\nb\rc\nd\0\u{7}\te"), "a\nb\nc\nd\te");
    }

    #[test]
    fn encoded_words_stay_short() {
        let text = "é".repeat(100);
        for line in encoded_words(&text).split("\r\n ") {
            assert!(line.len() <= 75, "{line}");
        }
    }
}
