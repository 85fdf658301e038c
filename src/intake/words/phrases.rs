//! A no in a sentence: what people write into the remarks of their own lists, "please do not email
//! again", "Bitte aus dem Verteiler nehmen".
//!
//! Only sentences that say it of all mail: "do not send attachments" and "no mails before ten" are
//! wishes about how, and stay remarks.

use std::sync::LazyLock;

use crate::intake::cell::words;

/// The person's own no. A `*` stands for up to two words.
const LEFT: &[&str] = &[
    "unsubscribed",
    "unsubscribe me",
    "has unsubscribed",
    "opted out",
    "wants to be removed",
    "wants off",
    "asked to be removed",
    "asked to be taken off",
    "asked us to remove",
    "asks to be removed",
    "wishes to be removed",
    "requested removal",
    "remove from * list",
    "remove from * lists",
    "removed from * list",
    "remove from * mailing list",
    "remove from * database",
    "take off * list",
    "taken off * list",
    "take him off * list",
    "take her off * list",
    "doesn't want * emails",
    "doesn't want * mails",
    "doesn't want * mail",
    "doesn't want * press releases",
    "doesn't want to be contacted",
    "doesn't want to hear from us",
    "doesn't want to receive",
    "does not want * emails",
    "does not want * mails",
    "does not want * press releases",
    "does not want to be contacted",
    "does not wish to be contacted",
    "does not want to receive",
    "abgemeldet",
    "hat sich abgemeldet",
    "abbestellt",
    "möchte keine",
    "möchte nicht mehr",
    "will keine",
    "will nichts mehr",
    "wünscht keine",
    "aus * verteiler nehmen",
    "aus * verteiler genommen",
    "aus * verteiler streichen",
    "aus * verteiler gestrichen",
    "aus * verteiler löschen",
    "aus * verteiler gelöscht",
    "aus * verteiler entfernen",
    "aus * verteiler entfernt",
    "désinscrit",
    "désinscrite",
    "désabonné",
    "désabonnée",
    "ne souhaite plus",
    "ne veut plus",
    "retirer de * liste",
    "à retirer de * liste",
    "supprimer de * liste",
    "dado de baja",
    "dada de baja",
    "darse de baja",
    "quitar de * lista",
    "eliminar de * lista",
    "no quiere recibir",
    "no desea recibir",
    "cancellato dalla lista",
    "cancellare dalla lista",
    "togliere dalla lista",
    "rimuovere dalla lista",
    "non vuole ricevere",
    "uitgeschreven",
    "wil geen",
    "van * lijst halen",
    "van * lijst verwijderen",
];

/// A ban, whoever made it.
const BANNED: &[&str] = &[
    "do not contact",
    "do not email",
    "do not e mail",
    "do not mail",
    "do not write",
    "do not pitch",
    "do not send",
    "don't contact",
    "don't email",
    "don't mail",
    "don't pitch",
    "don't send",
    "never contact",
    "never email",
    "never pitch",
    "no contact",
    "no emails",
    "no more emails",
    "no more mails",
    "no more mail",
    "no mails",
    "no press releases",
    "no more press releases",
    "stop emailing",
    "stop sending",
    "nicht anschreiben",
    "nicht mehr anschreiben",
    "nicht kontaktieren",
    "nicht mehr kontaktieren",
    "nicht mehr schreiben",
    "nicht mailen",
    "keine mails",
    "keine e mails",
    "keine mail",
    "keine weiteren mails",
    "keine weiteren e mails",
    "keine pressemitteilungen",
    "keine pressemeldungen",
    "keine pms",
    "keine newsletter",
    "kein kontakt",
    "kein versand",
    "ne pas contacter",
    "ne plus contacter",
    "ne pas écrire",
    "ne plus écrire",
    "ne pas envoyer",
    "ne plus envoyer",
    "ne plus solliciter",
    "plus de mails",
    "pas de mails",
    "no contactar",
    "no escribir",
    "no enviar",
    "no enviar más",
    "non contattare",
    "non scrivere",
    "non inviare",
    "niet mailen",
    "niet contacteren",
    "niet benaderen",
    "geen mail",
    "geen mails",
];

/// What makes of such a sentence a wish about how, when or about what.
const UNLESS: &str = "attachment attachments anhang anhänge pdf pdfs pictures images before after until till by per phone phones \
    telefon telefonisch calls call sms whatsapp linkedin twitter fax post monday mondays friday fridays weekend weekends wochenende \
    during between vor nach bis zwischen am ab about on regarding re for für zu über except ausser außer unless but aber sondern \
    without ohne since seit depuis desde if wenn falls twice doppelt with mit avant après jusqu pour sauf par antes después para salvo por via here hier \
    home private privat personal work old alte alten ancien";

/// Words that may stand behind and change nothing.
const ANYMORE: &str = "again anymore any more more ever please him her them this us this person contact mehr bitte plus svp grazie \
    emails mails mail e press releases release newsletters newsletter pitches anything";

struct Phrases {
    left: Vec<Vec<String>>,
    banned: Vec<Vec<String>>,
    unless: Vec<String>,
    anymore: Vec<String>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let split = |list: &[&str]| list.iter().map(|text| starred(text)).collect();
    Phrases {
        left: split(LEFT),
        banned: split(BANNED),
        unless: words(UNLESS),
        anymore: words(ANYMORE),
    }
});

fn starred(text: &str) -> Vec<String> {
    text.split(' ')
        .flat_map(|word| match word {
            "*" => vec!["*".to_owned()],
            word => words(word),
        })
        .collect()
}

/// Letters of a cell that are looked at: a remark, not an essay.
const LONGEST: usize = 400;

/// The reason in a remark that says no to all mail, as `OptOut::reason` has it.
pub(crate) fn no(cell: &str) -> Option<&'static str> {
    if cell.len() < 8 || cell.chars().all(|c| !c.is_alphabetic()) {
        return None;
    }
    let cell: String = cell.chars().take(LONGEST).collect();
    // A sentence ends at its mark; "don't" keeps its own.
    cell.split(['.', '!', '?', ';', ',', '(', ')', ':', '\n', '|'])
        .flat_map(|part| part.split(" - ").flat_map(|part| part.split(" – ")))
        .find_map(sentence)
}

fn sentence(text: &str) -> Option<&'static str> {
    let words: Vec<String> = words(text);
    let phrases = &*PHRASES;
    let holds = |list: &[Vec<String>]| {
        list.iter().any(|phrase| {
            (0..words.len()).any(|at| {
                ends_at(&words[at..], phrase)
                    .is_some_and(|length| is_about_all(phrase, &words[at + length..]))
            })
        })
    };
    if holds(&phrases.left) {
        Some("unsubscribed")
    } else if holds(&phrases.banned) {
        Some("do-not-contact")
    } else {
        None
    }
}

/// How many words the phrase takes at the beginning of `words`.
fn ends_at(words: &[String], phrase: &[String]) -> Option<usize> {
    let Some((first, rest)) = phrase.split_first() else {
        return Some(0);
    };
    if first == "*" {
        return (0..=2.min(words.len()))
            .find_map(|skipped| Some(skipped + ends_at(&words[skipped..], rest)?));
    }
    let (word, behind) = words.split_first()?;
    (word == first).then(|| ends_at(behind, rest).map(|length| length + 1))?
}

/// Verbs that want an object: "do not send" is about all mail, "do not send samples" is not.
const WANT_OBJECT: [&str; 11] = [
    "send",
    "sending",
    "pitch",
    "write",
    "schreiben",
    "envoyer",
    "enviar",
    "inviare",
    "scrivere",
    "escribir",
    "kontakt",
];

/// Nothing behind the phrase narrows it down.
fn is_about_all(phrase: &[String], behind: &[String]) -> bool {
    let phrases = &*PHRASES;
    let mut rest = behind;
    while let Some((word, more)) = rest.split_first() {
        if !phrases.anymore.contains(word) {
            break;
        }
        rest = more;
    }
    let last = phrase.last().map(String::as_str).unwrap_or_default();
    let wants_object = WANT_OBJECT.contains(&last) || (phrase.len() == 2 && phrase[0] == "no");
    if wants_object && !rest.iter().all(|word| word.chars().all(char::is_numeric)) {
        return false;
    }
    !rest
        .iter()
        .take(4)
        .any(|word| phrases.unless.contains(word))
        && rest.first().is_none_or(|word| !is_object(word))
}

/// "do not send files", "no contact details": the word behind says what the no is about.
fn is_object(word: &str) -> bool {
    const OBJECTS: [&str; 24] = [
        "details",
        "data",
        "number",
        "yet",
        "found",
        "files",
        "file",
        "links",
        "samples",
        "gifts",
        "products",
        "images",
        "photos",
        "invitations",
        "invites",
        "videos",
        "information",
        "info",
        "address",
        "daten",
        "angaben",
        "bilder",
        "fotos",
        "known",
    ];
    OBJECTS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_is_heard_in_remarks() {
        for (cell, reason) in [
            ("DO NOT CONTACT - Bo left", "do-not-contact"),
            ("Unsubscribed 2.2.2026", "unsubscribed"),
            ("asked to be removed from list, 3 March", "unsubscribed"),
            ("please do not email again", "do-not-contact"),
            ("Doesn't want press releases", "unsubscribed"),
            ("Doesn’t want any more emails", "unsubscribed"),
            ("bitte nicht mehr anschreiben", "do-not-contact"),
            ("Keine Mails!", "do-not-contact"),
            ("Möchte keine PMs", "unsubscribed"),
            (
                "Hat sich am 3.3. gemeldet: bitte aus dem Verteiler nehmen",
                "unsubscribed",
            ),
            ("ne plus contacter svp", "do-not-contact"),
            ("dado de baja el 3 de marzo", "unsubscribed"),
            ("Nice chat in May. Opted out in June.", "unsubscribed"),
            ("Remove from our media list", "unsubscribed"),
        ] {
            assert_eq!(no(cell), Some(reason), "{cell}");
        }
    }

    #[test]
    fn wishes_about_how_stay_remarks() {
        for cell in [
            "Do not send attachments",
            "do not contact by phone",
            "Don't email before 10",
            "no mails on weekends",
            "No phone pitches",
            "do not call",
            "Nicht anrufen",
            "keine Mails mit Anhang",
            "Bitte nicht telefonisch",
            "no contact details yet",
            "moved to The Wire",
            "Covers do-not-track laws",
            "prefers mail",
            "do not send to private address",
            "möchte Bilder",
            "No contact since May",
        ] {
            assert_eq!(no(cell), None, "{cell}");
        }
    }
}
