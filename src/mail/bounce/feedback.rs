//! Complaints: "this is spam", as the mailbox providers report it (RFC 5965), also in broken forms.

use crate::mail::bounce::addresses;
use crate::mail::bounce::parts::Parts;
use crate::mail::bounce::report::{Reason, Recipient};
use crate::mail::bounce::{recipient, running_text, status};

/// Types of report that are a person's complaint (RFC 5965, section 7.3; opt-out of RFC 6430's
/// register). `not-spam` takes one back, `auth-failure` and `dmarc` speak of us.
const COMPLAINTS: [&str; 6] = [
    "abuse",
    "fraud",
    "other",
    "opt-out",
    "opt-out-list",
    "miscategorized",
];

/// Who complained; `None` where it is no complaint.
pub(super) fn complaint(parts: &Parts) -> Option<Vec<Recipient>> {
    let Some(feedback) = &parts.feedback else {
        return without_fields(parts);
    };
    let fields = status::fields(feedback);
    let get = |wanted: &str| {
        fields
            .iter()
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    let kind = get("feedback-type").unwrap_or("abuse").to_ascii_lowercase();
    if !COMPLAINTS.contains(&kind.trim()) {
        return None;
    }
    let named = ["original-rcpt-to", "removal-recipient"]
        .iter()
        .find_map(|name| get(name))
        .and_then(addresses::bare);
    let address = named
        .filter(|address| address.contains('.'))
        .or_else(|| running_text::returned_recipient(parts));
    let to = address.into_iter();
    Some(
        to.map(|address| recipient(address, Reason::Unclear, None, &format!("feedback: {kind}")))
            .collect(),
    )
}

/// Hotmail sends the message alone, with a subject of its own; others forget the fields' part.
fn without_fields(parts: &Parts) -> Option<Vec<Recipient>> {
    let from = parts.header("from").to_ascii_lowercase();
    let is_hotmail = from.contains("staff@hotmail.com") || from.contains("complaint@");
    let subject = parts.subject.to_ascii_lowercase();
    let is_named = subject.starts_with("complaint about message from")
        || subject.starts_with("fw: spam report")
        || subject.starts_with("email feedback report");
    let says_so = parts.content_type.contains("feedback-report")
        || (is_hotmail && subject.contains("complaint"))
        || (is_named && !parts.returned.is_empty());
    if !says_so {
        return None;
    }
    let hidden = status::fields(&parts.returned)
        .into_iter()
        .find(|(name, _)| name == "x-hmxmroriginalrecipient")
        .and_then(|(_, value)| addresses::bare(&value));
    let in_text = status::fields(&parts.text)
        .into_iter()
        .find(|(name, _)| name == "original-rcpt-to")
        .and_then(|(_, value)| addresses::bare(&value));
    let address = hidden
        .or(in_text)
        .or_else(|| running_text::returned_recipient(parts));
    Some(
        address
            .into_iter()
            .map(|address| recipient(address, Reason::Unclear, None, "feedback: abuse"))
            .collect(),
    )
}
