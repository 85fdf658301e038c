//! The letters of a distribution as they were frozen when it was scheduled: what `run` sends and
//! what `preview` shows are built here and nowhere else.

use std::sync::OnceLock;

use crate::desk::Desk;
use crate::desk::letter::compose::{self, Letter, Recipient};
use crate::desk::letter::opt_out_link::{self, OptOutWays};
use crate::desk::letter::rendition;
use crate::desk::problem::{Exit, Problem};
use crate::domain::distribution::Purpose;
use crate::domain::embargo::mark::marked;
use crate::domain::embargo::notice::notice_long;
use crate::domain::instant::Instant;
use crate::domain::when::Moment;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::embargo;
use crate::store::ledger::LedgerRow;

/// One letter per language that was rendered. Refused (1) where a rendition no longer is what was
/// kept at scheduling: what was approved is what is sent.
pub async fn letters(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    one: &Distribution,
) -> Result<Vec<Letter>, Problem> {
    let purpose = Purpose::parse(&one.purpose).unwrap_or(Purpose::General);
    let lift = match purpose {
        // General mail leaves at the lift or later: there is nothing to hold back any more.
        Purpose::General => None,
        _ if !purpose.carries_text() => None,
        Purpose::Advance => lift_under(connection, one).await?,
        // What follows an advance copy, before the lift.
        _ => lift_under(connection, one)
            .await?
            .filter(|lift| one.send_at < lift.instant),
    };
    let embargoed_until = lift.as_ref().map(|lift| lift.instant);
    let opt_out = OptOutWays {
        mailto: one.optout_mailto.clone(),
        link: opt_out_link::link(desk, one.optout_url.as_deref())?,
    };
    let mut letters = Vec::new();
    for rendition in distribution::renditions(connection, one.id).await? {
        if rendition::hash(&one.from_header, &one.reply_to, &rendition) != rendition.hash {
            return Err(damaged(one, "its mail was changed outside Dateline"));
        }
        let mut attachments = rendition::attachments(desk, connection, &rendition).await?;
        if let Some(lift) = &lift {
            // Files travel on without the mail around them (EMB-07).
            let own = notice_long(lift, &rendition.language, &desk.zones);
            let english = notice_long(lift, "en", &desk.zones);
            let notices = [own.as_str(), english.as_str()];
            for file in attachments.iter_mut().filter(|one| one.inline_id.is_none()) {
                let text = marked(&file.bytes, &file.media_type, &file.file_name, &notices);
                if let Some(text) = text {
                    file.bytes = text.into();
                }
                file.file_name = format!("EMBARGOED-{}", file.file_name);
            }
        }
        letters.push(Letter {
            from: one.from_header.clone(),
            reply_to: one.reply_to.clone(),
            rendition,
            attachments: attachments.into(),
            embargoed_until,
            nonce: one.nonce.clone(),
            message_domain: one.message_domain.clone(),
            opt_out: opt_out.clone(),
            envelope_from: crate::desk::release::prepare::envelope_from(desk, &one.from_header),
            mold: OnceLock::new(),
            bare: OnceLock::new(),
            linked: OnceLock::new(),
        });
    }
    if letters.is_empty() {
        return Err(damaged(one, "it was never rendered"));
    }
    Ok(letters)
}

/// The lift that the distribution was rendered for.
async fn lift_under(
    connection: &impl ConnectionTrait,
    one: &Distribution,
) -> Result<Option<Moment>, Problem> {
    let acts = embargo::records(connection, one.release_id).await?;
    let act = acts.into_iter().find(|act| act.seq == one.embargo_seq);
    Ok(act.and_then(|act| act.moment))
}

/// The letter in a language; where there is none in it, the first.
pub fn in_language<'a>(letters: &'a [Letter], language: &str) -> Option<&'a Letter> {
    letters
        .iter()
        .find(|letter| letter.rendition.language == language)
        .or_else(|| letters.first())
}

/// A row as the recipient of its letter: tried or not, its mail is dated once and for all.
pub fn recipient(one: &Distribution, row: &LedgerRow) -> Recipient {
    Recipient {
        delivery_id: row.delivery_id,
        address: row.address.clone(),
        slots: row.slots.clone(),
        first_attempt_at: row
            .first_attempt_at
            .map_or(one.send_at, Instant::from_millis),
        replies_to: match (
            row.replies_to_id,
            &row.replies_to_nonce,
            &row.replies_to_domain,
        ) {
            (Some(id), Some(nonce), Some(domain)) => Some(compose::message_id(nonce, id, domain)),
            _ => None,
        },
    }
}

fn damaged(one: &Distribution, what: &str) -> Problem {
    Problem::new(
        Exit::Failed,
        compose::DAMAGED,
        format!("distribution {} cannot be sent: {what}", one.id),
    )
    .hint("cancel it and schedule it again, or restore the last backup")
}
