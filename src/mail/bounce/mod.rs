//! Reading what comes back: delivery reports (RFC 3464), complaints (RFC 5965), the free-text forms
//! of older and stubborn servers, and what only looks like one of them.
//!
//! `parts` takes a mail apart, `gate` says what kind it is, `status` and `running_text` find who is
//! meant, `classify` why.

mod addresses;
mod classify;
pub mod envelope;
mod feedback;
mod gate;
mod parts;
pub mod report;
mod running_text;
mod status;
#[cfg(test)]
mod tests;

use crate::mail::bounce::gate::Look;
use crate::mail::bounce::parts::Parts;
use crate::mail::bounce::report::{Class, Kind, Reason, Recipient, Report};
use crate::mail::bounce::status::Fate;

/// Recipients that one report may name; a forged one could name a million.
const MOST: usize = 100;

/// Reads one mail. Never fails: what is not understood is `Kind::Other`.
pub fn read(bytes: &[u8]) -> Report {
    let parts = Parts::read(bytes);
    let mut report = Report {
        message_id: returned_id(&parts),
        ..Report::default()
    };
    if let Some(recipients) = feedback::complaint(&parts) {
        report.kind = Kind::Complaint;
        report.recipients = recipients;
        return report;
    }
    if parts.feedback.is_some() {
        return report;
    }
    let look = gate::look(&parts);
    match look {
        Look::Automatic => {
            report.kind = Kind::AutoReply;
            report.hint = gate::has_left(&parts).then_some("has-left");
            return report;
        }
        Look::Ordinary => return report,
        Look::Report => {}
    }
    report.recipients = from_status(&parts);
    if report.recipients.is_empty() && !says_only_good(&parts) {
        report.recipients = running_text::recipients(&parts);
    }
    report.recipients.truncate(MOST);
    if !report.recipients.is_empty() {
        report.kind = Kind::Bounce;
    }
    report
}

/// What the machine-readable part says; only of those whose mail did not arrive.
fn from_status(parts: &Parts) -> Vec<Recipient> {
    let fates = all_fates(parts);
    let is_single = fates.iter().filter(|fate| is_failure(fate)).count() == 1;
    let mut recipients: Vec<Recipient> = Vec::new();
    for fate in fates.into_iter().filter(is_failure) {
        let Some(recipient) = judged(fate, parts, is_single) else {
            continue;
        };
        // Named twice: the first word stands.
        let is_known = recipients
            .iter()
            .any(|one| one.address.eq_ignore_ascii_case(&recipient.address));
        if !is_known {
            recipients.push(recipient);
        }
    }
    recipients
}

fn all_fates(parts: &Parts) -> Vec<Fate> {
    let mut fates: Vec<Fate> = parts
        .statuses
        .iter()
        .flat_map(|text| status::fates(text))
        .collect();
    if fates.is_empty() && parts.text.to_ascii_lowercase().contains("final-recipient:") {
        fates = status::fates(&parts.text);
    }
    fates
}

/// `delivered`, `relayed` and `expanded` are good news (RFC 3464, section 2.3.3).
fn is_failure(fate: &Fate) -> bool {
    match fate.action.as_str() {
        action if action.starts_with("fail") || action.starts_with("delayed") => true,
        "" => !fate.status.starts_with('2'),
        action => {
            let is_good = ["delivered", "relayed", "expanded", "deliver", "success"]
                .iter()
                .any(|good| action.starts_with(good));
            !is_good && !fate.status.starts_with('2')
        }
    }
}

/// A report that tells of nothing but success.
fn says_only_good(parts: &Parts) -> bool {
    let fates = all_fates(parts);
    !fates.is_empty() && fates.iter().all(|fate| !is_failure(fate))
}

fn judged(fate: Fate, parts: &Parts, is_single: bool) -> Option<Recipient> {
    let mut address = fate.address;
    if !address.contains('@') {
        // Only a name of a mailbox: whom we wrote to says the rest.
        address = is_single
            .then(|| running_text::returned_recipient(parts))
            .flatten()?;
    }
    let code = classify::enhanced(&fate.status);
    let inner = classify::enhanced(&fate.diagnostic);
    // "5.0.0" says nothing; the reply beside it may.
    let status = match (code, inner) {
        (Some(code), Some(inner)) if is_vague(&code) => Some(inner),
        (Some(code), _) => Some(code),
        (None, inner) => inner,
    };
    let is_delayed = fate.action.starts_with("delayed");
    let words = format!("{} {}", fate.diagnostic, comment(&fate.status));
    let said = running_text::about(parts, &address, is_single);
    let mut reason = classify::reason(&words, None);
    if let Some(lda) = running_text::rejected_by_agent(&parts.text) {
        reason = Some(lda);
    }
    let reason = reason
        .or_else(|| classify::by_words(&said))
        .or_else(|| classify::reason("", status.as_deref()));
    let mut reason = reason.unwrap_or(Reason::Unclear);
    let is_temporary = status.as_deref().is_some_and(|code| code.starts_with('4'));
    if (is_delayed || is_temporary) && reason.class() == Class::Hard {
        reason = if is_delayed {
            Reason::Delayed
        } else {
            Reason::Expired
        };
    }
    if is_delayed && reason == Reason::Unclear {
        reason = Reason::Delayed;
    }
    let diagnostic = if fate.diagnostic.is_empty() {
        said
    } else {
        fate.diagnostic
    };
    Some(recipient(address, reason, status, &diagnostic))
}

fn is_vague(code: &str) -> bool {
    code.ends_with(".0.0")
}

/// What stands behind the code in a `Status:` field.
fn comment(status: &str) -> &str {
    status.split_once('(').map_or("", |(_, comment)| comment)
}

fn recipient(
    address: String,
    reason: Reason,
    status: Option<String>,
    diagnostic: &str,
) -> Recipient {
    let words: Vec<_> = diagnostic.split_whitespace().take(100).collect();
    Recipient {
        address,
        class: reason.class(),
        status,
        reason,
        diagnostic: words.join(" ").chars().take(500).collect(),
    }
}

/// The Message-ID of the mail that came back, else of the one that this answers.
fn returned_id(parts: &Parts) -> Option<String> {
    let returned = if parts.returned.is_empty() {
        running_text::after_separator(&parts.text)
    } else {
        parts.returned.as_str()
    };
    let id = status::fields(returned)
        .into_iter()
        .find(|(name, value)| name == "message-id" && !value.is_empty())
        .map(|(_, value)| value);
    let id = id.or_else(|| {
        let answered = parts.header("in-reply-to");
        (!answered.is_empty()).then(|| answered.to_owned())
    })?;
    let id = id.split_once('<').map_or(id.as_str(), |(_, rest)| rest);
    let id = id.split_once('>').map_or(id, |(id, _)| id).trim();
    (!id.is_empty() && id.len() < 500).then(|| id.to_owned())
}
