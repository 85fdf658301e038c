//! Finding addresses in running text.

/// All addresses of a text, in order, without what surrounds them.
pub(super) fn all(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let Some(address) = around(text, at) else {
            continue;
        };
        if !found.iter().any(|one| one.eq_ignore_ascii_case(&address)) {
            found.push(address);
        }
    }
    found
}

/// The address around the `@` at a byte position.
fn around(text: &str, at: usize) -> Option<String> {
    let before = &text[..at];
    let local_start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_local(*c))
        .last()
        .map(|(start, _)| start)?;
    let local = before[local_start..].trim_start_matches(['.', '\'', '=', '/', '-']);
    let after = &text[at + 1..];
    let end = after
        .char_indices()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .map_or(after.len(), |(end, _)| end);
    let domain = after[..end].trim_end_matches(['.', '-', '_']);
    // "smtp=ada@…" of X.400 and "rfc822;ada@…" begin after their prefix.
    let local = local
        .rsplit_once('=')
        .filter(|(word, _)| word.to_ascii_lowercase().ends_with("smtp"))
        .map_or(local, |(_, rest)| rest);
    let is_address = !local.is_empty()
        && local.len() <= 128
        && !domain.is_empty()
        && domain.len() <= 255
        && !domain.starts_with(['.', '-']);
    is_address.then(|| format!("{local}@{domain}"))
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || (c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c))
}

/// One address of a header field or a status field: inside angle brackets, or bare.
pub(super) fn bare(text: &str) -> Option<String> {
    let inside = text
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(text, |(inside, _)| inside);
    all(inside).into_iter().next()
}

/// `+2B` stands for a plus sign (RFC 3461, section 4): decoded only where two capital hexadecimal
/// digits make a printable ASCII character that had to be encoded.
pub(super) fn from_xtext(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('+') {
        decoded.push_str(before);
        let code = after.get(..2).filter(|code| {
            code.bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        });
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        // Only these must be written so; "+20news@…" is more likely a tag of its own.
        if let Some(byte @ (b'+' | b'=')) = byte {
            decoded.push(char::from(byte));
            rest = &after[2..];
        } else {
            decoded.push('+');
            rest = after;
        }
    }
    decoded.push_str(rest);
    decoded
}
