//! A delivery: one recipient's mail, its states, and whose fault a refusal is.

use std::time::Duration;

use crate::domain::instant::Instant;

/// Where one recipient's mail stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Queued,
    /// Claimed by a run, perhaps begun.
    Sending,
    /// Our relay accepted it; never "delivered".
    Sent,
    /// Refused for now (4xx); it will be tried again.
    Deferred,
    /// Refused for good (5xx), or given up.
    Failed,
    /// The connection died after the body was begun: nobody knows. Never resent by itself.
    Unknown,
    /// Never to be sent, with the reason.
    Suppressed,
    Canceled,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Deferred,
        Self::Failed,
        Self::Unknown,
        Self::Suppressed,
        Self::Canceled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
            Self::Canceled => "canceled",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending | Self::Deferred)
    }

    /// Which states a row may go to from here. The store's UPDATEs carry the same in their WHERE.
    pub const fn may_become(self, next: Self) -> bool {
        use Status::{Canceled, Deferred, Failed, Queued, Sending, Sent, Suppressed, Unknown};
        matches!(
            (self, next),
            (Queued | Deferred, Sending | Suppressed | Canceled)
                | (Sending, Queued | Sent | Deferred | Failed | Unknown | Suppressed | Canceled)
                // A person may resolve an unknown row or retry a failed one; nothing else revives.
                | (Unknown, Queued | Sent)
                | (Failed, Queued)
        )
    }
}

/// The step of the SMTP conversation that a reply answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Mail,
    Rcpt,
    Data,
    Dot,
}

/// What a definite refusal means, and for whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ruling {
    /// This recipient, later.
    Defer,
    /// This recipient, never.
    Fail,
    /// The server wants a rest: the route pauses, nobody is blamed.
    PauseRoute,
    /// We are not allowed to send like this: the distribution blocks, nobody is blamed.
    Block,
}

/// Enhanced codes that speak of the sender's authentication or policy, not of the mailbox:
/// Gmail's 5.7.26, Microsoft's 5.7.515 and 5.7.60, and 5.7.8 "credentials invalid" (RFC 4954).
const OUR_FAULT: [&str; 4] = ["5.7.26", "5.7.515", "5.7.60", "5.7.8"];

/// Whose fault a refusal is (RFC 5321 §4.2.1 for the classes, RFC 3463 for the enhanced codes).
pub fn rule(step: Step, code: u16, enhanced: Option<&str>) -> Ruling {
    let transient = (400..500).contains(&code);
    if code == 421 {
        return Ruling::PauseRoute;
    }
    if enhanced.is_some_and(|code| OUR_FAULT.contains(&code)) {
        return Ruling::Block;
    }
    match (step, transient) {
        // MAIL names only the sender: what it refuses is never the recipient's.
        (Step::Mail, true) => Ruling::PauseRoute,
        (Step::Mail, false) => Ruling::Block,
        (_, true) => Ruling::Defer,
        (_, false) => Ruling::Fail,
    }
}

/// When to try again after `attempts` tries, the last of the list repeating; `wobble` in -1..=1
/// spreads retries by ±20 % so that they do not all come back at once. None: give up.
pub fn retry_at(
    first: Instant,
    now: Instant,
    attempts: u32,
    steps: &[Duration],
    give_up_after: Duration,
    wobble: f64,
) -> Option<Instant> {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let step = steps.get(index).or(steps.last())?;
    let at = now.plus(step.mul_f64(1.0 + 0.2 * wobble.clamp(-1.0, 1.0)));
    (at <= first.plus(give_up_after)).then_some(at)
}

/// What follows by itself when nobody knows whether the server took a mail: `resend_once` (from
/// `[run] unknown`) sends it again, once in its life, with the same Message-ID; `earlier` says how
/// often it was unknown before. Only general mail: a second advance copy would tell a journalist
/// that ours is a careless desk, and RFC 5321 §4.5.3.2.6 warns that the first probably arrived.
pub const fn after_unknown(resend_once: bool, earlier: u32, is_general: bool) -> Status {
    if resend_once && earlier == 0 && is_general {
        Status::Queued
    } else {
        Status::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::{Ruling, Status, Step, after_unknown, retry_at, rule};
    use crate::domain::instant::Instant;
    use std::time::Duration;

    #[test]
    fn whose_fault_a_refusal_is() {
        assert_eq!(rule(Step::Rcpt, 550, Some("5.1.1")), Ruling::Fail);
        assert_eq!(rule(Step::Rcpt, 450, Some("4.7.1")), Ruling::Defer);
        assert_eq!(rule(Step::Dot, 452, None), Ruling::Defer);
        assert_eq!(rule(Step::Dot, 421, Some("4.7.0")), Ruling::PauseRoute);
        assert_eq!(rule(Step::Mail, 451, None), Ruling::PauseRoute);
        assert_eq!(rule(Step::Mail, 550, None), Ruling::Block);
        assert_eq!(rule(Step::Dot, 550, Some("5.7.26")), Ruling::Block);
        assert_eq!(rule(Step::Rcpt, 550, Some("5.7.515")), Ruling::Block);
    }

    #[test]
    fn nothing_leaves_a_final_state_but_by_a_person() {
        for status in Status::ALL.into_iter().filter(|status| status.is_final()) {
            let ways = Status::ALL
                .into_iter()
                .filter(|next| status.may_become(*next))
                .count();
            let expected = match status {
                Status::Unknown => 2,
                Status::Failed => 1,
                _ => 0,
            };
            assert_eq!(ways, expected, "{status:?}");
            assert!(!status.may_become(Status::Sending));
        }
    }

    #[test]
    fn doubt_is_held_unless_a_single_second_mail_is_wanted() {
        assert_eq!(after_unknown(false, 0, true), Status::Unknown);
        assert_eq!(after_unknown(true, 0, true), Status::Queued);
        assert_eq!(after_unknown(true, 1, true), Status::Unknown);
        assert_eq!(after_unknown(true, 0, false), Status::Unknown);
    }

    #[test]
    fn retries_grow_then_repeat_then_end() {
        let zero = Instant::from_millis(0);
        let steps = [Duration::from_mins(5), Duration::from_mins(15)];
        let day = Duration::from_hours(24);
        assert_eq!(
            retry_at(zero, zero, 1, &steps, day, 0.0),
            Some(Instant::from_millis(300_000))
        );
        assert_eq!(
            retry_at(zero, zero, 2, &steps, day, 0.0),
            Some(Instant::from_millis(900_000))
        );
        assert_eq!(
            retry_at(zero, zero, 9, &steps, day, 1.0),
            Some(Instant::from_millis(1_080_000))
        );
        let late = zero.plus(day);
        assert_eq!(retry_at(zero, late, 3, &steps, day, 0.0), None);
        assert_eq!(retry_at(zero, zero, 1, &[], day, 0.0), None);
    }
}
