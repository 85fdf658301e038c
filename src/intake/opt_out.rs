//! What a cell says about writing to a person: yes, no, or nothing we understand.

use crate::intake::cell::key;

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

const YES: &str = "yes y true t 1 x on ja j wahr oui o vrai si s verdadero checked ok";
const NO: &str = "no n false f 0 off none never null na nein nie falsch non jamais faux nunca falso unchecked nichts";
const ACTIVE: &str = "active subscribed enabled confirmed optedin optin allowed valid ok implied express granted \
                      implicit explicit pending unconfirmed softbounce softbounced soft deliverable verified \
                      aktiv angemeldet bestatigt abonniert actif abonne inscrit confirme activo suscrito confirmado";
const REASONS: [(&str, &str); 4] = [
    (
        COMPLAINED,
        "complained complaint complaints spam spamcomplaint abuse markedasspam reportedspam spamreport junk reported",
    ),
    (
        BOUNCED,
        "bounced bounce hardbounce hardbounced hard cleaned undeliverable invalid dead unzustellbar rebote rebotado",
    ),
    (
        UNSUBSCRIBED,
        "unsubscribed unsubscribe unsub optedout optout out removed revoked withdrawn abgemeldet abbestellt ausgetragen \
         desabonne desinscrit baja dadodebaja desuscrito cancelled canceled left",
    ),
    (
        DO_NOT_CONTACT,
        "donotcontact donotemail donotmail dnc blocklisted blacklisted blocked suppressed declined refused inactive disabled \
         archived deleted denied nocontact noemail gesperrt widersprochen inaktiv nichtkontaktieren keinkontakt \
         bloque inactif nepascontacter bloqueado inactivo nocontactar",
    ),
];

fn is_in(words: &str, key: &str) -> bool {
    words.split_whitespace().any(|word| word == key)
}

/// The reason that a word for "never write" means.
pub(crate) fn reason(cell: &str) -> Option<&'static str> {
    let key = key(cell);
    REASONS
        .iter()
        .find(|(_, words)| is_in(words, &key))
        .map(|(reason, _)| *reason)
}

/// A column such as "Opt-out", where yes (or a date, or a reason) means no mail.
pub(crate) fn flag(cell: &str, column: &str) -> Verdict {
    let word = key(cell);
    if let Some(reason) = reason(cell) {
        Verdict::No(reason)
    } else if is_in(YES, &word) || is_date(cell) || is_tick(cell) {
        Verdict::No(reason_of_column(column))
    } else if is_blank(cell) || is_in(NO, &word) || is_in(ACTIVE, &word) {
        Verdict::Clear
    } else {
        Verdict::Unclear
    }
}

/// A column such as "Opt-in", where no means no mail.
pub(crate) fn consent(cell: &str) -> Verdict {
    let word = key(cell);
    if let Some(reason) = reason(cell) {
        Verdict::No(reason)
    } else if is_in(NO, &word) {
        Verdict::No(UNSUBSCRIBED)
    } else if is_blank(cell)
        || is_in(YES, &word)
        || is_in(ACTIVE, &word)
        || is_date(cell)
        || is_tick(cell)
    {
        Verdict::Clear
    } else {
        Verdict::Unclear
    }
}

/// A column with another program's word for the state of a subscription.
pub(crate) fn status(cell: &str) -> Verdict {
    let word = key(cell);
    if let Some(reason) = reason(cell) {
        Verdict::No(reason)
    } else if is_blank(cell) || is_in(ACTIVE, &word) {
        Verdict::Clear
    } else {
        Verdict::Unclear
    }
}

/// A column that is filled in only for people who left or whose address died.
pub(crate) fn presence(cell: &str, reason: &'static str) -> Verdict {
    let word = key(cell);
    if is_blank(cell) || is_in(NO, &word) || is_in(ACTIVE, &word) || word.chars().all(|c| c == '0')
    {
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

fn reason_of_column(column: &str) -> &'static str {
    let word = key(column);
    let is_wish = [
        "unsub",
        "optout",
        "optedout",
        "abgemeldet",
        "abbestellt",
        "desabonne",
        "desinscrit",
        "baja",
        "desuscrito",
    ]
    .iter()
    .any(|stem| word.contains(stem));
    if is_wish {
        UNSUBSCRIBED
    } else {
        DO_NOT_CONTACT
    }
}

fn is_blank(cell: &str) -> bool {
    cell.chars()
        .all(|c| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.'))
}

fn is_tick(cell: &str) -> bool {
    matches!(
        cell.trim(),
        "✓" | "✔" | "☑" | "✗" | "✘" | "☒" | "✅" | "*" | "+"
    )
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
        assert_eq!(flag("maybe", "Opt-out"), Verdict::Unclear);
        assert_eq!(flag("yes", "Do not contact"), Verdict::No(DO_NOT_CONTACT));
        assert_eq!(flag("spam complaint", "Opt-out"), Verdict::No(COMPLAINED));
    }

    #[test]
    fn consent_is_the_other_way_round() {
        assert_eq!(consent("no"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(consent("yes"), Verdict::Clear);
        assert_eq!(consent("2024-03-01"), Verdict::Clear);
        assert_eq!(consent("perhaps"), Verdict::Unclear);
    }

    #[test]
    fn a_status_says_why() {
        assert_eq!(status("Unsubscribed"), Verdict::No(UNSUBSCRIBED));
        assert_eq!(status("cleaned"), Verdict::No(BOUNCED));
        assert_eq!(status("blocklisted"), Verdict::No(DO_NOT_CONTACT));
        assert_eq!(status("Active"), Verdict::Clear);
        assert_eq!(status("Staff writer"), Verdict::Unclear);
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
