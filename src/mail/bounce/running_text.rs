//! Reports in plain words: how they open, where they end, and which of the addresses in them is meant.

use crate::mail::bounce::parts::Parts;
use crate::mail::bounce::report::{Class, Reason, Recipient};
use crate::mail::bounce::{addresses, classify, recipient, status};

/// How the mail systems open their reports, in lower case.
const OPENINGS: &str = include_str!("openings.txt");

/// Where a report ends and the returned mail begins.
const SEPARATORS: &str = include_str!("separators.txt");

/// Lines that name others than whom the mail was for.
const NOT_THEM: &[&str] = &[
    "postmaster",
    "mail from",
    "from:",
    "sender:",
    "reply-to",
    "envelope-from",
    "message-id",
    "contact ",
    "assistance",
    "please send mail to",
    "return-path",
    "received:",
    "abuse@",
    "webmaster",
    "help",
    "support",
    "questions",
    "message identifier",
    "reporting-mta",
    "administrator",
    "generating server",
    "return address",
    "x-",
    "sent by",
    "on behalf of",
    "e-mail:",
    "subject:",
    "cc:",
];

/// Prefixes after which the address that failed stands.
const LABELS: &[&str] = &[
    "original address",
    "recipient address",
    "recipient",
    "rcpt to",
    "to",
    "undeliverable address",
    "undeliverable to",
    "unknown user",
    "intended recipient",
    "failed recipient",
    "failed recipients",
    "addressed to",
    "invalid address",
    "user",
    "user mailbox exceeds allowed size",
    "delivery failed",
    "could not be delivered to",
    "final-recipient",
    "user's mailbox is full",
    "unable to deliver message to",
    "smtp",
    "mailbox full",
    "recipients",
    "empfänger",
    "destinataire",
    "destinatario",
    "宛先",
    "收件人",
    "收件人地址",
    "failed to deliver to",
    "address",
    "the following address failed",
    "email address",
];

/// Whether a text begins as a mail system's report does.
pub(super) fn opens_like_report(text: &str) -> bool {
    let start: String = own_words(text).chars().take(3000).collect();
    let start = start.to_lowercase().replace(['\n', '’'], " ");
    let start: Vec<_> = start.split_whitespace().collect();
    let start = start.join(" ");
    OPENINGS.lines().any(|opening| start.contains(opening))
}

/// The text before the returned mail.
pub(super) fn own_words(text: &str) -> &str {
    separator(text).map_or(text, |(from, _)| &text[..from])
}

/// The returned mail in a text, empty where there is none.
pub(super) fn after_separator(text: &str) -> &str {
    separator(text).map_or("", |(_, to)| text[to..].trim_start_matches(['\n', '\r']))
}

/// Where the separator's line begins and ends.
fn separator(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let to = from + line.len();
        let lower = line.to_lowercase();
        if SEPARATORS.lines().any(|mark| lower.contains(mark))
            && !lower.contains("receive a copy")
            && addresses::all(line).is_empty()
        {
            return Some((from, to));
        }
        // A returned mail without any announcement.
        if from > 0 && (lower.starts_with("received: from ") || lower.starts_with("return-path: "))
        {
            return Some((from, from));
        }
        from = to;
    }
    None
}

/// Who the returned mail was for, where that is one address.
pub(super) fn returned_recipient(parts: &Parts) -> Option<String> {
    let returned = if parts.returned.is_empty() {
        after_separator(&parts.text)
    } else {
        parts.returned.as_str()
    };
    let head = returned.split("\n\n").next().unwrap_or_default();
    let fields = status::fields(head);
    for name in [
        "x-original-to",
        "envelope-to",
        "delivered-to",
        "to",
        "apparently-to",
    ] {
        let named = fields.iter().find(|(field, _)| field == name);
        if let Some((_, value)) = named {
            let found = addresses::all(value);
            if let [one] = found.as_slice() {
                return Some(one.clone());
            }
        }
    }
    let received = fields.iter().filter(|(name, _)| name == "received");
    received.rev().find_map(|(_, value)| {
        value
            .split_once(" for <")
            .and_then(|(_, rest)| addresses::bare(rest))
    })
}

/// Everybody whom a report in words names, by the surest sign that it gives.
pub(super) fn recipients(parts: &Parts) -> Vec<Recipient> {
    let words = own_words(&parts.text);
    let ours = our_own(parts);
    let is_ours = |address: &String| ours.iter().any(|own| own.eq_ignore_ascii_case(address));
    let mut found: Vec<String> = parts
        .all("x-failed-recipients")
        .flat_map(addresses::all)
        .collect();
    if found.is_empty() {
        found = standing_alone(words)
            .into_iter()
            .filter(|one| !is_ours(one))
            .collect();
    }
    if found.is_empty() {
        found = labelled(words)
            .into_iter()
            .filter(|one| !is_ours(one))
            .collect();
    }
    if found.is_empty() {
        found = mentioned(words)
            .into_iter()
            .filter(|one| !is_ours(one))
            .take(1)
            .collect();
    }
    if found.is_empty() {
        found = addresses::all(&parts.subject)
            .into_iter()
            .filter(|one| !is_ours(one))
            .collect();
    }
    if found.is_empty() {
        found.extend(returned_recipient(parts));
    }
    let is_single = found.len() == 1;
    found
        .into_iter()
        .map(|address| judged(parts, address, is_single))
        .collect()
}

fn judged(parts: &Parts, address: String, is_single: bool) -> Recipient {
    let said = about(parts, &address, is_single);
    let code = classify::enhanced(&said);
    let mut reason = classify::reason(&said, code.as_deref());
    if reason.is_none() && is_single {
        reason = classify::by_words(own_words(&parts.text))
            .filter(|reason| reason.class() == Class::Soft);
    }
    let mut reason = reason.unwrap_or(Reason::Unclear);
    if is_warning(parts) {
        reason = if reason.class() == Class::Hard || reason == Reason::Unclear {
            Reason::Delayed
        } else {
            reason
        };
    }
    if code.as_deref().is_some_and(|code| code.starts_with('4')) && reason.class() == Class::Hard {
        reason = Reason::Expired;
    }
    recipient(address, reason, code, &said)
}

/// A warning that the mail waits; nothing has failed yet.
fn is_warning(parts: &Parts) -> bool {
    let words = own_words(&parts.text).to_lowercase();
    let subject = parts.subject.to_lowercase();
    [
        "not yet been delivered",
        "warning message only",
        "will continue for",
        "still undelivered",
        "delivery attempts will continue",
        "no action is required",
        "will keep trying",
        "do not need to resend",
        "will be retried",
    ]
    .iter()
    .any(|phrase| words.contains(phrase))
        || subject.contains("delayed")
        || subject.contains("delivery status notification (delay)")
}

/// Dovecot's and other delivery agents' word inside a report that is otherwise about something
/// else: it is what really happened to this mail.
pub(super) fn rejected_by_agent(text: &str) -> Option<Reason> {
    let (_, rest) = text.split_once("was automatically rejected:")?;
    let why: String = rest.chars().take(300).collect();
    let why = why.trim_start().split("\n\n").next().unwrap_or_default();
    classify::by_words(why).filter(|reason| reason.class() == Class::Soft)
}

/// What the text says of one address: its paragraph, and the rest where it is the only one.
pub(super) fn about(parts: &Parts, address: &str, is_single: bool) -> String {
    let words = own_words(&parts.text);
    let lower = words.to_lowercase();
    let address = address.to_lowercase();
    let Some(at) = lower.find(&address).filter(|_| lower.len() == words.len()) else {
        return if is_single {
            words.chars().take(3000).collect()
        } else {
            String::new()
        };
    };
    let rest = &words[at..];
    let mut end = rest.find("\n\n").unwrap_or(rest.len());
    // "<address>:" alone in its paragraph: the reason is the next one.
    if rest[..end].len() <= address.len() + 4 || is_single {
        end = rest.len();
    }
    let mut start = words[..at].rfind("\n\n").map_or(0, |start| start + 2);
    if is_single {
        start = words[..at].rfind('\n').map_or(0, |start| start + 1);
    }
    let said: String = words[start..at + end].chars().take(3000).collect();
    if is_single && classify::by_words(&said).is_none() && classify::enhanced(&said).is_none() {
        return words.chars().take(3000).collect();
    }
    said
}

/// Those whom this report was sent to: they wrote the mail, they did not fail to get it.
fn our_own(parts: &Parts) -> Vec<String> {
    let mut ours: Vec<String> = [
        "to",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "from",
        "return-path",
        "reply-to",
        "sender",
    ]
    .iter()
    .flat_map(|name| parts.all(name).flat_map(addresses::all).collect::<Vec<_>>())
    .collect();
    let returned = if parts.returned.is_empty() {
        after_separator(&parts.text)
    } else {
        parts.returned.as_str()
    };
    let head = returned.split("\n\n").next().unwrap_or_default();
    for (name, value) in status::fields(head) {
        if ["from", "return-path", "sender", "reply-to"].contains(&name.as_str()) {
            ours.extend(addresses::all(&value));
        }
    }
    ours
}

/// Addresses that begin a line, as a list of the failed has them: `<a@b>:`, `a@b... why`, `a@b`.
fn standing_alone(words: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in words.lines() {
        let line = line
            .trim()
            .trim_start_matches(['*', '-', '•', '"', '\'', '[', '('])
            .trim_start();
        // MDaemon writes "> ada@…", Activehunter ">>> ada@…"; a transcript's ">>> RCPT TO" names
        // nobody at its beginning.
        let line = line.trim_start_matches(['>', ' ']);
        if line.len() > 1000 {
            continue;
        }
        let bare = line.strip_prefix('<').unwrap_or(line);
        let Some(address) = addresses::all(bare).into_iter().next() else {
            continue;
        };
        let Some(rest) = bare.strip_prefix(address.as_str()) else {
            continue;
        };
        // "(expanded from <kijitora@…>)": whom we wrote to comes before the mailbox behind it.
        let original = rest
            .split_once("expanded from")
            .or_else(|| rest.split_once("ultimately generated from"))
            .and_then(|(_, origin)| addresses::all(origin).into_iter().next());
        let goes_on = rest.trim_start_matches(['>', '"', '\'']).trim_start();
        let is_entry = goes_on.is_empty()
            || goes_on.starts_with([':', ';', ',', '(', '<', '-', '[', '.'])
            || goes_on.starts_with("on ")
            || goes_on.starts_with("Invalid ")
            || goes_on.to_ascii_lowercase().starts_with("couldn");
        let is_other = ["postmaster@", "abuse@", "mailer-daemon@"]
            .iter()
            .any(|other| address.to_ascii_lowercase().starts_with(other));
        if is_entry && !is_other {
            push(&mut found, original.unwrap_or(address));
        }
    }
    found
}

/// Addresses after a word that says what they are.
fn labelled(words: &str) -> Vec<String> {
    let (mut found, mut written_to) = (Vec::new(), Vec::new());
    for line in words.lines() {
        let lower = line.to_lowercase();
        let lower = lower.trim_start_matches(|c: char| !c.is_alphabetic());
        let is_label = lower
            .split_once([':', '<', '：', '\'', '['])
            .is_some_and(|(label, _)| {
                LABELS.contains(&label.trim()) || label.trim().ends_with("recipient")
            });
        let is_x400 = lower.contains("smtp=");
        if is_label || is_x400 {
            // "To:" quotes the header of our mail and may be a list that reached everybody else.
            let is_header = lower.starts_with("to:");
            for address in addresses::all(line) {
                push(
                    if is_header {
                        &mut written_to
                    } else {
                        &mut found
                    },
                    address,
                );
            }
        }
    }
    if found.is_empty() { written_to } else { found }
}

/// Any address in a line that does not speak of somebody else.
fn mentioned(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in words.lines() {
        let lower = line.to_lowercase();
        if NOT_THEM.iter().any(|word| lower.contains(word)) {
            continue;
        }
        for address in addresses::all(line) {
            push(&mut found, address);
        }
    }
    found
}

fn push(found: &mut Vec<String>, address: String) {
    if !found.iter().any(|one| one.eq_ignore_ascii_case(&address)) {
        found.push(address);
    }
}
