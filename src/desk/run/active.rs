//! A distribution at work, and how the server treats it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::desk::letter::compose::Letter;
use crate::domain::distribution::{Block, Status};
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

    /// Encodes the letters' common parts now, not when the first mail is due.
    pub(crate) fn cast(&self) {
        for letter in self.letters.values() {
            letter.cast();
        }
    }

    /// The instant before which no byte may leave: the schedule's, and the embargo's.
    pub(crate) fn not_before(&self) -> Instant {
        let lift = self.embargo.until().map(|until| until.instant);
        lift.map_or(self.distribution.send_at, |lift| {
            lift.max(self.distribution.send_at)
        })
    }

    /// Whether a body may leave now. General mail has no advance permit.
    pub(crate) fn permits(&self, now: Instant) -> bool {
        self.distribution.status == Status::Running
            && now >= self.distribution.send_at
            && self.embargo.permits(now, false)
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
