//! Claiming rows: embargo, stop and limits are checked in the same transaction, and who said no
//! meanwhile is taken out.

use std::collections::HashMap;

use crate::desk::letter::compose::Recipient;
use crate::desk::problem::Problem;
use crate::desk::run::active::Active;
use crate::desk::run::ledger::Ledger;
use crate::desk::run::limits;
use crate::desk::run::worker::Job;
use crate::domain::instant::Instant;
use crate::store::connection::ConnectionTrait;
use crate::store::{claim, delivery, suppression};

impl Ledger {
    /// Claims up to `asked` rows of what is at work, within the limits. The first `at_once` of them
    /// are begun with the claim: there is a worker with nothing in hand for each.
    pub(crate) async fn claim(
        &mut self,
        connection: &impl ConnectionTrait,
        asked: u64,
        at_once: u64,
    ) -> Result<Vec<Job>, Problem> {
        let lease = self.lease();
        self.room_at = None;
        if !self.active.values().any(|active| active.permits(lease.now)) {
            return Ok(Vec::new());
        }
        let mut room = limits::room(connection, &self.rates, lease.now, asked).await?;
        self.room_at = room.again_at;
        let mut jobs = Vec::new();
        for (id, active) in &self.active {
            let left = room
                .rows
                .saturating_sub(u64::try_from(jobs.len()).unwrap_or(u64::MAX));
            if left == 0 {
                break;
            }
            if !active.permits(lease.now) {
                continue;
            }
            let begun = u64::try_from(jobs.iter().filter(|job: &&Job| job.is_granted).count())
                .unwrap_or(u64::MAX);
            let first = if self.begins_at_once {
                left
            } else {
                at_once.saturating_sub(begun).min(left)
            };
            let mut rows = Vec::new();
            for (count, begin) in [(first, true), (left - first, false)] {
                if count > 0 {
                    let claimed =
                        claim::due(connection, *id, count, &room.share, begin, lease).await?;
                    for row in &claimed {
                        room.share.take(&row.domain);
                    }
                    rows.extend(claimed.into_iter().map(|row| (row, begin)));
                }
            }
            let barred = barred(connection, active, &rows).await?;
            for (row, begin) in rows {
                if let Some(reason) = barred.get(&row.contact_id) {
                    delivery::suppress_claimed(connection, row.id, row.fence, lease.now, reason)
                        .await?;
                    continue;
                }
                jobs.extend(self.job(active, row, begin));
            }
        }
        if jobs.is_empty() && room.rows > 0 && room.share.usual.is_some() {
            self.room_at = Some(limits::domains_free_at(connection, lease.now).await?);
        }
        self.counts.claimed += u64::try_from(jobs.len()).unwrap_or(0);
        Ok(jobs)
    }

    fn job(&self, active: &Active, row: claim::Claimed, is_granted: bool) -> Option<Job> {
        let first_attempt_at = Instant::from_millis(row.first_attempt_at);
        Some(Job {
            id: row.id,
            fence: row.fence,
            distribution_id: active.distribution.id,
            contact_id: row.contact_id,
            list_id: row.list_id,
            domain: row.domain,
            attempts: row.attempts,
            first_attempt_at,
            not_before: active.not_before(),
            claimed_in: self.seq,
            is_granted,
            letter: active.letter(&row.language)?,
            recipient: Recipient {
                delivery_id: row.id,
                address: row.address,
                slots: row.slots,
                first_attempt_at,
            },
        })
    }

    /// Whether this recipient must not be written to after all; if so, the row says why. An
    /// opt-out between claim and body still counts (MAIL-12).
    pub(crate) async fn is_suppressed(
        &self,
        connection: &impl ConnectionTrait,
        job: &Job,
    ) -> Result<bool, Problem> {
        let Some(active) = self.active.get(&job.distribution_id) else {
            return Ok(true);
        };
        let why = why_barred(connection, active, &[job.contact_id], job.list_id).await?;
        let Some((_, reason)) = why.first() else {
            return Ok(false);
        };
        delivery::suppress_claimed(connection, job.id, job.fence, self.desk.now(), reason).await?;
        Ok(true)
    }
}

/// Claimed contacts that must not be written to after all, with the reason for their row.
async fn barred(
    connection: &impl ConnectionTrait,
    active: &Active,
    rows: &[(claim::Claimed, bool)],
) -> Result<HashMap<i64, String>, Problem> {
    let mut by_list: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    for (row, _) in rows {
        by_list.entry(row.list_id).or_default().push(row.contact_id);
    }
    let mut barred = HashMap::new();
    for (list, contacts) in by_list {
        barred.extend(why_barred(connection, active, &contacts, list).await?);
    }
    Ok(barred)
}

async fn why_barred(
    connection: &impl ConnectionTrait,
    active: &Active,
    contacts: &[i64],
    list: Option<i64>,
) -> Result<Vec<(i64, String)>, Problem> {
    let mut why = delivery::inactive(connection, contacts).await?;
    let no = suppression::live_reason(connection, contacts, &active.organizations, list).await?;
    why.extend(no.into_iter().map(|(id, _)| (id, "opted-out".to_owned())));
    Ok(why)
}
