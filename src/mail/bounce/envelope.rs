//! What of ours a mail carries: tokens and Message-IDs, and whether it asks to be left out.

use crate::mail::bounce::addresses;
use crate::mail::bounce::parts::Parts;
use crate::mail::bounce::running_text;

/// Digits of a token's tail, as `SuppressionKey::token_tail` writes it.
const TAIL: usize = 20;
/// Tokens and ids that are looked at; one mail of ours has one.
const MOST: usize = 20;

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Envelope {
    /// `<delivery>-<tail>`, unproved, where it came to first: the recipient's address is surer than
    /// what is quoted.
    pub tokens: Vec<String>,
    /// Message-IDs without brackets: of what came back and of what this answers.
    pub message_ids: Vec<String>,
    pub from: Option<String>,
    /// The subject or the first words say nothing but that they want no more mail.
    pub asks_out: bool,
}

pub fn read(bytes: &[u8]) -> Envelope {
    let parts = Parts::read(bytes);
    let mut envelope = Envelope {
        from: addresses::bare(parts.header("from")),
        asks_out: asks_out(&parts),
        ..Envelope::default()
    };
    for name in [
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "to",
        "cc",
        "subject",
    ] {
        for value in parts.all(name) {
            tokens(value, &mut envelope.tokens);
        }
    }
    tokens(&parts.text, &mut envelope.tokens);
    tokens(&parts.returned, &mut envelope.tokens);
    if let Some(feedback) = &parts.feedback {
        tokens(feedback, &mut envelope.tokens);
    }
    let returned = if parts.returned.is_empty() {
        running_text::after_separator(&parts.text)
    } else {
        parts.returned.as_str()
    };
    let answers = ["in-reply-to", "references"].map(|name| parts.header(name));
    for text in [returned, answers[0], answers[1]] {
        message_ids(text, &mut envelope.message_ids);
    }
    for text in &parts.statuses {
        message_ids(text, &mut envelope.message_ids);
    }
    envelope
}

fn tokens(text: &str, found: &mut Vec<String>) {
    for (at, _) in text.match_indices('-') {
        let id_start = text[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_digit())
            .last()
            .map(|(start, _)| start);
        let tail = text.get(at + 1..at + 1 + TAIL);
        let next = text
            .get(at + 1 + TAIL..)
            .and_then(|rest| rest.chars().next());
        if let (Some(start), Some(tail)) = (id_start, tail)
            && at - start < 19
            && tail.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !next.is_some_and(|c| c.is_ascii_alphanumeric())
            && found.len() < MOST
        {
            // Some servers write the local part in capitals.
            let token = format!("{}-{}", &text[start..at], tail.to_ascii_lowercase());
            if !found.contains(&token) {
                found.push(token);
            }
        }
    }
}

fn message_ids(text: &str, found: &mut Vec<String>) {
    for piece in text.split('<').skip(1) {
        if let Some((id, _)) = piece.split_once('>')
            && id.contains('@')
            && id.len() < 300
            && found.len() < MOST
            && !found.iter().any(|one| one == id)
        {
            found.push(id.trim().to_owned());
        }
    }
}

/// A short wish in the subject or as the first line: what our own link writes, and what people
/// write by hand. What they quote of our mail does not count, because our footer has the word.
fn asks_out(parts: &Parts) -> bool {
    let subject = parts.subject.trim().to_lowercase();
    let is_answer = ["re:", "aw:", "sv:", "antw:"]
        .iter()
        .any(|prefix| subject.starts_with(prefix));
    if subject.starts_with("unsubscribe") || (!is_answer && is_wish(&subject)) {
        return true;
    }
    let first = parts
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty());
    first.is_some_and(|line| !line.starts_with('>') && is_wish(&line.to_lowercase()))
}

fn is_wish(text: &str) -> bool {
    const WISHES: &[&str] = &[
        "unsubscribe",
        "please unsubscribe",
        "unsubscribe me",
        "please unsubscribe me",
        "please unsubscribe me from this list",
        "remove",
        "remove me",
        "please remove me",
        "please remove me from your list",
        "please remove me from this list",
        "please remove me from your mailing list",
        "take me off your list",
        "please take me off your list",
        "stop",
        "opt out",
        "opt-out",
        "abmelden",
        "bitte abmelden",
        "abbestellen",
        "austragen",
        "bitte austragen",
        "désabonner",
        "désinscription",
        "me désinscrire",
        "se désabonner",
        "darse de baja",
        "baja",
        "cancelar suscripción",
        "cancella",
        "disiscrivimi",
        "annulla iscrizione",
        "uitschrijven",
        "afmelden",
        "cancelar",
        "cancelar inscrição",
        "avregistrera",
        "afmeld",
        "wypisz",
        "отписаться",
        "配信停止",
    ];
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    // The token of our own link may follow.
    let words = text
        .split_once(' ')
        .filter(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains('-'));
    let text = words.map_or(text, |(word, _)| word);
    WISHES.contains(&text)
}
