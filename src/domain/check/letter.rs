//! The rules for a rendered mail: CHK-15, 16, 39 and 40, for every recipient.

use crate::domain::check::finding::{Finding, Noted, Severity, Spot};
use crate::domain::check::rules::{RULES, headline_fault, is_shouted, unfilled};
use crate::domain::check::search::fold;
use crate::domain::check::style::Style;
use crate::domain::embargo::notice::says_embargo;

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
    /// Advance copies need their notice in the subject.
    pub is_advance: bool,
    /// Domain of the From, and the one that our signature speaks for, where we sign ourselves.
    pub from_domain: &'a str,
    pub signing_domain: Option<&'a str>,
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
    } else if name.chars().filter(|c| c.is_alphabetic()).count() > 4
        && name.chars().any(char::is_uppercase)
        && !name.chars().any(char::is_lowercase)
    {
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
    if letter.is_advance && !says_embargo(&fold(letter.subject)) {
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

/// Relaxed alignment as far as it can be told without the list of public suffixes: the same domain,
/// or one below the other (RFC 7489, section 3.1).
fn is_aligned(from: &str, signing: &str) -> bool {
    let (from, signing) = (from.to_lowercase(), signing.to_lowercase());
    let below = |one: &str, other: &str| {
        one.strip_suffix(other)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(&from, &signing) || below(&signing, &from)
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
    if let Some(signing) = letter.signing_domain
        && !is_aligned(letter.from_domain, signing)
    {
        faults.push("the From has another domain than the signature: DMARC fails");
    }
    if !letter.has_unsubscribe_header {
        faults.push("there is no List-Unsubscribe header");
    }
    (!faults.is_empty()).then(|| Noted::missing(faults.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter<'static> {
        Letter {
            to: "contact 1".to_owned(),
            subject: "Harbour Light Opens Plant",
            text: "Dear Ana,\nnews.\n12 Example Street\nUnsubscribe: mailto:a@b.example\n",
            html: "<a href=\"mailto:a@b.example\">Unsubscribe</a>",
            language: "en",
            postal_address: "12 Example Street",
            name: "Ana Reyes",
            has_unsubscribe_header: true,
            from_domain: "press.example.com",
            ..Letter::default()
        }
    }

    fn rules(letter: &Letter<'_>) -> Vec<&'static str> {
        let found = check(letter, &Style::default());
        found.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_frame_is_whole_and_signed_for() {
        assert_eq!(rules(&letter()), [""; 0]);
        for signing in ["press.example.com", "example.com", "mail.press.example.com"] {
            let signed = Letter {
                signing_domain: Some(signing),
                ..letter()
            };
            assert_eq!(rules(&signed), [""; 0], "{signing}");
        }
        for signing in ["example.org", "xample.com"] {
            let other = Letter {
                signing_domain: Some(signing),
                ..letter()
            };
            assert_eq!(rules(&other), ["CHK-40"], "{signing}");
        }
        let silent = Letter {
            text: "Dear Ana,\nnews.",
            ..letter()
        };
        assert_eq!(rules(&silent), ["CHK-40"]);
    }

    #[test]
    fn a_name_is_written_as_a_person_is_greeted() {
        for (name, outlet) in [
            ("Reyes, Ana", ""),
            ("BO LUNDGREN", ""),
            ("ana@desk.example", ""),
            ("The Daily", "the daily"),
            ("Di {{x}}", ""),
        ] {
            let odd = Letter {
                name,
                outlet,
                ..letter()
            };
            assert_eq!(rules(&odd), ["CHK-16"], "{name}");
        }
        for name in [
            "Ana Reyes",
            "JO",
            "李明",
            "bell hooks",
            "Ana Reyes, Bo Lund, Cy Moss",
            "",
        ] {
            let usual = Letter { name, ..letter() };
            assert_eq!(rules(&usual), [""; 0], "{name}");
        }
    }

    #[test]
    fn an_advance_copy_says_so_in_its_subject() {
        let advance = Letter {
            is_advance: true,
            ..letter()
        };
        assert_eq!(rules(&advance), ["CHK-39"]);
        let said = Letter {
            subject: "EMBARGOED until 9: Harbour Light Opens Plant",
            ..advance
        };
        assert_eq!(rules(&said), [""; 0]);
    }

    #[test]
    fn a_greeting_without_a_name_is_no_greeting() {
        for text in [
            "Dear ,",
            "Dear null,",
            "Hello {{ contact.name }}",
            "Dear [[Firstname]],",
        ] {
            let text = format!("{text}\n12 Example Street\nUnsubscribe: mailto:a@b.example\n");
            let broken = Letter {
                text: &text,
                ..letter()
            };
            assert_eq!(rules(&broken), ["CHK-15"], "{text}");
        }
    }
}
