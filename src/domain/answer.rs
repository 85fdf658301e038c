//! What a person answered: their own words without what they quote, and whether they agree.

/// Characters that are kept of an answer: enough for a conversation, too few for an archive.
const LONGEST: usize = 10_000;

/// Openings of the line above a quotation, and of one that is not marked.
const ATTRIBUTIONS: [&str; 12] = [
    "on ", "am ", "le ", "el ", "il ", "op ", "em ", "from:", "von:", "de :", "de:", "da:",
];
const WROTE: [&str; 10] = [
    "wrote:",
    "schrieb:",
    "schrieb ",
    "a écrit",
    "escribió:",
    "ha scritto:",
    "schreef",
    "escreveu:",
    "sent:",
    "gesendet:",
];
const FENCES: [&str; 5] = [
    "-----original message",
    "-----ursprüngliche nachricht",
    "-----message d'origine",
    "-----mensaje original",
    "________________________________",
];

/// The person's own words: what they quote of us, and the signature, are left out.
pub fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if ends_answer(line, lines.get(place + 1).copied().unwrap_or_default()) {
            break;
        }
        if !line.trim_start().starts_with('>') {
            kept.push(line.trim_end());
        }
    }
    let kept = kept.join("\n");
    kept.trim().chars().take(LONGEST).collect()
}

/// From this line on it is a quotation without marks, or a signature (RFC 3676, section 4.3).
fn ends_answer(line: &str, next: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let next = next.trim().to_lowercase();
    let wrote = |text: &str| WROTE.iter().any(|word| text.contains(word));
    line == "-- "
        || lower == "--"
        || FENCES
            .iter()
            .any(|fence| lower.replace("----- ", "-----").starts_with(fence))
        || (ATTRIBUTIONS.iter().any(|start| lower.starts_with(start))
            && (wrote(&lower) || wrote(&next)))
}

/// Words that agree, by themselves or at the start of a sentence.
const YES: [&str; 24] = [
    "yes",
    "yep",
    "agreed",
    "i agree",
    "we agree",
    "i accept",
    "we accept",
    "accepted",
    "i confirm",
    "confirmed",
    "ok",
    "okay",
    "sure",
    "happy to agree",
    "ja",
    "einverstanden",
    "zugesagt",
    "oui",
    "d'accord",
    "d’accord",
    "sí",
    "si",
    "de acuerdo",
    "acepto",
];
/// Words that take it back, or put a condition to it.
const BUT: [&str; 22] = [
    "no",
    "not",
    "n't",
    "n’t",
    "cannot",
    "unless",
    "only if",
    "but",
    "never",
    "decline",
    "unsubscribe",
    "nein",
    "nicht",
    "kein",
    "aber",
    "außer",
    "non",
    "pas",
    "mais",
    "sauf",
    "pero",
    "salvo",
];

/// Whether an answer plainly says yes: an agreeing word in its first sentence, and nothing that
/// limits it. Only an offer to a person is made of it; an embargo rests on what somebody read.
pub fn says_yes(own_words: &str) -> bool {
    let lower = own_words.to_lowercase();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let all = format!(" {} ", words(&lower).join(" "));
    if BUT.iter().any(|word| {
        if word.starts_with('n') && word.contains(['\'', '’']) {
            all.contains(word)
        } else {
            all.contains(&format!(" {word} "))
        }
    }) || lower.contains('?')
    {
        return false;
    }
    // A greeting may stand before it.
    let opening = words(&lower)
        .into_iter()
        .take(12)
        .collect::<Vec<_>>()
        .join(" ");
    let opening = format!(" {opening} ");
    YES.iter()
        .any(|word| opening.contains(&format!(" {word} ")))
}

#[cfg(test)]
mod tests {
    use super::{own_words, says_yes};

    #[test]
    fn quotations_and_signatures_are_left_out() {
        for (text, own) in [
            (
                "Yes, I agree.\n\nOn Tue, 3 Nov 2026, Press Office wrote:\n> Do you?\n",
                "Yes, I agree.",
            ),
            (
                "Ja.\n\nAm 3. November 2026 um 9:00 schrieb Presse:\n> Hallo\n",
                "Ja.",
            ),
            (
                "Oui\n\nLe mar. 3 nov. 2026 à 09:00, Presse <press@example.com>\na écrit :\n> Bonjour",
                "Oui",
            ),
            ("> quoted\nMy answer\n> more", "My answer"),
            ("Sure\n-- \nMara\nOutlet", "Sure"),
            (
                "Thanks\n\n-----Original Message-----\nFrom: Press",
                "Thanks",
            ),
            ("From: Press\nSent: Tuesday\nOld text", ""),
            (
                "On Monday I am away.\nElse fine.",
                "On Monday I am away.\nElse fine.",
            ),
            ("", ""),
        ] {
            assert_eq!(own_words(text), own, "{text:?}");
        }
    }

    #[test]
    fn a_plain_yes_and_nothing_else_is_one() {
        for yes in [
            "Yes",
            "yes, I agree to the embargo.",
            "Hi Ana, agreed. Thanks!",
            "Ja, einverstanden",
            "D'accord pour l'embargo",
            "Sí, de acuerdo.",
            "OK, thanks",
        ] {
            assert!(says_yes(yes), "{yes}");
        }
        for no in [
            "",
            "No.",
            "Yes, but only after noon",
            "I do not agree",
            "I can't agree, sorry; yes to the next",
            "Yes?",
            "Nein, ja nicht",
            "Oui, mais",
            "Please unsubscribe me, yes",
            "Who are you",
        ] {
            assert!(!says_yes(no), "{no}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(On |wrote:|> |-- |yes|no|\\PC|\n){0,40}") {
            let own = own_words(&text);
            says_yes(&own);
            proptest::prop_assert!(own.chars().count() <= 10_000);
        }
    }
}
