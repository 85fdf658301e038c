//! What a POST wants: the one click of RFC 8058, or the form of our page.

use crate::desk::people::opt_out_link::Choice;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::web::unsubscribe) enum Wish {
    OneClick,
    Page(Choice),
}

/// Reads a body in either encoding that RFC 8058, section 3.2 allows; the kind tells which. None:
/// it is neither of the two forms, and a scanner that posts what it finds changes nothing.
pub(in crate::web::unsubscribe) fn read(kind: &str, body: &[u8]) -> Option<Wish> {
    let fields = match boundary(kind) {
        Some(boundary) => multipart(body, &boundary),
        None => urlencoded(body),
    };
    let value = |name: &str| {
        let found = fields
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    if value("List-Unsubscribe").is_some_and(|value| value.eq_ignore_ascii_case("One-Click")) {
        return Some(Wish::OneClick);
    }
    match value("scope")? {
        "list" => Some(Wish::Page(Choice::List)),
        "organization" => Some(Wish::Page(Choice::Organization)),
        "everything" => Some(Wish::Page(Choice::Everything)),
        _ => None,
    }
}

fn urlencoded(body: &[u8]) -> Vec<(String, String)> {
    body.split(|byte| *byte == b'&')
        .filter_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            Some((decoded(&pair[..at]), decoded(&pair[at + 1..])))
        })
        .collect()
}

fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| !digits.starts_with('+'))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (escaped, first) {
            (Some(byte), _) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (None, b'+') => bytes.push(b' '),
            (None, other) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The boundary of `multipart/form-data; boundary=…` (RFC 7578).
fn boundary(kind: &str) -> Option<String> {
    let mut parts = kind.split(';');
    if !parts
        .next()?
        .trim()
        .eq_ignore_ascii_case("multipart/form-data")
    {
        return None;
    }
    parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn multipart(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    if boundary.is_empty() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
    text.split(&format!("--{boundary}"))
        .skip(1)
        .filter_map(|part| {
            let (head, value) = part.split_once("\n\n")?;
            let name = head
                .lines()
                .find(|line| {
                    line.get(..20)
                        .is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
                })?
                .split(';')
                .find_map(|field| field.trim().strip_prefix("name="))?;
            Some((name.trim_matches('"').to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Wish, read};
    use crate::desk::people::opt_out_link::Choice;

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn one_click_in_both_encodings() {
        for body in [
            "List-Unsubscribe=One-Click",
            "List%2DUnsubscribe=One%2dClick",
            "a=b&List-Unsubscribe=One-Click\r\n",
            "list-unsubscribe=one-click",
        ] {
            assert_eq!(read(FORM, body.as_bytes()), Some(Wish::OneClick), "{body}");
        }
        // A kind that is missing is no reason to ignore a no.
        assert_eq!(
            read("", b"List-Unsubscribe=One-Click"),
            Some(Wish::OneClick)
        );
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--xyz--\r\n";
        for kind in [
            "multipart/form-data; boundary=xyz",
            "Multipart/Form-Data; charset=x; Boundary=\"xyz\"",
        ] {
            assert_eq!(read(kind, body.as_bytes()), Some(Wish::OneClick), "{kind}");
        }
    }

    #[test]
    fn the_form_says_how_far() {
        assert_eq!(read(FORM, b"scope=list"), Some(Wish::Page(Choice::List)));
        assert_eq!(
            read(FORM, b"scope=organization"),
            Some(Wish::Page(Choice::Organization))
        );
        assert_eq!(
            read(FORM, b"scope=everything"),
            Some(Wish::Page(Choice::Everything))
        );
    }

    #[test]
    fn anything_else_is_no_wish() {
        for body in [
            "",
            "One-Click",
            "List-Unsubscribe=",
            "List-Unsubscribe=No",
            "scope=",
            "scope=all",
            "%",
            "=&=&%zz=%+1",
            "a=List-Unsubscribe=One-Click",
        ] {
            assert_eq!(read(FORM, body.as_bytes()), None, "{body}");
        }
        let part = "--xyz\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--xyz--";
        assert_eq!(read("multipart/form-data", part.as_bytes()), None);
        assert_eq!(
            read("multipart/form-data; boundary=", part.as_bytes()),
            None
        );
        assert_eq!(
            read("multipart/form-data; boundary=other", part.as_bytes()),
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(kind in "(multipart/form-data; boundary=x)?\\PC{0,20}", body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(&kind, &body);
        }
    }
}
