//! Recording what became of rows, and what it means beyond the row.

use std::collections::BTreeMap;

use crate::desk::distribution::control;
use crate::desk::problem::Problem;
use crate::desk::run::ledger::{Blocked, Ledger};
use crate::desk::run::verdict;
use crate::desk::run::worker::{Fate, Job};
use crate::domain::delivery::Ruling;
use crate::domain::distribution::{Block, Status};
use crate::domain::release::Status as Release;
use crate::store::connection::ConnectionTrait;
use crate::store::delivery::{Recorded, Verdict};
use crate::store::{delivery, distribution, release};

impl Ledger {
    /// Writes the verdicts of a group in one statement, counts them, and draws the consequences.
    pub(crate) async fn record(
        &mut self,
        connection: &impl ConnectionTrait,
        done: &[(Job, Fate)],
    ) -> Result<(), Problem> {
        let now = self.desk.now();
        let mut judged = Vec::with_capacity(done.len());
        for (job, fate) in done {
            if !matches!(fate, Fate::Unfit(_)) {
                *self.tried.entry(job.domain.clone()).or_default() += 1;
            }
            let (verdict, ruling) = verdict::of(&self.desk, job, fate, now);
            if verdict.status == "queued" {
                // The server spoke about us, not about the recipient: the row waits, unharmed.
                self.give_back(connection, job).await?;
            }
            judged.push((job, verdict, ruling));
        }
        let rows: Vec<_> = judged
            .iter()
            .filter(|(_, verdict, _)| verdict.status != "queued")
            .map(|(job, verdict, _)| Recorded {
                id: job.id,
                fence: job.fence,
                verdict,
            })
            .collect();
        let recorded = delivery::record(connection, self.run_id, now, &rows).await?;
        for (job, verdict, ruling) in &judged {
            if recorded.contains(&job.id) {
                match verdict.status {
                    "sent" => self.counts.sent += 1,
                    "deferred" => {
                        self.counts.deferred += 1;
                        *self.deferred.entry(job.domain.clone()).or_default() += 1;
                    }
                    "unknown" => self.counts.unknown += 1,
                    _ => self.counts.failed += 1,
                }
            }
            self.follow(connection, job, verdict, *ruling).await?;
        }
        Ok(())
    }

    /// What a verdict means for the distribution and the route.
    async fn follow(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
        verdict: &Verdict,
        ruling: Option<Ruling>,
    ) -> Result<(), Problem> {
        let limit = self.desk.config.run.stop_failure_rate;
        let Some(active) = self.active.get_mut(&job.distribution_id) else {
            return Ok(());
        };
        let block = match ruling {
            None => {
                active.tally.sent();
                None
            }
            Some(Ruling::Fail) => {
                active
                    .tally
                    .rejected(&job.domain, verdict.enhanced.as_deref(), limit)
            }
            Some(Ruling::Block) => Some(Block::Policy),
            Some(Ruling::PauseRoute) => {
                self.resting = Some(verdict.text.clone());
                None
            }
            Some(Ruling::Defer) => None,
        };
        match ruling {
            None => self.bear_taken(connection, job).await?,
            Some(Ruling::Defer) => self.bear_put_off(connection, job, verdict).await?,
            Some(_) => {}
        }
        match block {
            Some(block) => self.block(connection, job.distribution_id, block).await,
            None => Ok(()),
        }
    }

    /// Puts a row whose body was not begun back into the queue, or where a cancel wants it.
    pub(crate) async fn give_back(
        &self,
        connection: &impl ConnectionTrait,
        job: &Job,
    ) -> Result<(), Problem> {
        let now = self.desk.now();
        delivery::release(connection, job.id, job.fence, self.run_id, now).await?;
        if self.active.contains_key(&job.distribution_id) {
            return Ok(());
        }
        let found = distribution::by_id(connection, job.distribution_id).await?;
        if found.is_some_and(|found| found.status == Status::Canceled) {
            delivery::cancel(connection, job.distribution_id, now).await?;
        }
        Ok(())
    }

    /// Blocks a distribution for a person, once.
    pub(crate) async fn block(
        &mut self,
        connection: &impl ConnectionTrait,
        id: i64,
        block: Block,
    ) -> Result<(), Problem> {
        if !distribution::turn(
            connection,
            id,
            &[Status::Scheduled, Status::Running],
            Status::Blocked,
            Some(block),
        )
        .await?
        {
            return Ok(());
        }
        let release = match self.active.get_mut(&id) {
            Some(active) => {
                active.distribution.status = Status::Blocked;
                active.release_slug.clone()
            }
            None => slug_of(connection, id).await?,
        };
        self.desk
            .log(
                connection,
                "block",
                "distribution",
                id,
                serde_json::json!({ "reason": block.as_str() }),
            )
            .await?;
        self.blocked.push(Blocked {
            distribution: id,
            release,
            reason: block.as_str(),
        });
        Ok(())
    }

    /// Ends what has no open row any more, with one digest over all its rows in the log.
    pub(crate) async fn close_finished(
        &mut self,
        connection: &impl ConnectionTrait,
    ) -> Result<(), Problem> {
        let now = self.desk.now();
        let running: Vec<i64> = self
            .active
            .iter()
            .filter(|(_, active)| active.distribution.status == Status::Running)
            .map(|(id, _)| *id)
            .collect();
        for id in running {
            if delivery::is_open(connection, id).await?
                || !distribution::finish(connection, id, now).await?
            {
                continue;
            }
            let counts: BTreeMap<String, i64> = delivery::counts(connection, id)
                .await?
                .into_iter()
                .map(|count| (count.status, count.value))
                .collect();
            let detail = serde_json::json!({ "counts": counts, "digest": delivery::digest(connection, id).await? });
            self.desk
                .log(connection, "finish", "distribution", id, detail)
                .await?;
            if let Some(active) = self.active.get_mut(&id) {
                active.distribution.status = Status::Finished;
                // What holders get under embargo leaves the news as it was: not out.
                let is_out = active.purpose.is_out() && !active.embargo.is_active(now);
                if !active.distribution.rehearsal && is_out {
                    release::set_status(
                        connection,
                        active.distribution.release_id,
                        Release::Distributed,
                    )
                    .await?;
                } else {
                    // Advance copies and mails about the embargo leave the news as it was: not out.
                    let release =
                        release::by_id(connection, active.distribution.release_id).await?;
                    if let Some(release) = release {
                        control::settle(&self.desk, connection, &release).await?;
                    }
                }
                self.finished.push(active.release_slug.clone());
            }
        }
        self.active
            .retain(|_, active| active.distribution.status != Status::Finished);
        Ok(())
    }
}

async fn slug_of(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<String, Problem> {
    let Some(found) = distribution::by_id(connection, distribution_id).await? else {
        return Ok(String::new());
    };
    Ok(release::by_id(connection, found.release_id)
        .await?
        .map(|release| release.slug)
        .unwrap_or_default())
}
