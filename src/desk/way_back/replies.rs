//! Answers of journalists: kept with what they answer, shown with the contact and the release, and
//! forgotten when `[privacy]` says so.

use std::time::Duration;

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::domain::answer::{own_words, says_yes};
use crate::domain::instant::Instant;
use crate::mail::answer::written;
use crate::store::bounce;
use crate::store::connection::ConnectionTrait;
use crate::store::reply::{self, NewReply, ReplyRow};

/// An answer as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Answer {
    pub delivery: i64,
    pub contact: i64,
    pub release: String,
    pub at: Instant,
    /// None once it was forgotten.
    pub subject: Option<String>,
    /// The person's own words, without what they quote.
    pub text: Option<String>,
    /// The command that writes an agreement down, where this says yes to an embargo.
    pub offer: Option<String>,
}

/// Keeps an answer to a delivery, in the transaction of the mail that brought it. Attachments and
/// quotations are not kept.
pub async fn keep(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    bytes: &[u8],
    delivery_id: i64,
) -> Result<(), Problem> {
    let Some(written) = written(bytes) else {
        return Ok(());
    };
    let own = own_words(&written.text);
    let new = NewReply {
        delivery_id,
        at: desk.now(),
        is_yes: says_yes(&own),
        subject: &written.subject,
        text: &own,
    };
    reply::insert(connection, &new).await?;
    Ok(())
}

/// The answers to a release, oldest first.
pub async fn of_release(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<Answer>, Problem> {
    let rows = reply::of_release(connection, release_id).await?;
    Ok(rows.into_iter().map(answer).collect())
}

/// The answers of a contact, oldest first.
pub async fn of_contact(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<Answer>, Problem> {
    let rows = reply::of_contact(connection, contact_id).await?;
    Ok(rows.into_iter().map(answer).collect())
}

fn answer(row: ReplyRow) -> Answer {
    let offers = row.is_yes && row.purpose == "embargo-ask" && !row.email.is_empty();
    let offer = offers.then(|| {
        format!(
            "dateline agreement add {} --scope release:{} --how email",
            row.email, row.release
        )
    });
    Answer {
        delivery: row.delivery_id,
        contact: row.contact_id,
        release: row.release,
        at: Instant::from_millis(row.at),
        subject: row.subject,
        text: row.text,
        offer,
    }
}

/// Forgets what was said longer ago than `[privacy] keep_message_text_days`, and the words of bounces
/// older than `keep_bounces_days`; that somebody answered, and that mail came back, stays. `run`
/// calls it.
pub async fn forget(desk: &Desk) -> Result<u64, Problem> {
    let cutoff = |days: u32| {
        let age = Duration::from_hours(24 * u64::from(days)).as_millis();
        let age = i64::try_from(age).unwrap_or(i64::MAX);
        Instant::from_millis(desk.now().millis().saturating_sub(age))
    };
    let privacy = &desk.config.privacy;
    let answers = reply::forget(desk.store.db(), cutoff(privacy.keep_message_text_days)).await?;
    let bounces = bounce::forget(desk.store.db(), cutoff(privacy.keep_bounces_days)).await?;
    Ok(answers + bounces)
}
