//! Claiming rows: embargo, stop and limits are checked in the same transaction, and who said no
//! meanwhile is taken out.

use std::collections::HashMap;

use crate::desk::distribution::follow_up;
use crate::desk::embargo::permit;
use crate::desk::letter::compose::{self, Recipient};
use crate::desk::problem::Problem;
use crate::desk::run::active::Active;
use crate::desk::run::ledger::Ledger;
use crate::desk::run::limits;
use crate::desk::run::worker::Job;
use crate::domain::distribution::{Block, Purpose};
use crate::domain::instant::Instant;
use crate::store::connection::ConnectionTrait;
use crate::store::{claim, delivery, holders};

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
        self.end_past(connection, lease.now).await?;
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
                    let was_all = room.share.usual.is_none()
                        && u64::try_from(claimed.len()).is_ok_and(|got| got < count);
                    rows.extend(claimed.into_iter().map(|row| (row, begin)));
                    // Asking again would find nothing, and at an instant each question counts.
                    if was_all {
                        break;
                    }
                }
            }
            let verdicts = verdicts(connection, active, &rows, lease.now).await?;
            let answered = answered(connection, &rows).await?;
            for (row, begin) in rows {
                let verdict = verdicts.get(&row.contact_id).cloned().unwrap_or_default();
                if let Some(reason) = verdict.barred {
                    delivery::suppress_claimed(connection, row.id, row.fence, lease.now, &reason)
                        .await?;
                    continue;
                }
                let replies_to = row.replies_to_id.and_then(|id| answered.get(&id).cloned());
                let job = self.job(active, row, begin, replies_to);
                jobs.extend(job.map(|job| job.permitted_until(verdict.permit_ends)));
            }
        }
        if jobs.is_empty() && room.rows > 0 && room.share.usual.is_some() {
            self.room_at = Some(limits::domains_free_at(connection, lease.now).await?);
        }
        self.counts.claimed += u64::try_from(jobs.len()).unwrap_or(0);
        Ok(jobs)
    }

    fn job(
        &self,
        active: &Active,
        row: claim::Claimed,
        is_granted: bool,
        replies_to: Option<String>,
    ) -> Option<Job> {
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
            not_after: active.not_after(),
            claimed_in: self.seq,
            is_granted,
            letter: active.letter(&row.language)?,
            recipient: Recipient {
                delivery_id: row.id,
                address: row.address,
                slots: row.slots,
                first_attempt_at,
                replies_to,
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
        let now = self.desk.now();
        let mut found = HashMap::new();
        judge(
            connection,
            active,
            &[job.contact_id],
            job.list_id,
            now,
            &mut found,
        )
        .await?;
        let Some(reason) = found.remove(&job.contact_id).and_then(|one| one.barred) else {
            return Ok(false);
        };
        delivery::suppress_claimed(connection, job.id, job.fence, now, &reason).await?;
        Ok(true)
    }

    /// Advance copies that were not sent by the lift never are: a person is told and cancels them.
    async fn end_past(
        &mut self,
        connection: &impl ConnectionTrait,
        now: Instant,
    ) -> Result<(), Problem> {
        let past: Vec<i64> = self
            .active
            .iter()
            .filter(|(_, active)| active.is_past(now))
            .map(|(id, _)| *id)
            .collect();
        for id in past {
            if delivery::is_open(connection, id).await? {
                self.block(connection, id, Block::Embargo).await?;
                self.active.remove(&id);
            }
        }
        Ok(())
    }
}

/// The Message-IDs of the copies that claimed mails answer.
async fn answered(
    connection: &impl ConnectionTrait,
    rows: &[(claim::Claimed, bool)],
) -> Result<HashMap<i64, String>, Problem> {
    let ids: Vec<i64> = rows
        .iter()
        .filter_map(|(row, _)| row.replies_to_id)
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let parts = delivery::id_parts(connection, &ids).await?;
    Ok(parts
        .into_iter()
        .map(|part| {
            let id = compose::message_id(&part.nonce, part.id, &part.message_domain);
            (part.id, id)
        })
        .collect())
}

/// What became of a recipient between freezing and claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// Why this contact must not be written to after all.
    pub(crate) barred: Option<String>,
    /// When the permit for an advance copy ends.
    permit_ends: Option<Instant>,
}

/// The verdict on each claimed contact; who is not in it may be written to.
async fn verdicts(
    connection: &impl ConnectionTrait,
    active: &Active,
    rows: &[(claim::Claimed, bool)],
    now: Instant,
) -> Result<HashMap<i64, Verdict>, Problem> {
    let mut by_list: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    for (row, _) in rows {
        by_list.entry(row.list_id).or_default().push(row.contact_id);
    }
    let mut found = HashMap::new();
    for (list, contacts) in by_list {
        judge(connection, active, &contacts, list, now, &mut found).await?;
    }
    Ok(found)
}

/// What became of these contacts, who stand on one list: written into `found`.
pub(crate) async fn judge(
    connection: &impl ConnectionTrait,
    active: &Active,
    contacts: &[i64],
    list: Option<i64>,
    now: Instant,
    found: &mut HashMap<i64, Verdict>,
) -> Result<(), Problem> {
    let barred = |reason: &str| Verdict {
        barred: Some(reason.to_owned()),
        permit_ends: None,
    };
    let one = &active.distribution;
    if let Some(terms) = active.terms() {
        for (id, permit) in permit::permits(connection, contacts, terms, now).await? {
            let verdict = match permit::objection(active.purpose, permit) {
                Some(reason) => barred(reason),
                None => Verdict {
                    barred: None,
                    permit_ends: permit.ok().flatten(),
                },
            };
            found.insert(id, verdict);
        }
    }
    if active.purpose == Purpose::FollowUp {
        for (id, why) in follow_up::done_with(connection, contacts, one.release_id).await? {
            found.insert(id, barred(why));
        }
    }
    if one.skip_holders {
        for id in holders::with_advance(connection, contacts, one.release_id).await? {
            found.insert(id, barred("already-has-it"));
        }
    }
    for (id, why) in delivery::barred(connection, contacts, &active.organizations, list).await? {
        found.insert(id, barred(&why));
    }
    Ok(())
}
