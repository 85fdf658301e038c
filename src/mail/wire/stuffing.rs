//! Makes a message ready for the wire: CRLF line ends, doubled leading dots, the final dot.

/// `message` as it travels after DATA (RFC 5321, section 4.5.2), its end included.
///
/// Every bare CR or LF becomes CRLF: a server that is lax about line ends could otherwise see
/// the end of the message inside it, and what follows as commands.
pub(crate) fn stuffed(message: &[u8], room_behind: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 40 + 5 + room_behind);
    let mut rest = message;
    while !rest.is_empty() {
        if rest.first() == Some(&b'.') {
            out.push(b'.');
        }
        let end = memchr::memchr2(b'\r', b'\n', rest);
        let (line, behind) = rest.split_at(end.unwrap_or(rest.len()));
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        let end_bytes = if behind.starts_with(b"\r\n") { 2 } else { 1 };
        rest = behind.get(end_bytes..).unwrap_or_default();
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on_the_wire(message: &str) -> String {
        String::from_utf8(stuffed(message.as_bytes(), 0)).unwrap()
    }

    #[test]
    fn dots_and_line_ends() {
        assert_eq!(on_the_wire(""), ".\r\n");
        assert_eq!(on_the_wire("."), "..\r\n.\r\n");
        assert_eq!(on_the_wire("a\r\n.\r\n..b\r\n"), "a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(on_the_wire("a\n.\nRCPT"), "a\r\n..\r\nRCPT\r\n.\r\n");
        assert_eq!(on_the_wire("a\r.\rb"), "a\r\n..\r\nb\r\n.\r\n");
        assert_eq!(on_the_wire("a\r\r\nb"), "a\r\n\r\nb\r\n.\r\n");
    }

    proptest! {
        #[test]
        fn the_only_end_is_the_end(message in "[a.\r\n]{0,60}") {
            let wire = stuffed(message.as_bytes(), 0);
            let text = format!("\r\n{}", String::from_utf8(wire).unwrap());
            prop_assert_eq!(text.matches("\r\n.\r\n").count(), 1);
            prop_assert!(text.ends_with("\r\n.\r\n"));
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}
