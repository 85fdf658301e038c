//! What is legal in an address and still worth a second look.

use crate::domain::address::{Address, host};

/// Mailboxes that are read by a desk rather than a person.
const ROLES: &[&str] = &[
    "admin",
    "contact",
    "desk",
    "editor",
    "editorial",
    "editors",
    "hello",
    "info",
    "kontakt",
    "mail",
    "media",
    "news",
    "newsdesk",
    "newsroom",
    "office",
    "pr",
    "prensa",
    "press",
    "presse",
    "redaccion",
    "redaction",
    "redaktion",
    "redazione",
    "sales",
    "support",
    "team",
    "tips",
    "webmaster",
];

/// Mailboxes that nobody reads, or that must not be written to unasked.
const UNREAD: &[&str] = &[
    "abuse",
    "do-not-reply",
    "donotreply",
    "mailer-daemon",
    "no-reply",
    "no_reply",
    "noreply",
    "postmaster",
];

/// Endings that are mistyped often enough to suggest.
const ENDINGS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "info", "biz", "news", "press", "media", "eu", "uk", "de",
    "fr", "it", "es", "nl", "at", "ch", "be", "ie", "ca", "au", "nz", "jp", "us", "tv",
];

/// Large providers whose misspellings are never what was meant.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "protonmail.com",
    "t-online.de",
    "yahoo.com",
];

pub(super) fn about(address: &Address) -> Vec<String> {
    let mut warnings = Vec::new();
    if !address.is_ascii() {
        warnings.push(
            "it needs mail servers that know SMTPUTF8, as the part before the @ is not ASCII"
                .to_owned(),
        );
    }
    let local = address.local().to_lowercase();
    if UNREAD.contains(&local.as_str()) {
        warnings.push(format!("{local}@ is a mailbox that no editor reads"));
    } else if ROLES.contains(&local.as_str()) {
        warnings.push(format!("{local}@ is a desk's mailbox, not a person's"));
    }
    warnings.extend(ending(address.domain()));
    warnings.extend(provider(address.domain()));
    warnings.extend(scripts(address.domain()));
    warnings
}

fn ending(domain: &str) -> Option<String> {
    let ending = domain.rsplit('.').next()?;
    match ending {
        // Set aside for examples and tests (RFC 2606); whoever writes them knows.
        "example" | "test" => return None,
        "invalid" | "localhost" | "local" | "onion" | "internal" | "lan" => {
            return Some(format!("no mail from outside arrives at .{ending}"));
        }
        _ => {}
    }
    // The list holds U-labels.
    let unicode = host::shown(domain);
    let known = [domain, &*unicode]
        .iter()
        .any(|name| psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known()));
    if known {
        return None;
    }
    let near = ENDINGS
        .iter()
        .find(|known| known.len() > 2 && strsim::osa_distance(known, ending) == 1);
    Some(match near {
        Some(near) => format!("unknown ending .{ending}, did you mean .{near}?"),
        None => format!("unknown ending .{ending}"),
    })
}

fn provider(domain: &str) -> Option<String> {
    // Real ones that only look like a slip.
    if PROVIDERS.contains(&domain) || ["mail.com", "email.com", "ymail.com"].contains(&domain) {
        return None;
    }
    // As people see it: `gmaıl.com` with a dotless i is one letter away.
    let unicode = host::shown(domain);
    let length = unicode.chars().count();
    let near = PROVIDERS
        .iter()
        .filter(|known| known.len().abs_diff(length) <= 1)
        .find(|known| strsim::osa_distance(known, &unicode) == 1)?;
    Some(format!(
        "{domain} is nearly {near}: is that what was meant?"
    ))
}

/// Letters of two scripts in one label are the usual way to imitate a domain (UTS 39).
fn scripts(domain: &str) -> Option<String> {
    let unicode = host::shown(domain);
    let mixed = unicode.split('.').any(|label| {
        let latin = label.chars().any(|c| {
            c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
        });
        let lookalike = label.chars().any(|c| {
            matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}')
        });
        let cyrillic = label.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'));
        let greek = label.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}'));
        (latin && lookalike) || (cyrillic && greek)
    });
    mixed.then(|| format!("the domain mixes two scripts that look alike; it is really {domain}"))
}
