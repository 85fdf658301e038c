//! How the recipients' domains bear our mail: one that puts it off again and again is given time, and a
//! server that says the same of all of them is left alone.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::desk::problem::Problem;
use crate::desk::run::ledger::Ledger;
use crate::desk::run::worker::Job;
use crate::domain::instant::Instant;
use crate::store::connection::ConnectionTrait;
use crate::store::delivery::Verdict;
use crate::store::pace;

/// Put off so often in a row, a domain goes slower; taken so often, it goes as fast as the others.
const IN_A_ROW: u32 = 3;
/// Between two mails to a domain that goes slower; greylisting wants to see less of us, not nothing.
const SLOW: Duration = Duration::from_secs(10);
/// The pace doubles with every further row of refusals, up to this.
const SLOWEST: Duration = Duration::from_secs(30);

/// The domains that put mail off in this run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strain {
    domains: BTreeMap<String, Domain>,
    /// What was said last, and by the mail to which domains; empty after a mail that was taken.
    said: Option<Said>,
    by: Vec<String>,
}

/// Code, enhanced code and text.
type Said = (u16, Option<String>, String);

#[derive(Clone, Debug, Default)]
struct Domain {
    put_off: u32,
    taken: u32,
    pace: Option<Duration>,
    /// Answers before this instant are to mail that was on its way when the domain was slowed.
    counts_from: Option<Instant>,
}

impl Strain {
    /// Notes a mail that was taken. True: the domain is no longer to be slowed.
    fn taken(&mut self, domain: &str) -> bool {
        self.said = None;
        self.by.clear();
        // Nearly always nobody is.
        let Some(known) = self.domains.get_mut(domain) else {
            return false;
        };
        known.put_off = 0;
        known.taken += 1;
        if known.pace.is_some() && known.taken < IN_A_ROW {
            return false;
        }
        let was_slow = known.pace.is_some();
        self.domains.remove(domain);
        was_slow
    }

    /// Notes a mail that was put off. A pace: from now on the domain is to be written to like that.
    fn put_off(&mut self, domain: &str, now: Instant) -> Option<Duration> {
        let known = self.domains.entry(domain.to_owned()).or_default();
        if known.counts_from.is_some_and(|from| now < from) {
            return None;
        }
        known.taken = 0;
        known.put_off += 1;
        if known.put_off < IN_A_ROW {
            return None;
        }
        let pace = known.pace.map_or(SLOW, |pace| (pace * 2).min(SLOWEST));
        known.put_off = 0;
        known.pace = Some(pace);
        known.counts_from = Some(now.plus(pace));
        Some(pace)
    }

    /// Whether the way itself is meant: the mail to three domains in a row was put off with the very
    /// same words, and not with such as speak of a mailbox (4.2.x) or of greylisting (4.7.1).
    fn is_of_the_way(&mut self, domain: &str, code: u16, verdict: &Verdict) -> bool {
        let enhanced = verdict.enhanced.as_deref().unwrap_or_default();
        if enhanced.starts_with("4.2.") || enhanced == "4.7.1" {
            self.said = None;
            self.by.clear();
            return false;
        }
        let said = (code, verdict.enhanced.clone(), verdict.text.clone());
        if self.said.as_ref() != Some(&said) {
            self.said = Some(said);
            self.by.clear();
        }
        if !self.by.iter().any(|known| known == domain) {
            self.by.push(domain.to_owned());
        }
        self.by.len() >= 3
    }
}

impl Ledger {
    /// A mail was taken: what was slowed goes at once again, after the third in a row.
    pub(crate) async fn bear_taken(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
    ) -> Result<(), Problem> {
        if self.strain.taken(&job.domain) {
            let now = self.desk.now();
            pace::at_once(connection, job.distribution_id, &job.domain, now).await?;
        }
        Ok(())
    }

    /// A mail was put off for now. What waits for its domain may have to go slower, or the way to rest.
    pub(crate) async fn bear_put_off(
        &mut self,
        connection: &impl ConnectionTrait,
        job: &Job,
        verdict: &Verdict,
    ) -> Result<(), Problem> {
        // An answer that never came says nothing about anybody.
        let Some(code) = verdict.code else {
            return Ok(());
        };
        if self.strain.is_of_the_way(&job.domain, code, verdict) {
            self.resting = Some(verdict.text.clone());
        }
        let now = self.desk.now();
        if let Some(pace) = self.strain.put_off(&job.domain, now) {
            pace::slow(connection, job.distribution_id, &job.domain, now, pace).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Instant = Instant::from_millis(0);

    fn later(seconds: u64) -> Instant {
        ZERO.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn three_in_a_row_slow_a_domain_and_three_taken_let_it_go() {
        let mut strain = Strain::default();
        assert_eq!(strain.put_off("a.test", ZERO), None);
        assert_eq!(strain.put_off("b.test", ZERO), None);
        assert_eq!(strain.put_off("a.test", ZERO), None);
        assert_eq!(strain.put_off("a.test", ZERO), Some(SLOW));
        // What was on its way does not count once more.
        for _ in 0..20 {
            assert_eq!(strain.put_off("a.test", later(9)), None);
        }
        for (at, pace) in [(10, None), (20, None), (30, Some(SLOW * 2))] {
            assert_eq!(strain.put_off("a.test", later(at)), pace);
        }
        for (at, pace) in [(50, None), (70, None), (90, Some(SLOWEST))] {
            assert_eq!(strain.put_off("a.test", later(at)), pace);
        }
        assert!(!strain.taken("a.test") && !strain.taken("a.test"));
        assert!(strain.taken("a.test"));
        assert!(!strain.taken("a.test") && !strain.taken("never.test"));
        assert_eq!(strain.put_off("a.test", later(200)), None, "begun anew");
    }

    #[test]
    fn one_that_was_taken_ends_the_row() {
        let mut strain = Strain::default();
        for second in 0..9 {
            if second % 3 == 2 {
                assert!(!strain.taken("a.test"));
            } else {
                assert_eq!(strain.put_off("a.test", later(second)), None);
            }
        }
    }

    #[test]
    fn the_way_is_meant_when_three_domains_hear_the_same() {
        let verdict = |enhanced: Option<&str>, text: &str| Verdict {
            code: Some(451),
            enhanced: enhanced.map(str::to_owned),
            text: text.to_owned(),
            ..Verdict::default()
        };
        let full = verdict(Some("4.3.1"), "no space");
        let mut strain = Strain::default();
        let mut hear = |domain: &str, verdict: &Verdict| strain.is_of_the_way(domain, 451, verdict);
        assert!(!hear("a.test", &full) && !hear("b.test", &full) && !hear("a.test", &full));
        assert!(hear("c.test", &full));
        // Other words in between, one taken, a mailbox, or greylisting: nobody means the way.
        assert!(!hear("a.test", &verdict(None, "come later")) && !hear("b.test", &full));
        let grey = verdict(Some("4.7.1"), "greylisted");
        let quota = verdict(Some("4.2.2"), "over quota");
        for words in [grey, quota] {
            for domain in ["a.test", "b.test", "c.test", "d.test"] {
                assert!(!hear(domain, &words));
            }
        }
        assert!(!hear("a.test", &full) && !hear("b.test", &full));
        strain.taken("c.test");
        assert!(!strain.is_of_the_way("c.test", 451, &full));
    }
}
