//! What came back, as it is shown, and who waits for a decision.

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::contacts;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::store::bounce::{self, BounceRow};
use crate::store::rights;

/// So many mails to one contact bounced softly, within so many days: time for a person to decide.
/// Older ones are forgotten, so that a full mailbox of last year holds nothing against anybody.
pub const OFTEN: i64 = 3;
pub const WITHIN_DAYS: i64 = 60;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// One bounce.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Bounce {
    pub id: i64,
    pub at: Instant,
    pub class: String,
    pub reason: String,
    pub status: Option<String>,
    pub diagnostic: Option<String>,
    /// `token`, `message-id`, `recipient`; none where it is not ours and changed nothing.
    pub tied_by: Option<String>,
    /// Whether it counts against the address.
    pub counts: bool,
    pub delivery: Option<i64>,
    pub contact: Option<i64>,
    pub email: Option<String>,
    pub contact_status: Option<String>,
    pub release: Option<String>,
}

impl From<BounceRow> for Bounce {
    fn from(row: BounceRow) -> Self {
        Self {
            id: row.id,
            at: Instant::from_millis(row.at),
            class: row.class,
            reason: row.reason,
            status: row.status,
            diagnostic: row.diagnostic,
            tied_by: row.tied_by,
            counts: row.counts,
            delivery: row.delivery_id,
            contact: row.contact_id,
            email: row.email,
            contact_status: row.contact_status,
            release: row.release,
        }
    }
}

/// Bounces, newest first: a page of `limit` before the number `before` (0 for the start); of one
/// contact where one is named.
///
/// Errors: exit 2 for an unknown contact.
pub async fn list(
    desk: &Desk,
    whose: Option<&str>,
    before: i64,
    limit: i64,
) -> Result<Vec<Bounce>, Problem> {
    let mut of = Vec::new();
    if let Some(text) = whose {
        let id = contacts::show(desk, text).await?.contact.id;
        of = rights::kin(desk.store.db(), id).await?;
    }
    let rows = bounce::list(desk.store.db(), &of, before, limit).await?;
    Ok(rows.into_iter().map(Bounce::from).collect())
}

/// Contacts whose mail came back softly again and again, and who are still written to.
pub async fn to_decide(desk: &Desk) -> Result<Vec<i64>, Problem> {
    let since = Instant::from_millis(desk.now().millis() - WITHIN_DAYS * DAY);
    Ok(bounce::often_soft(desk.store.db(), since, OFTEN).await?)
}
