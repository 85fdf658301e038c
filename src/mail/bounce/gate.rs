//! What kind of mail this is, before anybody is looked for in it.

use crate::mail::bounce::parts::Parts;
use crate::mail::bounce::running_text;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    Report,
    Automatic,
    Ordinary,
}

/// Words in the sender's address or name that a mail system uses, and people do not.
const DAEMONS: &[&str] = &[
    "mailer-daemon",
    "mailer_daemon",
    "mailerdaemon",
    "mail-daemon",
    "maildaemon",
    "postmaster",
    "mail delivery",
    "delivery subsystem",
    "system administrator",
    "mail system",
    "mail administrator",
    "mailadministrator",
    "mdaemon",
    "bounce@",
    "bounces@",
    "mail-delivery",
    "<>",
    "smtp server",
    "mail server",
    "mta@",
    "ldapadmin",
    "internet mail",
    "automatic-mail",
    "mailsystem",
    "exchange",
    "microsoftexchange",
    "nobody@",
    "no-reply@sns.amazonaws",
    "mail_delivery",
    "email administrator",
    "mail router",
    "mailman@localhost",
    "courier",
    "bouncer",
    "mail gateway",
    "mailgateway",
    "undeliver",
];

const SUBJECTS: &[&str] = &[
    "undeliver",
    "undelivered",
    "returned mail",
    "delivery status notification",
    "delivery failure",
    "failure notice",
    "failure notification",
    "delivery failed",
    "mail delivery failed",
    "delivery notification",
    "delivery report",
    "non delivery",
    "non-delivery",
    "nondeliverable",
    "non remis",
    "nicht zustellbar",
    "unzustellbar",
    "could not be delivered",
    "not delivered",
    "couldn't be delivered",
    "mail delivery",
    "delivery problem",
    "delivery error",
    "mail failure",
    "mail error",
    "mail system error",
    "message delayed",
    "delayed",
    "warning: could not send",
    "could not send message",
    "returned to sender",
    "return to sender",
    "unable to deliver",
    "message could not",
    "delivery has failed",
    "delivery unsuccessful",
    "rejected",
    "mail returned",
    "message returned",
    "no se puede entregar",
    "no entregado",
    "error de entrega",
    "devuelto",
    "échec",
    "echec",
    "non distribu",
    "remise",
    "non recapitabil",
    "impossibile recapitare",
    "mancato recapito",
    "onbestelbaar",
    "kan niet worden bezorgd",
    "não é possível entregar",
    "não entregue",
    "nao entregue",
    "falha na entrega",
    "kan ikke leveres",
    "går inte att leverera",
    "olevererbar",
    "kan ikke levere",
    "nie można dostarczyć",
    "niedostarczal",
    "недостав",
    "не удалось доставить",
    "配信不能",
    "配信不可",
    "配信できません",
    "配信エラー",
    "送信できませんでした",
    "エラーメール",
    "退信",
    "退件",
    "无法投递",
    "无法送达",
    "未送达",
    "無法傳遞",
    "系统退信",
    "mailbox full",
    "user unknown",
    "unknown user",
    "no longer in use",
    "zustellung",
    "nondelivery",
    "invalid recipient",
    "invalid address",
    "bounced",
    "delivery to",
    "message status",
    "failed mail",
    "failed delivery",
    "error sending",
    "problem delivering",
    "message undeliv",
    "quota exceeded",
    "mail could not",
    "message you sent",
    "e-mail could not",
    "not reach",
    "delivery subsystem",
    "mail not",
    "email not",
    "transport error",
    "delivery incomplete",
    "blocked by",
];

/// Subjects of programs that answer for a person.
const ANSWERS: &[&str] = &[
    "out of office",
    "out of the office",
    "out-of-office",
    "auto:",
    "autoreply",
    "auto reply",
    "auto-reply",
    "automatic reply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automated response",
    "automatic response",
    "automated reply",
    "vacation",
    "on holiday",
    "on leave",
    "away from",
    "i am away",
    "away until",
    "abwesen",
    "automatische antwort",
    "automatisch antwoord",
    "afwezig",
    "réponse automatique",
    "absence",
    "absent",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "risposta automatica",
    "fuori ufficio",
    "resposta automática",
    "fora do escrit",
    "automatisk svar",
    "autosvar",
    "automatiskt svar",
    "frånvaro",
    "自動返信",
    "自动回复",
    "自動回覆",
    "不在",
    "автоответ",
    "автоматический ответ",
    "autoodpowiedź",
    "odpowiedź automatyczna",
    "has left",
    "no longer with",
    "maternity",
    "parental leave",
    "annual leave",
    "ooo",
    "confirm your message",
    "confirm your email",
    "please confirm",
    "verify your",
    "challenge",
    "your message to",
    "message receipt",
    "your request",
    "thank you for",
    "ticket",
    "your email has been received",
    "we have received",
    "read:",
    "not read:",
    "gelesen:",
    "lu :",
    "lu:",
    "leído:",
    "letto:",
    "gelezen:",
    "return receipt",
    "read receipt",
    "disposition notification",
];

/// Sorts a mail by its headers first and its words second.
pub(super) fn look(parts: &Parts) -> Look {
    if parts.has_disposition || parts.content_type.contains("disposition-notification") {
        return Look::Automatic;
    }
    let has_fates = !parts.statuses.is_empty();
    if has_fates {
        return Look::Report;
    }
    let subject = parts.subject.trim().to_lowercase();
    let is_daemon = is_daemon(parts);
    let failed = !parts.header("x-failed-recipients").is_empty();
    let is_report = parts.content_type.contains("delivery-status");
    let opens = running_text::opens_like_report(&parts.text);
    let is_answer = is_answer(parts, &subject);
    if !is_daemon && !failed && !is_report {
        if is_answer {
            return Look::Automatic;
        }
        if is_conversation(parts, &subject) {
            return Look::Ordinary;
        }
    }
    let null_path = parts.all("return-path").any(|path| {
        let path = path.trim().to_ascii_lowercase();
        path == "<>" || path.contains("mailer-daemon")
    });
    let titled = SUBJECTS.iter().any(|phrase| subject.contains(phrase));
    let points = 2 * u8::from(is_daemon)
        + 4 * u8::from(failed)
        + 2 * u8::from(is_report)
        + u8::from(null_path)
        + 2 * u8::from(titled)
        + 3 * u8::from(opens);
    let says_what = titled || opens || failed || is_report;
    let enough = if is_bulk(parts) && !is_daemon { 6 } else { 3 };
    if says_what && points >= enough && !(is_answer && !opens && !titled) {
        return Look::Report;
    }
    if is_answer || is_automatic(parts) {
        return Look::Automatic;
    }
    Look::Ordinary
}

/// Says of a person that they work there no more; a hint for whoever keeps the list.
pub(super) fn has_left(parts: &Parts) -> bool {
    let words = format!("{} {}", parts.subject, parts.text).to_lowercase();
    [
        "no longer with",
        "no longer work",
        "has left",
        "have left",
        "left the company",
        "is no longer employed",
        "no longer at",
        "no longer in use",
        "nicht mehr im unternehmen",
        "nicht mehr für",
        "nicht mehr bei",
        "ausgeschieden",
        "ne travaille plus",
        "a quitté",
        "ya no trabaja",
        "non lavora più",
        "werkt niet meer",
        "não trabalha mais",
        "last day",
    ]
    .iter()
    .any(|phrase| words.contains(phrase))
}

fn is_daemon(parts: &Parts) -> bool {
    ["from", "sender"].iter().any(|name| {
        let from = parts.header(name).to_lowercase();
        DAEMONS.iter().any(|word| from.contains(word))
    })
}

/// A person writing to a person, or one mail passed on.
fn is_conversation(parts: &Parts, subject: &str) -> bool {
    let prefixes = [
        "re:", "aw:", "fw:", "fwd:", "wg:", "sv:", "antw:", "tr:", "rv:", "r:", "res:", "回复",
        "答复",
    ];
    let replies = prefixes.iter().any(|prefix| subject.starts_with(prefix));
    let quotes = parts
        .text
        .lines()
        .any(|line| line.starts_with('>') && line.contains("550"));
    replies || quotes
}

fn is_answer(parts: &Parts, subject: &str) -> bool {
    ANSWERS.iter().any(|phrase| subject.contains(phrase))
        && !SUBJECTS.iter().any(|phrase| subject.contains(phrase))
        || [
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-auto-reply-from",
            "x-mail-autoreply",
            "x-autogenerated-reply",
        ]
        .iter()
        .any(|name| !parts.header(name).is_empty())
        || !parts.header("x-ms-exchange-inbox-rules-loop").is_empty()
        || parts
            .header("delivered-to")
            .eq_ignore_ascii_case("autoresponder")
        || ["auto_reply", "autoreply"]
            .contains(&parts.header("precedence").to_ascii_lowercase().as_str())
        || parts
            .header("auto-submitted")
            .to_ascii_lowercase()
            .contains("vacation")
}

fn is_automatic(parts: &Parts) -> bool {
    parts
        .header("auto-submitted")
        .to_ascii_lowercase()
        .starts_with("auto-replied")
}

fn is_bulk(parts: &Parts) -> bool {
    !parts.header("list-id").is_empty() || !parts.header("list-unsubscribe").is_empty()
}
