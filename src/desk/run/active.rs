//! A distribution at work, and how the server treats it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::desk::embargo::permit::Terms;
use crate::desk::letter::compose::Letter;
use crate::domain::distribution::{Block, Purpose, Status};
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::store::distribution::Distribution;

/// A distribution at work, with all that its mails share.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) distribution: Distribution,
    pub(crate) release_slug: String,
    pub(crate) embargo: Embargo,
    /// The issuers, for opt-outs from one client.
    pub(crate) organizations: Vec<i64>,
    pub(crate) purpose: Purpose,
    /// For those alone who hold a copy already.
    pub(crate) to_holders: bool,
    /// By language; the first is the original's.
    pub(crate) letters: HashMap<String, Arc<Letter>>,
    pub(crate) original: String,
    pub(crate) tally: Tally,
}

/// How the server has treated this distribution in this run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    pub(crate) rejected: u64,
    /// Domains that refused for policy (5.7.x) in a row.
    policy: Vec<String>,
}

impl Tally {
    /// Counts a sent mail; the row of policy refusals ends.
    pub(crate) fn sent(&mut self) {
        self.sent += 1;
        self.policy.clear();
    }

    /// Counts a rejection and tells whether the distribution has to stop: three different domains
    /// in a row refuse for policy, or too large a share is refused.
    pub(crate) fn rejected(
        &mut self,
        domain: &str,
        enhanced: Option<&str>,
        limit: f64,
    ) -> Option<Block> {
        self.rejected += 1;
        if enhanced.is_some_and(|code| code.starts_with("5.7.")) {
            if !self.policy.iter().any(|known| known == domain) {
                self.policy.push(domain.to_owned());
            }
        } else {
            self.policy.clear();
        }
        if self.policy.len() >= 3 {
            return Some(Block::Policy);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of mails are far below 2^52"
        )]
        let share = self.rejected as f64 / (self.rejected + self.sent) as f64;
        (self.rejected >= 20 && share > limit).then_some(Block::FailureRate)
    }
}

impl Active {
    pub(crate) fn letter(&self, language: &str) -> Option<Arc<Letter>> {
        self.letters
            .get(language)
            .or_else(|| self.letters.get(&self.original))
            .cloned()
    }

    /// Whether the embargo lets it go at `now`.
    pub(crate) fn embargo_permits(&self, now: Instant) -> bool {
        let under = self.distribution.embargo_seq;
        self.embargo
            .lets_go(self.purpose, under, self.to_holders, now)
    }

    /// Encodes the letters' common parts now, not when the first mail is due.
    pub(crate) fn cast(&self) {
        for letter in self.letters.values() {
            letter.cast();
        }
    }

    /// The instant before which no byte may leave: the schedule's, and the embargo's.
    pub(crate) fn not_before(&self) -> Instant {
        if self.is_early() || self.to_holders {
            return self.distribution.send_at;
        }
        let lift = self.embargo.until().map(|until| until.instant);
        lift.map_or(self.distribution.send_at, |lift| {
            lift.max(self.distribution.send_at)
        })
    }

    /// Whether it is made for the time before the lift, and only for that.
    fn is_early(&self) -> bool {
        matches!(self.purpose, Purpose::Advance | Purpose::EmbargoAsk)
    }

    /// The instant from which on no body may be begun: a text that says "embargoed" must not arrive
    /// after the lift.
    pub(crate) fn not_after(&self) -> Option<Instant> {
        let until = self.embargo.until().filter(|_| self.is_early());
        until.map(|until| until.instant)
    }

    /// Whether its time is over for good: it can only be canceled.
    pub(crate) fn is_past(&self, now: Instant) -> bool {
        self.is_early() && !self.embargo.is_active(now)
    }

    /// What permits for its recipients depend on; None where none are needed.
    pub(crate) fn terms(&self) -> Option<Terms> {
        let counsel = self.distribution.counsel.is_some();
        self.is_early()
            .then(|| Terms::of(self.distribution.release_id, &self.embargo, counsel))
    }

    /// Whether a body may leave now.
    pub(crate) fn permits(&self, now: Instant) -> bool {
        self.distribution.status == Status::Running
            && now >= self.distribution.send_at
            && self.embargo_permits(now)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::domain::distribution::Block;

    #[test]
    fn three_domains_with_policy_refusals_stop_it() {
        let mut tally = Tally::default();
        assert_eq!(tally.rejected("a.test", Some("5.7.1"), 0.1), None);
        assert_eq!(tally.rejected("a.test", Some("5.7.1"), 0.1), None);
        assert_eq!(tally.rejected("b.test", Some("5.7.1"), 0.1), None);
        assert_eq!(
            tally.rejected("c.test", Some("5.7.1"), 0.1),
            Some(Block::Policy)
        );
        let mut mixed = Tally::default();
        for domain in ["a.test", "b.test"] {
            assert_eq!(mixed.rejected(domain, Some("5.7.1"), 0.1), None);
        }
        mixed.sent();
        assert_eq!(mixed.rejected("c.test", Some("5.7.1"), 0.1), None);
    }

    #[test]
    fn a_high_share_of_refusals_stops_it_but_not_a_few() {
        let mut tally = Tally::default();
        for number in 0..19 {
            assert_eq!(
                tally.rejected(&format!("d{number}.test"), Some("5.1.1"), 0.1),
                None
            );
        }
        assert_eq!(
            tally.rejected("last.test", Some("5.1.1"), 0.1),
            Some(Block::FailureRate)
        );
        let mut large = Tally {
            sent: 1000,
            ..Tally::default()
        };
        for _ in 0..50 {
            assert_eq!(large.rejected("x.test", Some("5.1.1"), 0.1), None);
        }
    }
}
