//! A no in a sentence: what people write into the remarks of their own lists, "please do not email
//! again", "Bitte aus dem Verteiler nehmen".
//!
//! Only sentences that say it of all mail: "do not send attachments" and "no mails before ten" are
//! wishes about how, and stay remarks.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::cell::words;
use crate::intake::opt_out;
use crate::intake::words::bans;
use crate::intake::words::sentences;

/// What makes of a fact a wish about something else.
const UNLESS_GONE: &str = "attachment attachments anhang anhänge phone phones telefon telefonisch calls call sms whatsapp linkedin \
    twitter fax post but aber sondern except ausser außer unless sauf salvo without ohne";

/// What makes of such a sentence a wish about how, when or about what.
const UNLESS: &str = "attachment attachments anhang anhänge pdf pdfs pictures images before after until till by per phone phones \
    telefon telefonisch calls call sms whatsapp linkedin twitter fax post monday mondays friday fridays weekend weekends wochenende \
    during between vor nach an bis zwischen am ab about on regarding re for für zu über except ausser außer unless but aber sondern \
    without ohne since seit depuis desde if wenn falls twice doppelt with mit avant après jusqu pour sauf par antes después para salvo por via here hier \
    home private privat personal work old alte alten ancien";

/// Words that may stand behind and change nothing.
const ANYMORE: &str = "these those it stuff anything things again anymore any more more ever please him her them this us this person contact mehr bitte plus svp grazie \
    emails mails mail e press releases release newsletters newsletter pitches anything \
    più más mais meer mer mere de des nos d communiqués communiqué courriels courriel messages correos comunicados comunicati";

/// What a sentence says that holds one of our phrases.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Somebody complained: a fact, and nothing may turn it.
    Complained,
    /// Somebody opted out: a fact, too.
    Gone,
    /// Somebody wants to be left out, of all mail.
    Left,
    /// Nobody may write to them, at all.
    Banned,
}

struct Phrases {
    /// By their first word: remarks are looked at word by word, and nearly none begins a phrase.
    by_first: HashMap<String, Vec<(Said, Vec<String>)>>,
    unless_gone: Vec<String>,
    unless: Vec<String>,
    anymore: Vec<String>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let lists = [
        (Said::Complained, bans::COMPLAINED),
        (Said::Gone, sentences::GONE),
        (Said::Left, sentences::LEFT),
        (Said::Banned, bans::BANNED),
    ];
    let mut by_first: HashMap<_, Vec<_>> = HashMap::new();
    for (said, list) in lists {
        for phrase in list {
            let phrase = starred(phrase);
            let first = phrase.first().cloned().unwrap_or_default();
            by_first.entry(first).or_default().push((said, phrase));
        }
    }
    Phrases {
        by_first,
        unless_gone: words(UNLESS_GONE),
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

/// A no in languages without blanks between their words.
const UNSPACED: [&str; 9] = [
    "配信停止",
    "配信不要",
    "送信不可",
    "メール不可",
    "退会",
    "退订",
    "退訂",
    "수신거부",
    "구독취소",
];

/// The reason in a remark that says no to all mail, as `OptOut::reason` has it.
pub(crate) fn no(cell: &str) -> Option<&'static str> {
    if cell.len() < 8 || cell.chars().all(|c| !c.is_alphabetic()) {
        return None;
    }
    let end = cell.char_indices().nth(LONGEST);
    let cell = &cell[..end.map_or(cell.len(), |(at, _)| at)];
    // "Edit | Remove" are buttons of a page that somebody copied.
    let is_prose = !cell.contains(['|', '/']);
    if UNSPACED.iter().any(|word| cell.contains(word)) {
        return Some("unsubscribed");
    }
    // A sentence ends at its mark; "don't" keeps its own.
    cell.split(['.', '!', '?', ';', ',', '(', ')', ':', '\n', '|'])
        .flat_map(|part| part.split(" - ").flat_map(|part| part.split(" – ")))
        .find_map(|part| sentence(part).or_else(|| opt_out::plain(part).filter(|_| is_prose)))
}

fn sentence(text: &str) -> Option<&'static str> {
    let words: Vec<String> = words(text);
    let mut strictest = headed(&words);
    for (at, first) in words.iter().enumerate() {
        for (said, phrase) in PHRASES.by_first.get(first).into_iter().flatten() {
            let Some(length) = ends_at(&words[at..], phrase) else {
                continue;
            };
            let behind = &words[at + length..];
            let is_meant = match said {
                Said::Complained | Said::Gone => is_whole(&words[..at], behind),
                Said::Left | Said::Banned => is_about_all(phrase, behind),
            };
            let reason = match said {
                Said::Complained => opt_out::COMPLAINED,
                Said::Gone | Said::Left => opt_out::UNSUBSCRIBED,
                Said::Banned => opt_out::DO_NOT_CONTACT,
            };
            let is_stricter =
                strictest.is_none_or(|known| opt_out::weight(reason) > opt_out::weight(known));
            if is_meant && is_stricter {
                strictest = Some(reason);
            }
        }
    }
    strictest
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
const WANT_OBJECT: [&str; 15] = [
    "use",
    "interested",
    "schicken",
    "писать",
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

/// "Opt-out per e-mail, 3 May", "Widerspruch vom 3.4.": a word that heads its sentence, with no more behind
/// it than when and how. Elsewhere it is a subject: "covers opt-out rules".
fn headed(words: &[String]) -> Option<&'static str> {
    const BEHIND: &[&str] = &[
        "on",
        "am",
        "vom",
        "per",
        "via",
        "by",
        "request",
        "requested",
        "received",
        "erhalten",
        "email",
        "mail",
        "e",
        "phone",
        "dsgvo",
        "gdpr",
        "rgpd",
        "le",
        "el",
        "il",
        "since",
        "seit",
        "please",
        "bitte",
    ];
    let first = words.first()?.as_str();
    let second = words.get(1).map_or("", String::as_str);
    let (length, reason) = match first {
        _ if matches!((first, second), ("opt", "out") | ("off", "list")) => {
            (2, opt_out::UNSUBSCRIBED)
        }
        "optout" | "widerspruch" | "unsub" | "loschanfrage" | "loschantrag" | "loschwunsch" => {
            (1, opt_out::UNSUBSCRIBED)
        }
        "blacklisted" | "blocklisted" | "gesperrt" | "deceased" | "verstorben" | "gestorben"
        | "decede" | "decedee" | "fallecido" | "fallecida" | "deceduto" | "deceduta"
        | "overleden" | "avliden" | "zmarł" | "zmarła" | "raus" => (1, opt_out::DO_NOT_CONTACT),
        "bounced" | "bounces" | "bouncing" | "unzustellbar" => (1, opt_out::BOUNCED),
        _ => return None,
    };
    let is_all = words.get(length).is_none_or(|next| {
        BEHIND.contains(&next.as_str()) || next.chars().next().is_some_and(char::is_numeric)
    });
    is_all.then_some(reason)
}

/// Neither a word of negation before a fact ("not opted out", "hat nicht abbestellt") nor one behind it
/// makes another of it.
fn is_whole(before: &[String], behind: &[String]) -> bool {
    const TURNED: [&str; 17] = [
        "not", "never", "nicht", "nie", "kein", "keine", "keinen", "no", "non", "pas", "niet",
        "ikke", "inte", "nao", "if", "falls", "wenn",
    ];
    let is_turned = before
        .iter()
        .rev()
        .take(2)
        .any(|word| TURNED.contains(&word.as_str()));
    let unless = &PHRASES.unless_gone;
    !is_turned
        && !behind.iter().take(4).any(|word| unless.contains(word))
        && behind.first().is_none_or(|word| !is_object(word))
}

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
    const OBJECTS: [&str; 29] = [
        "magazine",
        "link",
        "form",
        "option",
        "options",
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
            ("Unsubscribed on 3 March", "unsubscribed"),
            ("Abgemeldet am 3.3.2024", "unsubscribed"),
            ("Opt-out per email 2024-05-06", "unsubscribed"),
            (
                "REMOVED - asked 3/4 not to be contacted again",
                "unsubscribed",
            ),
            ("GDPR deletion request", "unsubscribed"),
            ("said please stop sending these", "do-not-contact"),
            ("hat um Löschung gebeten", "unsubscribed"),
            ("kein Interesse, bitte streichen", "unsubscribed"),
            ("Widerspruch DSGVO 3.4.2024", "unsubscribed"),
            ("möchte nicht kontaktiert werden", "unsubscribed"),
            ("raus aus dem Verteiler", "unsubscribed"),
            ("se dio de baja", "unsubscribed"),
            ("chiesto cancellazione", "unsubscribed"),
            ("vill inte ha utskick", "unsubscribed"),
            ("ønsker ikke flere mails", "unsubscribed"),
            ("pidió la baja en mayo", "unsubscribed"),
            ("NO LONGER WANTS EMAILS", "unsubscribed"),
            ("Not interested anymore - remove", "unsubscribed"),
            ("GDPR: delete", "do-not-contact"),
            ("hates PR, leave alone", "do-not-contact"),
            ("Blacklisted by legal", "do-not-contact"),
            ("bounced 3/24", "bounced"),
            ("keine Infos mehr schicken", "do-not-contact"),
            ("bitte vom Verteiler nehmen", "unsubscribed"),
            ("hat sich beschwert", "complained"),
            ("verstorben 2023", "do-not-contact"),
            ("OFF LIST", "unsubscribed"),
            ("Do not add to newsletter", "do-not-contact"),
            ("Löschanfrage DSGVO 2026-02-03", "unsubscribed"),
            ("ne plus envoyer de mails", "do-not-contact"),
            ("a demandé sa désinscription", "unsubscribed"),
            ("non inviare più", "do-not-contact"),
            ("niet meer mailen", "do-not-contact"),
            ("pidió no recibir más", "unsubscribed"),
            ("ska inte ha mejl", "unsubscribed"),
            ("nekontaktovat", "do-not-contact"),
            ("не писать", "do-not-contact"),
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
            "has not opted out",
            "hat nicht abbestellt",
            "opted out of phone calls",
            "keine Abmeldung",
            "Opt Out Magazine",
            "Covers GDPR and opt-out rules",
            "Edit | Remove",
            "no longer interested in crypto",
            "ne pas envoyer de photos",
            "schreibt über Widerspruchslösung",
            "no longer at the Post, mail bounces",
        ] {
            assert_eq!(no(cell), None, "{cell}");
        }
    }
}
