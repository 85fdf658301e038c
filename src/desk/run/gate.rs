//! The gate: whether a due distribution may start or go on, asked in the claim's own transaction.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::approve;
use crate::desk::letter::{self, Letter};
use crate::desk::prepare;
use crate::desk::problem::Problem;
use crate::domain::distribution::{Block, StartFacts, Status, may_start};
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::domain::zones::is_newer;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, embargo, organization, release};

/// A distribution at work, with all that its mails share.
#[derive(Debug)]
pub struct Active {
    pub distribution: Distribution,
    pub release_slug: String,
    pub embargo: Embargo,
    /// The issuers, for opt-outs from one client.
    pub organizations: Vec<i64>,
    /// By language; the first is the original's.
    letters: HashMap<String, Arc<Letter>>,
    original: String,
    pub tally: Tally,
}

/// How the server has treated this distribution in this run.
#[derive(Debug, Default)]
pub struct Tally {
    pub sent: u64,
    pub rejected: u64,
    /// Domains that refused for policy (5.7.x) in a row.
    policy: Vec<String>,
}

impl Tally {
    /// Counts a sent mail; the row of policy refusals ends.
    pub fn sent(&mut self) {
        self.sent += 1;
        self.policy.clear();
    }

    /// Counts a rejection and tells whether the distribution has to stop: three different domains
    /// in a row refuse for policy, or too large a share is refused.
    pub fn rejected(&mut self, domain: &str, enhanced: Option<&str>, limit: f64) -> Option<Block> {
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
    pub fn letter(&self, language: &str) -> Option<Arc<Letter>> {
        self.letters
            .get(language)
            .or_else(|| self.letters.get(&self.original))
            .cloned()
    }

    /// The instant before which no byte may leave: the schedule's, and the embargo's.
    pub fn not_before(&self) -> Instant {
        let lift = self.embargo.until().map(|until| until.instant);
        lift.map_or(self.distribution.send_at, |lift| {
            lift.max(self.distribution.send_at)
        })
    }

    /// Whether a body may leave now. General mail has no advance permit.
    pub fn permits(&self, now: Instant) -> bool {
        self.distribution.status == Status::Running
            && now >= self.distribution.send_at
            && self.embargo.permits(now, false)
    }
}

/// Asks all the questions about a due distribution. `Err`: it has to be blocked, with the reason.
pub async fn examine(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    distribution: &Distribution,
) -> Result<Result<Active, Block>, Problem> {
    let Some(release) = release::by_id(connection, distribution.release_id).await? else {
        return Ok(Err(Block::Unapproved));
    };
    let Some(version) = release::version(connection, distribution.version_id).await? else {
        return Ok(Err(Block::Unapproved));
    };
    let embargo = embargo::current(connection, release.id).await?;
    let is_current = release.current_version_id == Some(version.id);
    let run = &desk.config.run;
    let now = desk.now();
    let facts = StartFacts {
        now,
        send_at: distribution.send_at,
        resolved: when::resolve(&distribution.civil, &distribution.zone, &desk.zones).ok(),
        tzdata_is_older: is_newer(&distribution.tzdata, desk.zones.version()),
        max_lateness: if distribution.follows_embargo {
            run.max_lateness_embargo
        } else {
            run.max_lateness
        },
        judge_lateness: is_after_a_gap(desk, connection, distribution).await?,
        approved: is_current && approve::is_approved(desk, connection, &release, &version).await?,
        embargo_permits: embargo.permits(now, false),
        rehearsal_fits: distribution.rehearsal == (desk.config.smtp.transport != Transport::Smtp),
    };
    if let Err(block) = may_start(&facts) {
        return Ok(Err(block));
    }
    let attachments: Arc<[_]> = letter::attachments(connection, &version.content)
        .await?
        .into();
    let mut letters = HashMap::new();
    for rendition in distribution::renditions(connection, distribution.id).await? {
        if letter::hash(&rendition.subject, &rendition.text, &rendition.html) != rendition.hash {
            return Ok(Err(Block::Message));
        }
        let letter = Letter {
            from: distribution.from_header.clone(),
            reply_to: distribution.reply_to.clone(),
            attachments: Arc::clone(&attachments),
            embargoed_until: None,
            nonce: distribution.nonce.clone(),
            message_domain: distribution.message_domain.clone(),
            unsubscribe: desk
                .config
                .unsubscribe
                .mailto
                .clone()
                .unwrap_or_else(|| letter::bare_address(&distribution.reply_to)),
            envelope_from: prepare::envelope_from(desk, &distribution.from_header),
            rendition,
        };
        letters.insert(letter.rendition.language.clone(), Arc::new(letter));
    }
    if letters.is_empty() {
        return Ok(Err(Block::Message));
    }
    let mut organizations = Vec::new();
    for issuer in &version.content.original().issuers {
        organizations.extend(
            organization::by_slug(connection, &issuer.slug)
                .await?
                .map(|row| row.id),
        );
    }
    Ok(Ok(Active {
        distribution: distribution.clone(),
        release_slug: release.slug,
        embargo,
        organizations,
        letters,
        original: version.content.original().language.clone(),
        tally: Tally::default(),
    }))
}

/// Lateness is judged at the start, and after a time in which nothing worked on mail that was
/// waiting; mail that merely waits for its next try is not late.
async fn is_after_a_gap(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    distribution: &Distribution,
) -> Result<bool, Problem> {
    let Some(worked) = distribution.last_worked_at else {
        return Ok(true);
    };
    let run = &desk.config.run;
    let limit = if distribution.follows_embargo {
        run.max_lateness_embargo
    } else {
        run.max_lateness
    };
    Ok(worked.until(desk.now()) > limit
        && delivery::waits_untried(connection, distribution.id).await?)
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
