//! What a cell says about writing to a person: yes, no, or nothing we understand.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::cell::key;
use crate::intake::words::consent;

/// The verdict of one cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// Nothing speaks against writing.
    Clear,
    /// Never write; the reason as `OptOut::reason` has it.
    No(&'static str),
    /// Neither: the caller fails closed.
    Unclear,
}

pub(crate) const UNSUBSCRIBED: &str = "unsubscribed";
pub(crate) const COMPLAINED: &str = "complained";
pub(crate) const BOUNCED: &str = "bounced";
pub(crate) const DO_NOT_CONTACT: &str = "do-not-contact";

const YES: &str = "yes y true t 1 x on ja j wahr oui o vrai si s verdadero checked ok okay agreed accepted \
                   sì sim vero tak prawda da evet kyllä igen ano hai はい 可 是 有 да ναι نعم 예 כן waar sann sandt jah";
const NO: &str = "no n false f 0 off none never null na nein nie falsch non jamais faux nunca falso unchecked nichts \
                  nej nei nee não nao nie ne ei nem hayır нет ні いいえ 不可 否 无 όχι لا 아니오 לא onwaar falskt falsk neen";
const ACTIVE: &str = "active subscribed enabled confirmed optedin optin allowed allow valid ok implied express granted given obtained \
                      accepted accepts agreed signedup registered received awaitingconfirmation pendingconfirmation confirmationpending consented consentgiven consent legitimateinterest legitimateinterests berechtigtesinteresse intérêtlégitime interéslegítimo neversubscribed \
                      implicit explicit pending unconfirmed softbounce softbounced soft deliverable verified catchall acceptall risky \
                      aktiv angemeldet bestätigt nichtbestätigt unbestätigt abonniert erteilt erlaubt zugestimmt eingewilligt liegtvor \
                      actif abonné abonnée inscrit inscrite confirmé accordé accordée donné \
                      activo activa suscrito suscrita confirmado confirmada otorgado concedido aceptado \
                      attivo attiva iscritto iscritta confermato concesso dato \
                      actief aangemeld ingeschreven gegeven bevestigd \
                      ativo ativa inscrito subscrito assinante aktywny zapisany udzielona udzielono \
                      prenumererar tilmeldt påmeldt annettu přihlášen feliratkozott abone onaylı активен подписан";
/// Said of a wish that nobody was asked for.
const UNSAID: &str = "unknown unbekannt permissionnotset unavailable unverified guessed extrapolated notset notspecified notasked notprovided nodata inconnu inconnue desconocido sconosciuto \
                      onbekend nezname неизвестно nonrenseigné keineangabe kа";
/// Words for a no that mean it wherever they stand; the others only in a column about it.
const PLAIN: [(&str, &str); 4] = [
    (
        COMPLAINED,
        "complained spamcomplaint markedasspam reportedspam spamreport",
    ),
    (
        BOUNCED,
        "hardbounce hardbounced bounced undeliverable unzustellbar",
    ),
    (
        UNSUBSCRIBED,
        "unsubscribed unsubscribe unsubscribes unsub unsubbed optedout optout optouts globalunsub globallyunsubscribed abgemeldet abbestellt \
         ausgetragen désabonné désabonnée désinscrit désinscrite dadodebaja dadadebaja desuscrito desuscrita \
         disiscritto disiscritta uitgeschreven afgemeld descadastrado descadastrada wypisany wypisana avregistrerad avprenumererad \
         frameldt avmeldt odhlášen leiratkozott отписан отписался 退订 配信停止 수신거부",
    ),
    (
        DO_NOT_CONTACT,
        "donotcontact donotemail donotmail donotsend dnc donotpitch dontcontact dontemail pleasedonotcontact blocklisted blacklisted \
         suppressed remove pleaseremove delete pleasedelete removeme tobedeleted toberemoved bittelöschen bitteentfernen bittestreichen \
         àsupprimer asupprimer àretirer nichtkontaktieren nichtmehrkontaktieren nichtmehranschreiben bittenichtkontaktieren nichtanschreiben keinkontakt nepascontacter nocontactar noncontattare \
         nietcontacteren nietmailen nãocontatar niekontaktować kontaktainte usunąć deceased verstorben décédé décédée fallecido fallecida deceduto deceduta overleden",
    ),
];
const REASONS: [(&str, &str); 4] = [
    (
        COMPLAINED,
        "complaint complaints spam abuse junk reported plainte",
    ),
    (
        BOUNCED,
        "bounce bouncing spamtrap hard cleaned unreachable onholdbounce invalid dead rebote rebotado invalide ungültig inválido",
    ),
    (
        UNSUBSCRIBED,
        "unsub out onholdoptout removed revoked withdrawn baja cancelled canceled left notsubscribed neverconsented widerrufen widerspruch retiré \
         retirée révoqué revocado revocato ingetrokken wycofana återkallat tilbagetrukket ausgeschieden",
    ),
    (
        DO_NOT_CONTACT,
        "blocked usersuppressed manualsuppression adminsuppressed excluded declined refused rejected inactive disabled donotallow notallowed disallowed prohibited forbidden notgiven noconsent \
         archived deleted denied nocontact noemail gesperrt widersprochen inaktiv verweigert abgelehnt nichterteilt \
         bloqué inactif refusé refusée bloqueado inactivo rechazado denegado bloccato inattivo negato geblokkeerd inactief geweigerd \
         inativo bloqueada zablokowany nieaktywny inaktiv blockerad blokeret",
    ),
];

/// What one word means in a cell about a wish.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Yes,
    No,
    Active,
    Unsaid,
    Reason(&'static str),
}

/// Written above as people write, compared as `key` writes.
static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    let mut add = |words: &str, meaning: Meaning| {
        for word in words.split_whitespace() {
            meanings.entry(key(word)).or_insert(meaning);
        }
    };
    for (reason, words) in PLAIN.into_iter().chain(REASONS) {
        add(words, Meaning::Reason(reason));
    }
    add(YES, Meaning::Yes);
    add(NO, Meaning::No);
    add(ACTIVE, Meaning::Active);
    add(UNSAID, Meaning::Unsaid);
    meanings
});

static PLAIN_WORDS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let each = |(reason, words): (&'static str, &'static str)| {
        words
            .split_whitespace()
            .map(move |word| (key(word), reason))
    };
    PLAIN.into_iter().flat_map(each).collect()
});

/// The meaning of a cell: of the whole, or where it has parts, of the first ("Yes, by phone"); but a
/// part that says never is heard wherever it stands ("subscribed; bounced").
fn meaning(cell: &str) -> Option<Meaning> {
    let of = |text: &str| MEANINGS.get(&key(text)).copied();
    of(cell).or_else(|| polite(cell)).or_else(|| {
        let parts = || {
            let marked = cell.split([',', ';', ':', '(', ')', '[', ']', '|', '/']);
            marked.flat_map(|part| part.split(" - ").flat_map(|part| part.split(" – ")))
        };
        let never = parts()
            .map(of)
            .find(|meaning| matches!(meaning, Some(Meaning::Reason(_))));
        never.unwrap_or_else(|| parts().next().and_then(of))
    })
}

/// "Yes please", "Nein danke".
fn polite(cell: &str) -> Option<Meaning> {
    const POLITE: [&str; 14] = [
        "please", "thanks", "thank", "you", "bitte", "danke", "gerne", "gern", "merci", "gracias",
        "grazie", "obrigado", "tack", "tak",
    ];
    let words = consent::words_of(cell);
    let (first, rest) = words.split_first()?;
    let is_polite = !rest.is_empty() && rest.iter().all(|word| POLITE.contains(&word.as_str()));
    let meaning = MEANINGS.get(first).copied().filter(|_| is_polite)?;
    matches!(meaning, Meaning::Yes | Meaning::No).then_some(meaning)
}

/// "Email & phone", as an answer to how somebody may be reached: mail is among it.
fn names_mail(cell: &str) -> bool {
    const MAIL: [&str; 8] = [
        "email",
        "emails",
        "mail",
        "mails",
        "mail",
        "courriel",
        "correo",
        "newsletter",
    ];
    const NO: [&str; 16] = [
        "no", "not", "never", "non", "without", "but", "except", "kein", "keine", "nicht", "ohne",
        "pas", "sans", "sin", "niet", "geen",
    ];
    let words = consent::words_of(cell);
    words.len() <= 6
        && words.iter().any(|word| MAIL.contains(&word.as_str()))
        && !words.iter().any(|word| NO.contains(&word.as_str()))
}

/// The longest of the plain words, in bytes of any cell that could be one.
const LONGEST: usize = 64;

/// The reason in a cell of a column that is about something else, where the whole cell is one of
/// the words that can mean nothing else: a tag "do not contact", a remark "Unsubscribed".
pub(crate) fn plain(cell: &str) -> Option<&'static str> {
    let cell = cell.trim();
    if cell.len() < 3
        || cell.len() > LONGEST
        || cell.starts_with(|c: char| c.is_ascii_digit() || c == '+')
    {
        return None;
    }
    PLAIN_WORDS.get(&key(cell)).copied()
}

/// The reason in a tag or a category: a plain word, with its year or what it is about behind it
/// ("Opted-out 2023", "Unsubscribed (global)"), or one that only a person's label could mean.
pub(crate) fn tagged(tag: &str) -> Option<&'static str> {
    const BANS: [&str; 12] = [
        "blocked",
        "gesperrt",
        "bloque",
        "bloqueado",
        "bloccato",
        "geblokkeerd",
        "nomail",
        "nomails",
        "noemail",
        "noemails",
        "keinemail",
        "keinemails",
    ];
    let end = tag.find(|c: char| c.is_ascii_digit() || matches!(c, '(' | '[' | ':' | '–'));
    let head = tag[..end.unwrap_or(tag.len())].trim();
    plain(head).or_else(|| BANS.contains(&key(head).as_str()).then_some(DO_NOT_CONTACT))
}

/// A column such as "Opt-out", where yes (or a date, or a reason) means no mail.
pub(crate) fn flag(cell: &str, column: &str) -> Verdict {
    match meaning(cell) {
        Some(Meaning::Reason(reason)) => Verdict::No(reason),
        Some(Meaning::Yes) => Verdict::No(consent::reason(column)),
        Some(Meaning::No | Meaning::Active) => Verdict::Clear,
        _ if is_no_date(cell) => Verdict::Clear,
        _ if is_date(cell) || is_serial(cell) || is_tick(cell) => {
            Verdict::No(consent::reason(column))
        }
        _ if is_blank(cell) => Verdict::Clear,
        _ => Verdict::Unclear,
    }
}

/// A column such as "Opt-in", where no means no mail.
pub(crate) fn consent(cell: &str, column: &str) -> Verdict {
    match meaning(cell) {
        Some(Meaning::Reason(reason)) => Verdict::No(reason),
        Some(Meaning::No) => Verdict::No(consent::reason_of_yes(column)),
        Some(Meaning::Yes | Meaning::Active | Meaning::Unsaid) => Verdict::Clear,
        _ if is_blank(cell) || is_date(cell) || is_tick(cell) || names_mail(cell) => Verdict::Clear,
        _ => Verdict::Unclear,
    }
}

/// A column with another program's word for the state of a subscription.
pub(crate) fn status(cell: &str) -> Verdict {
    match meaning(cell) {
        Some(Meaning::Reason(reason)) => Verdict::No(reason),
        Some(Meaning::Active | Meaning::Unsaid) => Verdict::Clear,
        _ if is_blank(cell) => Verdict::Clear,
        _ => Verdict::Unclear,
    }
}

/// A column that is filled in only for people who left or whose address died.
pub(crate) fn presence(cell: &str, reason: &'static str) -> Verdict {
    let is_none = matches!(
        meaning(cell),
        Some(Meaning::No | Meaning::Active | Meaning::Unsaid)
    ) || is_blank(cell)
        || is_no_date(cell)
        || key(cell).chars().all(|c| c == '0');
    if is_none {
        Verdict::Clear
    } else {
        Verdict::No(reason)
    }
}

/// Whether a stated reason for leaving is a complaint.
pub(crate) fn is_complaint(cell: &str) -> bool {
    let word = key(cell);
    ["spam", "abuse", "complain"]
        .iter()
        .any(|stem| word.contains(stem))
}

/// Which reason counts when several columns say no: the strictest.
pub(crate) fn weight(reason: &str) -> u8 {
    match reason {
        COMPLAINED => 3,
        UNSUBSCRIBED => 2,
        DO_NOT_CONTACT => 1,
        _ => 0,
    }
}

fn is_blank(cell: &str) -> bool {
    cell.chars()
        .all(|c| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.' | '[' | ']' | '{' | '}'))
}

fn is_tick(cell: &str) -> bool {
    matches!(
        cell.trim(),
        "✓" | "✔" | "☑" | "✗" | "✘" | "☒" | "✅" | "*" | "+"
    )
}

/// A spreadsheet's date for nothing: its day nought.
fn is_no_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or_default();
    matches!(
        day,
        "00/01/1900"
            | "0/1/1900"
            | "1/0/1900"
            | "01/00/1900"
            | "00.01.1900"
            | "1900-01-00"
            | "30.12.1899"
            | "30/12/1899"
            | "12/30/1899"
            | "1899-12-30"
            | "1899-12-31"
            | "0000-00-00"
            | "00.00.0000"
            | "00/00/0000"
    )
}

/// A serial number of a day, as a spreadsheet writes a date without its format: 2009 to 2064.
fn is_serial(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() == 5
        && cell
            .parse::<u32>()
            .is_ok_and(|day| (40_000..60_000).contains(&day))
}

/// A date or time in any usual notation: six digits at least, and nothing but what dates hold.
fn is_date(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= 6
        && cell.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | ' ' | 'T' | 'Z' | '+' | ',')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_read_in_four_languages() {
        for yes in [
            "true",
            "YES",
            "ja",
            "Oui",
            "sí",
            "1",
            "x",
            "2024-03-01 10:00:00",
            "✓",
        ] {
            assert_eq!(flag(yes, "Abgemeldet"), Verdict::No(UNSUBSCRIBED), "{yes}");
        }
        for no in ["", "false", "No", "nein", "non", "0", "-", "subscribed"] {
            assert_eq!(flag(no, "Abgemeldet"), Verdict::Clear, "{no}");
        }
        assert_eq!(flag("00/01/1900", "Unsubscribed"), Verdict::Clear);
        assert_eq!(flag("45292", "Unsubscribed"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(flag("maybe", "Opt-out"), Verdict::Unclear);
        assert_eq!(flag("yes", "Do not contact"), Verdict::No(DO_NOT_CONTACT));
        assert_eq!(flag("spam complaint", "Opt-out"), Verdict::No(COMPLAINED));
    }

    #[test]
    fn consent_is_the_other_way_round() {
        let opt_in = |cell| consent(cell, "Opt-in");
        assert_eq!(opt_in("no"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(opt_in("withdrawn"), Verdict::No(UNSUBSCRIBED));
        for yes in [
            "yes",
            "2024-03-01",
            "Yes, by phone",
            "erteilt (Messe)",
            "unknown",
            "sì",
        ] {
            assert_eq!(opt_in(yes), Verdict::Clear, "{yes}");
        }
        for yes in [
            "Yes please",
            "Email & phone",
            "E-Mail, Telefon",
            "Ja, gerne",
        ] {
            assert_eq!(opt_in(yes), Verdict::Clear, "{yes}");
        }
        assert_eq!(opt_in("No thanks"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(opt_in("Phone only"), Verdict::Unclear);
        assert_eq!(opt_in("Phone only, no email"), Verdict::No(DO_NOT_CONTACT));
        assert_eq!(opt_in("perhaps"), Verdict::Unclear);
        assert_eq!(opt_in("Yes; unsubscribed"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(consent("no", "Email valid"), Verdict::No(BOUNCED));
    }

    #[test]
    fn a_tag_may_have_its_year() {
        for (tag, reason) in [
            ("Opted-out 2023", UNSUBSCRIBED),
            ("Unsubscribed (global)", UNSUBSCRIBED),
            ("abgemeldet 2024", UNSUBSCRIBED),
            ("no-mail", DO_NOT_CONTACT),
            ("Blocked", DO_NOT_CONTACT),
        ] {
            assert_eq!(tagged(tag), Some(reason), "{tag}");
        }
        for tag in [
            "Press 2023",
            "VIP",
            "Blocked Drains Weekly",
            "Opt Out Magazine",
            "2024",
        ] {
            assert_eq!(tagged(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_status_says_why() {
        assert_eq!(status("Unsubscribed"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(status("cleaned"), Verdict::No(BOUNCED));
        assert_eq!(status("blocklisted"), Verdict::No(DO_NOT_CONTACT));
        assert_eq!(status("Active"), Verdict::Clear);
        assert_eq!(status("Subscribed, Bounced"), Verdict::No(BOUNCED));
        assert_eq!(status("Staff writer"), Verdict::Unclear);
        assert_eq!(plain(" Do not contact! "), Some(DO_NOT_CONTACT));
        assert_eq!(plain("Left"), None);
    }

    #[test]
    fn an_empty_date_of_leaving_is_none() {
        assert_eq!(
            presence("0000-00-00 00:00:00", UNSUBSCRIBED),
            Verdict::Clear
        );
        assert_eq!(presence("soft", BOUNCED), Verdict::Clear);
        assert_eq!(
            presence("2024-01-01", UNSUBSCRIBED),
            Verdict::No(UNSUBSCRIBED)
        );
    }
}
