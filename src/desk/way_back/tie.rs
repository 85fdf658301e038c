//! Whose it is: a report counts only where it can be tied to a mail that we sent.

use crate::desk::Desk;
use crate::desk::letter::compose;
use crate::desk::problem::Problem;
use crate::domain::address;
use crate::domain::instant::Instant;
use crate::mail::bounce::envelope::Envelope;
use crate::mail::bounce::report::Report;
use crate::store::bounce::{self, Sent};
use crate::store::connection::ConnectionTrait;

/// Days in which a report that names nobody but the recipient is taken to be about our mail to
/// them: mail servers give up after five (RFC 5321, section 4.5.4.1), some after ten.
const NAMED_DAYS: i64 = 14;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A delivery of ours, and how it was recognised.
#[derive(Clone, Debug)]
pub(super) struct Tied {
    pub(super) sent: Sent,
    pub(super) by: &'static str,
}

/// By what only our mail carries: the signed token, else our Message-ID.
pub(super) async fn by_mail(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    envelope: &Envelope,
    report: &Report,
) -> Result<Option<Tied>, Problem> {
    for token in &envelope.tokens {
        let id = token.split_once('-').and_then(|(id, _)| id.parse().ok());
        let Some(id) = id else { continue };
        if let Some(sent) = bounce::sent(connection, id).await?
            && compose::tokens(desk, &sent.nonce, id).any(|ours| is_same(token, &ours))
        {
            return Ok(Some(Tied { sent, by: "token" }));
        }
    }
    let ids = report.message_id.iter().chain(&envelope.message_ids);
    for message_id in ids {
        let parts = message_id.split_once('@').and_then(|(left, domain)| {
            let (nonce, id) = left.rsplit_once('.')?;
            Some((nonce, id.parse().ok()?, domain))
        });
        let Some((nonce, id, _)) = parts else {
            continue;
        };
        if let Some(sent) = bounce::sent(connection, id).await?
            && is_same(nonce, &sent.nonce)
        {
            return Ok(Some(Tied {
                sent,
                by: "message-id",
            }));
        }
    }
    Ok(None)
}

/// By the address that a report names, where we wrote to it lately.
pub(super) async fn by_recipient(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    named: &str,
) -> Result<Option<Tied>, Problem> {
    let Some(hash) = hash(desk, named) else {
        return Ok(None);
    };
    let since = Instant::from_millis(desk.now().millis() - NAMED_DAYS * DAY);
    let sent = bounce::sent_to(connection, &hash, since).await?;
    Ok(sent.map(|sent| Tied {
        sent,
        by: "recipient",
    }))
}

pub(super) fn hash(desk: &Desk, named: &str) -> Option<String> {
    let address = address::parse(named).ok()?;
    Some(desk.key.address_hash(&address.key()))
}

/// Compares without telling by the time it takes how much of it was right.
fn is_same(one: &str, other: &str) -> bool {
    let differences = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}
