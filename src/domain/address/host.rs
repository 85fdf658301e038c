//! The part behind the `@`: a domain name of the public internet, brought into A-labels.

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::char::is_combining_mark;

/// The domain in lower-case A-labels (IDNA 2008, RFC 5891), or why it is none.
pub(super) fn ascii(domain: &str) -> Result<String, &'static str> {
    if domain.is_empty() {
        return Err("nothing stands behind the @");
    }
    if domain.starts_with('[') {
        return Err("it names a machine by number instead of a domain");
    }
    if domain.chars().any(char::is_whitespace) {
        return Err("the domain has a blank in it");
    }
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::Check,
            DnsLength::Ignore,
        )
        .map_err(|_| {
            if domain.to_ascii_lowercase().contains("xn--") {
                "the domain has an xn-- label that stands for no name (IDNA 2008)"
            } else if domain.is_ascii() {
                "the domain has a hyphen at a label's end or a character that is not allowed there"
            } else {
                "the domain has characters that no domain may have (IDNA 2008)"
            }
        })?
        .into_owned();
    check_labels(&ascii)?;
    let unicode = shown(&ascii);
    if !unicode.chars().all(is_allowed) {
        return Err("the domain has characters that no domain may have (IDNA 2008)");
    }
    Ok(ascii)
}

/// A domain in A-labels as people see it.
pub(super) fn shown(domain: &str) -> Cow<'_, str> {
    if domain.contains("xn--") {
        Cow::Owned(idna::domain_to_unicode(domain).0)
    } else {
        Cow::Borrowed(domain)
    }
}

fn check_labels(domain: &str) -> Result<(), &'static str> {
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return Err("the domain begins or ends with a dot, or has two in a row");
    }
    // RFC 1035, 2.3.4.
    if labels.iter().any(|label| label.len() > 63) || domain.len() > 253 {
        return Err("the domain is too long: 253 octets, 63 between two dots");
    }
    match labels[..] {
        [] | [_] => Err("the domain has no dot"),
        // RFC 3696, 2: no top-level domain is all digits, and what looks like one is an IP address.
        [.., last] if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err("the domain ends in a number")
        }
        _ => Ok(()),
    }
}

/// Roughly PVALID of RFC 5892: letters, digits, marks and the few signs that a script needs.
///
/// UTS 46 also lets symbols and emoji pass, which no registry of IDNA 2008 registers.
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric()
        || is_combining_mark(c)
        || matches!(
            c,
            '.' | '-'
                | '\u{b7}'
                | '\u{375}'
                | '\u{5f3}'
                | '\u{5f4}'
                | '\u{200c}'
                | '\u{200d}'
                | '\u{30fb}'
        )
}
