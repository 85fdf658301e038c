//! The rules for a rendered mail: CHK-15, 16, 39 and 40, for every recipient.

use crate::domain::check::finding::{Finding, Noted, Severity, Spot};
use crate::domain::check::rules::{RULES, headline_fault, is_shouted, unfilled};
use crate::domain::check::search::fold;
use crate::domain::check::style::Style;

/// A mail as one recipient gets it.
#[derive(Clone, Debug, Default)]
pub struct Letter<'a> {
    /// How the recipient is named in a finding: the contact's id, never the address.
    pub to: String,
    pub subject: &'a str,
    /// As it will stand in the header.
    pub text: &'a str,
    pub html: &'a str,
    pub language: &'a str,
    pub postal_address: &'a str,
    /// The merged name, and the outlet's.
    pub name: &'a str,
    pub outlet: &'a str,
    pub has_unsubscribe_header: bool,
    /// A correction, hold or kill; advance copies need their notice in the subject.
    pub is_advance: bool,
}

type Look = fn(&Letter<'_>) -> Option<Noted>;

/// Every finding about one mail.
pub fn check(letter: &Letter<'_>, style: &Style) -> Vec<Finding> {
    let rules: [(&str, Look); 4] = [
        ("CHK-15", fields),
        ("CHK-16", name),
        ("CHK-39", subject),
        ("CHK-40", frame),
    ];
    let found = rules
        .into_iter()
        .filter(|(id, _)| !style.is_off(id))
        .filter_map(|(id, apply)| {
            let rule = RULES.iter().find(|rule| rule.id == id)?;
            apply(letter)?.finding(rule)
        });
    found.collect()
}

fn spot(letter: &Letter<'_>, part: &str, line: usize, excerpt: &str) -> Spot {
    let excerpt: String = excerpt.trim().chars().take(72).collect();
    let mark = (0, excerpt.chars().count().max(1));
    Spot {
        part: format!("{part} to {}", letter.to),
        line,
        column: 1,
        excerpt,
        mark,
    }
}

/// CHK-15: something that should have been filled in, or was filled with nothing.
fn fields(letter: &Letter<'_>) -> Option<Noted> {
    let mut spots = Vec::new();
    for (part, text) in [("subject", letter.subject), ("text", letter.text)] {
        for (number, line) in text.lines().enumerate() {
            let folded = fold(line);
            let greeting = [
                "dear ",
                "hello ",
                "hi ",
                "sehr geehrte ",
                "guten tag ",
                "bonjour ",
                "hola ",
                "estimado ",
            ];
            let empty = greeting.iter().any(|word| {
                folded.strip_prefix(word).is_some_and(|rest| {
                    let rest = rest.trim_end_matches([',', '!', ':']).trim();
                    matches!(
                        rest,
                        "" | "null"
                            | "none"
                            | "undefined"
                            | "nan"
                            | "no name"
                            | "n/a"
                            | "firstname"
                            | "unknown"
                    )
                })
            }) || matches!(
                folded.trim(),
                "dear," | "hello," | "hi," | "bonjour," | "hola,"
            );
            if empty
                || line.contains("{{")
                || line.contains("}}")
                || line.contains("{%")
                || !unfilled(line).is_empty()
            {
                spots.push(spot(letter, part, number + 1, line));
            }
        }
    }
    Noted::at("the mail has a merge field that is not filled", spots)
}

/// CHK-16: "Spark, David", all capitals, an address for a name.
fn name(letter: &Letter<'_>) -> Option<Noted> {
    let name = letter.name.trim();
    if name.is_empty() {
        return None;
    }
    let fault = if name.contains('@') {
        "the name is an address"
    } else if name.contains(',') && name.split(',').count() == 2 {
        "the name is written Last, First"
    } else if name.chars().filter(|c| c.is_alphabetic()).count() > 4 && is_shouted(name) {
        "the name is all capitals"
    } else if !letter.outlet.trim().is_empty() && fold(name) == fold(letter.outlet.trim()) {
        "name and outlet are the same"
    } else if name
        .chars()
        .any(|c| matches!(c, '{' | '}' | '<' | '>' | '|'))
    {
        "the name has marks that no name has"
    } else {
        return None;
    };
    // The name itself is personal: a finding may end in a log.
    Noted::at(fault, vec![spot(letter, "name", 1, "")])
}

/// CHK-39: the subject as the reader's list shows it.
fn subject(letter: &Letter<'_>) -> Option<Noted> {
    let at = |message: String| Noted::at(message, vec![spot(letter, "subject", 1, letter.subject)]);
    if let Some(fault) = headline_fault(letter.subject, letter.language) {
        return at(format!("the subject: {fault}"));
    }
    if letter.is_advance && !fold(letter.subject).contains("embargo") {
        return at("the subject of an advance copy does not say EMBARGOED".to_owned());
    }
    if letter.subject.len() > 998 {
        return at("the subject is longer than 998 octets (RFC 5322)".to_owned());
    }
    if is_shouted(letter.subject) {
        return at("the subject is all capitals".to_owned())
            .map(|noted| noted.as_(Severity::Warning));
    }
    let length = letter.subject.chars().count();
    if length <= 78 {
        return None;
    }
    at(format!(
        "the subject has {length} characters; lists show some 70"
    ))
    .map(|noted| noted.as_(Severity::Advice))
}

/// CHK-40: postal address and opt-out in both parts and in the header (CAN-SPAM; RFC 2369).
fn frame(letter: &Letter<'_>) -> Option<Noted> {
    let mut faults = Vec::new();
    let words = |text: &str| {
        fold(text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let address = words(letter.postal_address);
    if address.is_empty() || !words(letter.text).contains(&address) {
        faults.push("the text has no postal address");
    }
    let text = fold(letter.text);
    if ![
        "unsubscribe",
        "mailto:",
        "abmelden",
        "abbestell",
        "désabonn",
        "désinscri",
        "baja",
        "opt out",
        "opt-out",
    ]
    .iter()
    .any(|word| text.contains(word))
    {
        faults.push("the text says no way to opt out");
    }
    if !letter.html.is_empty()
        && !letter.html.contains("unsubscribe")
        && !letter.html.contains("mailto:")
    {
        faults.push("the HTML part has no way to opt out");
    }
    if !letter.has_unsubscribe_header {
        faults.push("there is no List-Unsubscribe header");
    }
    (!faults.is_empty()).then(|| Noted::missing(faults.join("; ")))
}
