//! One mailbox: an address, with the name and the punctuation that people put around it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::address::{Address, AddressProblem, host};

#[derive(Debug)]
pub(super) struct Mailbox {
    pub(super) address: Address,
    pub(super) display_name: Option<String>,
    pub(super) warning: Option<String>,
}

/// Marks that stand round a word in pairs.
const PAIRS: [(char, char); 10] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('„', '”'),
    ('”', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('»', '«'),
];

pub(super) fn read(piece: &str) -> Result<Mailbox, AddressProblem> {
    let text = unquoted(piece.trim());
    if let Some(rest) = text.strip_suffix('>') {
        let (before, inside) = rest.rsplit_once('<').ok_or_else(stray_angle)?;
        let inside = scheme(inside.trim())?;
        let address = address(&inside)?;
        let display_name = display_name(before.trim(), &address)?;
        return Ok(Mailbox {
            address,
            display_name,
            warning: marked(&inside),
        });
    }
    if text.contains(['<', '>']) {
        return Err(stray_angle());
    }
    if let Some((before, comment)) = comment(text) {
        let before = scheme(before)?;
        return Ok(Mailbox {
            address: address(&before)?,
            display_name: Some(comment.to_owned()),
            warning: marked(&before),
        });
    }
    let text = scheme(text)?;
    Ok(Mailbox {
        address: address(&text)?,
        display_name: None,
        warning: marked(&text),
    })
}

/// A spreadsheet's mark for "this is text". Legal in an address, but nobody has one like it.
const MARKS: [char; 4] = ['\'', '’', '‘', '`'];

fn marked(text: &str) -> Option<String> {
    let is_marked = unquoted(text).starts_with(MARKS);
    is_marked.then(|| "an apostrophe before the address was dropped".to_owned())
}

fn stray_angle() -> AddressProblem {
    AddressProblem::invalid("its angle brackets do not enclose an address")
}

/// Without the pairs of marks round it.
fn unquoted(mut text: &str) -> &str {
    while let Some(inside) = PAIRS.iter().find_map(|(open, close)| {
        text.strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close))
    }) {
        text = inside.trim();
    }
    text
}

/// `jane@example.com (Jane Doe)`, the oldest way to write a name.
fn comment(text: &str) -> Option<(&str, &str)> {
    let (before, inside) = text.strip_suffix(')')?.split_once(" (")?;
    let plain = !inside.trim().is_empty() && !inside.contains(['(', ')', '\\', '"', '@', '\n']);
    plain.then(|| (before.trim(), inside.trim()))
}

/// Without `mailto:` (RFC 6068: query dropped, percent-encoding undone) or Exchange's `SMTP:`.
fn scheme(text: &str) -> Result<String, AddressProblem> {
    let after = |scheme: &str| {
        text.get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| text[scheme.len()..].trim_start())
    };
    if let Some(rest) = after("smtp:") {
        return Ok(rest.to_owned());
    }
    let Some(rest) = after("mailto:") else {
        return Ok(text.to_owned());
    };
    let rest = rest.split('?').next().unwrap_or(rest);
    percent_decoded(rest.trim_start_matches("//"))
        .ok_or_else(|| AddressProblem::invalid("its percent-encoding cannot be read"))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// The name before `<…>`; `None` when it only repeats the address.
fn display_name(text: &str, address: &Address) -> Result<Option<String>, AddressProblem> {
    if text.is_empty() {
        return Ok(None);
    }
    let quoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(unescaped);
    let name = match quoted {
        Some(Some(inside)) => inside,
        Some(None) => {
            return Err(AddressProblem::invalid(
                "the quotes in the name beside it do not match",
            ));
        }
        None => plain_name(text)?,
    };
    let name = unquoted(name.trim()).trim();
    let bare = unquoted(name.trim_matches(['(', ')']));
    if bare.is_empty() {
        return Ok(None);
    }
    if bare.contains('@') {
        let same = bare.strip_prefix("mailto:").unwrap_or(bare).to_lowercase()
            == address.as_str().to_lowercase();
        return if same {
            Ok(None)
        } else {
            Err(AddressProblem::invalid(
                "the name beside it holds another address",
            ))
        };
    }
    Ok(Some(name.to_owned()))
}

/// The inside of a quoted string without its backslashes; `None` where a quote stands unescaped.
fn unescaped(inside: &str) -> Option<String> {
    let mut name = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return None,
            '\\' => name.push(chars.next()?),
            c => name.push(c),
        }
    }
    Some(name)
}

fn plain_name(text: &str) -> Result<String, AddressProblem> {
    if text.contains(['<', '>', '\\', '\n']) || text.matches('"').count() % 2 == 1 {
        return Err(AddressProblem::invalid(
            "the name beside it holds characters that must be quoted",
        ));
    }
    // `J. Doe` and `J.R. Doe` are names; `jane.doe` is rather half an address (RFC 5322, 3.2.3).
    let dotted = !text.contains('@')
        && text.split_whitespace().any(|word| {
            let parts: Vec<&str> = word.split('.').collect();
            parts
                .windows(2)
                .any(|two| two.iter().all(|part| part.chars().count() > 1))
        });
    if dotted {
        return Err(AddressProblem::invalid(
            "the name beside it has a dot within a word and must be quoted",
        ));
    }
    Ok(text.to_owned())
}

/// An address alone, as in RFC 5321 section 4.1.2, dot-atoms only.
fn address(text: &str) -> Result<Address, AddressProblem> {
    let text = unquoted(text).trim_start_matches(MARKS);
    let (local, domain) = text
        .rsplit_once('@')
        .ok_or_else(|| AddressProblem::invalid(without_at(text)))?;
    let local = local_part(local)?;
    let domain = host::ascii(domain).map_err(AddressProblem::invalid)?;
    let address = Address::new(&local, &domain);
    // RFC 5321, 4.5.3.1.3: a path has 256 octets with its angle brackets.
    if address.as_str().len() > 254 {
        return Err(AddressProblem::invalid("it is longer than 254 octets"));
    }
    Ok(address)
}

fn without_at(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let hidden = ["(at)", "[at]", "{at}", " at ", "(a)"];
    if hidden.iter().any(|word| lower.contains(word)) {
        "the @ is written as a word"
    } else if lower.contains("://") || lower.starts_with("www.") {
        "it is a web address"
    } else if text.starts_with('@') || text.contains('＠') {
        "it is no e-mail address"
    } else {
        "there is no @ in it"
    }
}

fn local_part(text: &str) -> Result<String, AddressProblem> {
    if text.is_empty() {
        return Err(AddressProblem::invalid("nothing stands before the @"));
    }
    // Quotes that enclose a plain dot-atom change nothing (RFC 5321, 4.1.2).
    let inside = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let local: String = inside.nfc().collect();
    if local.len() > 64 {
        return Err(AddressProblem::invalid(
            "the part before the @ is longer than 64 octets",
        ));
    }
    if local.split('.').any(str::is_empty) {
        return Err(AddressProblem::invalid(
            "the part before the @ begins or ends with a dot, or has two in a row",
        ));
    }
    if !local.chars().all(is_local_character) || local.starts_with(is_combining_mark) {
        return Err(AddressProblem::invalid(
            "the part before the @ holds a blank or a character that is not allowed there",
        ));
    }
    Ok(local)
}

/// `atext` of RFC 5322 and RFC 6532 and the dot, less what no keyboard writes.
fn is_local_character(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    }
    let unusable = c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202f}'
                | '\u{2060}'..='\u{206f}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{ff01}'..='\u{ff0f}'
                | '\u{ff1a}'..='\u{ff20}'
                | '\u{fff0}'..='\u{ffff}'
                | '\u{e0000}'..='\u{10ffff}'
        );
    !unusable
}
