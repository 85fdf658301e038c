//! Why mail was refused, from the server's words: phrases as data, the harmless readings first.

use std::sync::LazyLock;

use crate::mail::bounce::report::Reason;

/// In this order the first that fits decides. What speaks of us, of the message or of the moment
/// stands before what speaks of the address: who is called dead is not written to again.
static PHRASES: LazyLock<Vec<(Reason, &str)>> = LazyLock::new(|| {
    let mut reason = Reason::Unclear;
    let mut phrases = Vec::new();
    for line in include_str!("phrases.txt").lines() {
        match (line.strip_prefix("# "), line.strip_suffix('|')) {
            (Some(name), _) => reason = named(name),
            // The bar shows where a blank at the end belongs to the phrase.
            (None, Some(phrase)) => phrases.push((reason, phrase)),
            (None, None) => {}
        }
    }
    phrases
});

fn named(name: &str) -> Reason {
    match name {
        "Authentication" => Reason::Authentication,
        "Blocked" => Reason::Blocked,
        "Spam" => Reason::Spam,
        "Virus" => Reason::Virus,
        "TooLarge" => Reason::TooLarge,
        "Full" => Reason::Full,
        "Greylisted" => Reason::Greylisted,
        "TooMany" => Reason::TooMany,
        "RelayDenied" => Reason::RelayDenied,
        "System" => Reason::System,
        "Policy" => Reason::Policy,
        "Disabled" => Reason::Disabled,
        "Moved" => Reason::Moved,
        "Expired" => Reason::Expired,
        "UnknownDomain" => Reason::UnknownDomain,
        _ => Reason::UnknownUser,
    }
}

/// The reading of a diagnostic and a status code (RFC 3463); `None` where neither says anything.
pub(super) fn reason(diagnostic: &str, status: Option<&str>) -> Option<Reason> {
    let raw = diagnostic.to_lowercase();
    if let Some(reason) = by_exact_code(&raw, status) {
        return Some(reason);
    }
    let text = words_only(&raw);
    by_phrase(&text).or_else(|| status.and_then(by_code))
}

/// Only phrases; `text` is running text of a report that gave no diagnostic of its own.
pub(super) fn by_words(text: &str) -> Option<Reason> {
    let raw = text.to_lowercase();
    by_exact_code(&raw, None).or_else(|| by_phrase(&words_only(&raw)))
}

fn by_phrase(text: &str) -> Option<Reason> {
    // A directory, not a list of the wicked.
    if text.contains("not listed in") {
        return Some(Reason::UnknownUser);
    }
    PHRASES
        .iter()
        .find(|(_, phrase)| text.contains(phrase))
        .map(|(reason, _)| *reason)
}

/// Codes that mean one thing only and outrank the words beside them.
fn by_exact_code(raw: &str, status: Option<&str>) -> Option<Reason> {
    let has = |code: &str| {
        status == Some(code)
            || raw.match_indices(code).any(|(at, _)| {
                let next = raw[at + code.len()..].bytes().next();
                let before = raw[..at].bytes().next_back();
                !next.is_some_and(|byte| byte.is_ascii_digit())
                    && !before.is_some_and(|byte| byte.is_ascii_digit() || byte == b'.')
            })
    };
    let ours = [
        "5.7.26", "5.7.515", "5.7.23", "5.7.24", "5.7.25", "5.7.27", "5.7.509", "5.7.30",
    ];
    if ours.iter().any(|code| has(code)) {
        return Some(Reason::Authentication);
    }
    // Microsoft's edge says so of an address that is not in the directory.
    if raw.contains("5.4.1") && raw.contains("recipient address rejected: access denied") {
        return Some(Reason::UnknownUser);
    }
    None
}

/// What the code alone says.
fn by_code(status: &str) -> Option<Reason> {
    Some(match status {
        "5.1.1" | "5.1.10" | "5.1.3" | "5.1.4" => Reason::UnknownUser,
        "5.1.2" | "5.1.20" | "5.4.4" | "5.4.310" | "5.1.21" => Reason::UnknownDomain,
        "5.1.6" => Reason::Moved,
        "4.2.2" | "5.2.2" => Reason::Full,
        "4.2.1" | "5.2.1" => Reason::Disabled,
        "5.2.3" | "5.3.4" | "4.3.4" | "5.2.4" => Reason::TooLarge,
        "4.4.7" | "5.4.7" | "4.4.1" | "5.4.1" | "4.4.2" => Reason::Expired,
        _ if status.starts_with("5.7.") || status.starts_with("4.7.") => Reason::Policy,
        _ if status.starts_with("5.6.") => Reason::System,
        _ if status.starts_with("4.3.")
            || status.starts_with("5.3.")
            || status.starts_with("5.5.") =>
        {
            Reason::System
        }
        _ if status.starts_with("4.") => Reason::Expired,
        _ => return None,
    })
}

/// The text without addresses, links, host names and numbers: a server called `antispam` has not
/// said that something is spam.
fn words_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_host = bare.split_once('.').is_some_and(|(one, two)| {
            one.len() > 1
                && two.len() > 1
                && two.starts_with(char::is_alphabetic)
                && !bare.ends_with('.')
        }) && !bare.starts_with("resolver.");
        if word.contains('@') || word.contains("://") || is_host {
            if word.ends_with(':') {
                out.push_str(": ");
            }
            continue;
        }
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// The first enhanced status code in a text (RFC 3463, section 2).
pub(super) fn enhanced(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('.') {
        let Some(class) = at.checked_sub(1).map(|at| bytes[at]) else {
            continue;
        };
        let before = at.checked_sub(2).map(|at| bytes[at]);
        if !matches!(class, b'2' | b'4' | b'5')
            || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        {
            continue;
        }
        let digits = |from: usize| {
            bytes[from.min(bytes.len())..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let subject = digits(at + 1);
        let dot = at + 1 + subject;
        let detail = digits(dot + 1);
        let end = dot + 1 + detail;
        if (1..=3).contains(&subject)
            && bytes.get(dot) == Some(&b'.')
            && (1..=3).contains(&detail)
            && !bytes.get(end).is_some_and(|byte| {
                byte.is_ascii_alphanumeric()
                    || (*byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
            })
        {
            return Some(text[at - 1..end].to_owned());
        }
    }
    None
}
