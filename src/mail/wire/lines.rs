//! Tidies one reply line so that lettre's parser takes what servers really send.

/// lettre stops at 1000 bytes a line; what a server says beyond this is prose.
const LINE_BYTES: usize = 900;

/// A reply line, made fit: UTF-8, no control characters, a blank after a bare code.
pub(crate) struct Line {
    /// Without its line end.
    pub(crate) text: String,
    /// The reply's last line: no hyphen behind the code (RFC 5321, section 4.2.1).
    pub(crate) is_last: bool,
    /// None where the line does not begin with three digits.
    pub(crate) code: Option<u16>,
}

impl Line {
    /// RFC 5321, section 4.2: a code of the kinds there are, then a blank or a hyphen.
    pub(crate) fn is_lawful(&self) -> bool {
        let kind = self
            .code
            .is_some_and(|code| (200..600).contains(&code) && code / 10 % 10 < 6);
        kind && matches!(self.text.as_bytes().get(3), Some(b' ' | b'-'))
    }
}

/// `raw` is a line without its line feed, in whatever encoding.
pub(crate) fn tidy(raw: &[u8]) -> Line {
    let mut text: String = match std::str::from_utf8(raw) {
        Ok(text) => text.trim_end_matches('\r').to_owned(),
        // Latin-1: each byte is its own code point. Wrong for other encodings, but it keeps the
        // verdict, and that stands in the digits.
        Err(_) => raw.iter().map(|byte| char::from(*byte)).collect(),
    };
    if text.contains(char::is_control) {
        text = text.trim_end_matches('\r').replace(char::is_control, " ");
    }
    while text.len() > LINE_BYTES {
        text.pop();
    }
    let code = text
        .get(..3)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok());
    if code.is_some() && text.len() == 3 {
        text.push(' ');
    }
    let is_last = text.as_bytes().get(3) != Some(&b'-');
    Line {
        text,
        is_last,
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_send_becomes_what_lettre_reads() {
        let text = |raw: &[u8]| tidy(raw).text;
        assert_eq!(text(b"250 accept\xe9\r"), "250 accepté");
        assert_eq!(text("250 accepté\r".as_bytes()), "250 accepté");
        assert_eq!(text(b"250\r"), "250 ");
        assert_eq!(text(b"250\tok"), "250 ok");
        assert_eq!(text(b"250 a\0b\x1b[2J"), "250 a b [2J");
        assert_eq!(text(&[b'x'; 5000]).len(), LINE_BYTES);
        assert!(tidy(b"250 end").is_last && !tidy(b"250-more").is_last);
        assert_eq!(tidy(b"garbage").code, None);
        assert_eq!(tidy("2\u{e9}0".as_bytes()).code, None);
    }
}
