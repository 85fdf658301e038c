//! What the server said, as it goes into the row, and what it means beyond the row.

use crate::config::keys::run::Unknown;
use crate::desk::Desk;
use crate::desk::run::worker::{Fate, Job};
use crate::domain::delivery::{Ruling, Status, Step, after_unknown, retry_at, rule};
use crate::domain::instant::Instant;
use crate::store::delivery::Verdict;

/// The row's verdict and the ruling; no ruling for mail that was sent or that nobody can judge.
/// Status `queued` means: the refusal was about us, the row goes back as it was.
pub(crate) fn of(desk: &Desk, job: &Job, fate: &Fate, now: Instant) -> (Verdict, Option<Ruling>) {
    match fate {
        Fate::Sent(reply) => {
            let verdict = Verdict {
                status: "sent",
                code: Some(reply.code),
                enhanced: reply.enhanced.clone(),
                text: reply.text.clone(),
                queue_id: reply.queue_id(),
                step: "dot",
                ..Verdict::default()
            };
            (verdict, None)
        }
        Fate::Unknown(why) => {
            let mut verdict = Verdict {
                status: "unknown",
                text: why.clone(),
                step: "dot",
                ..Verdict::default()
            };
            let once = desk.config.run.unknown == Unknown::ResendOnce;
            // The mail was tried before only if it was refused for now, or sent again already.
            let earlier = u32::from(job.attempts > 0);
            if after_unknown(once, earlier, true) == Status::Queued {
                verdict.status = "deferred";
                verdict.due_at = Some(now.plus(desk.config.limits.first_wait()));
            }
            (verdict, Some(Ruling::Defer))
        }
        Fate::Unfit(why) => {
            let verdict = Verdict {
                status: "failed",
                text: why.clone(),
                step: "build",
                ..Verdict::default()
            };
            (verdict, Some(Ruling::Fail))
        }
        Fate::Refused(step, reply) => {
            let mut verdict = Verdict {
                status: "failed",
                code: Some(reply.code),
                enhanced: reply.enhanced.clone(),
                text: reply.text.clone(),
                step: word(*step),
                ..Verdict::default()
            };
            let ruling = rule(*step, reply.code, reply.enhanced.as_deref());
            match ruling {
                Ruling::Fail => {}
                Ruling::PauseRoute | Ruling::Block => verdict.status = "queued",
                Ruling::Defer => defer(desk, job, now, &mut verdict),
            }
            (verdict, Some(ruling))
        }
    }
}

fn defer(desk: &Desk, job: &Job, now: Instant, verdict: &mut Verdict) {
    let limits = &desk.config.limits;
    let attempts = u32::try_from(job.attempts + 1).unwrap_or(u32::MAX);
    let wobble = rand::random_range(-1.0..=1.0);
    match retry_at(
        job.first_attempt_at,
        now,
        attempts,
        &limits.retry,
        limits.give_up_after,
        wobble,
    ) {
        Some(at) => {
            verdict.status = "deferred";
            verdict.due_at = Some(at);
        }
        None => verdict.reason = Some("gave-up"),
    }
}

const fn word(step: Step) -> &'static str {
    match step {
        Step::Mail => "mail",
        Step::Rcpt => "rcpt",
        Step::Data => "data",
        Step::Dot => "dot",
    }
}
