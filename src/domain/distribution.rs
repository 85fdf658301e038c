//! A distribution: one sending of one release version to its audience, at one instant.

use crate::domain::instant::Instant;

/// Where a distribution stands. "Paused" is a person's doing, "blocked" the program's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Preparing,
    Scheduled,
    Running,
    Paused,
    Blocked,
    Finished,
    Canceled,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Preparing,
        Self::Scheduled,
        Self::Running,
        Self::Paused,
        Self::Blocked,
        Self::Finished,
        Self::Canceled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Blocked => "blocked",
            Self::Finished => "finished",
            Self::Canceled => "canceled",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What a distribution is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    General,
    /// Under embargo, to those who agreed to it.
    Advance,
    Update,
    Correction,
    Advisory,
    Hold,
    Kill,
    /// Tells holders that the embargo moved or was lifted.
    EmbargoNotice,
    /// Asks whether somebody agrees to an embargo, and tells nothing of the news.
    EmbargoAsk,
    FollowUp,
    Test,
}

impl Purpose {
    pub const ALL: [Self; 11] = [
        Self::General,
        Self::Advance,
        Self::Update,
        Self::Correction,
        Self::Advisory,
        Self::Hold,
        Self::Kill,
        Self::EmbargoNotice,
        Self::EmbargoAsk,
        Self::FollowUp,
        Self::Test,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Advance => "advance",
            Self::Update => "update",
            Self::Correction => "correction",
            Self::Advisory => "advisory",
            Self::Hold => "hold",
            Self::Kill => "kill",
            Self::EmbargoNotice => "embargo-notice",
            Self::EmbargoAsk => "embargo-ask",
            Self::FollowUp => "follow-up",
            Self::Test => "test",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }

    /// Whether its mail carries the release's text, so that whoever got it holds a copy.
    pub const fn carries_text(self) -> bool {
        matches!(
            self,
            Self::General
                | Self::Advance
                | Self::Update
                | Self::Correction
                | Self::Advisory
                | Self::FollowUp
        )
    }

    /// Whether the news counts as out once somebody has it: an advance copy is under embargo, and a
    /// notice is no copy.
    pub const fn is_out(self) -> bool {
        !matches!(self, Self::Advance) && !self.is_notice()
    }

    /// Whether it tells something about the release and has nothing of its text: neither a new version
    /// nor a missing approval of the text stands in its way.
    pub const fn is_notice(self) -> bool {
        matches!(
            self,
            Self::EmbargoNotice | Self::EmbargoAsk | Self::Hold | Self::Kill
        )
    }
}

/// Why a distribution waits for a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Block {
    /// Its time passed while nothing ran.
    Missed,
    Clock,
    Tzdata,
    Unapproved,
    FailureRate,
    Policy,
    Login,
    CopiedDatabase,
    Embargo,
    /// The mail could not be built.
    Message,
    /// A rehearsal now faces a real server, or the other way round.
    Transport,
}

impl Block {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Clock => "clock",
            Self::Tzdata => "tzdata",
            Self::Unapproved => "unapproved",
            Self::FailureRate => "failure-rate",
            Self::Policy => "policy",
            Self::Login => "login",
            Self::CopiedDatabase => "copied-database",
            Self::Embargo => "embargo",
            Self::Message => "message",
            Self::Transport => "transport",
        }
    }

    /// For people: what happened, and what to do.
    pub fn explain(word: &str) -> &'static str {
        match word {
            "missed" => {
                "its time passed while nothing ran; look whether it should still go: dateline release resume SLUG --late"
            }
            "clock" => {
                "this machine's clock jumped; set it right, then: dateline release resume SLUG"
            }
            "tzdata" => {
                "zone data changed and moved its instant, or is older than at scheduling; unschedule and schedule it again"
            }
            "unapproved" => "the text or the embargo changed after approval; approve it again",
            "failure-rate" => {
                "too many recipients were refused; see dateline release report SLUG, then resume or cancel"
            }
            "policy" => {
                "the mail server refuses us as a sender; see dateline release report SLUG, mend it with your provider, then resume"
            }
            "login" => {
                "the mail server refused our login; mend [smtp], then: dateline release resume SLUG"
            }
            "copied-database" => {
                "this database was made in another place; if this one is the real one: dateline db adopt"
            }
            "embargo" => {
                "the embargo forbids it: general mail before the lift, or an advance copy that names another moment or is too late; cancel it, then schedule it again"
            }
            "message" => {
                "the mail could not be built; see dateline release preview SLUG, mend it, then schedule it again"
            }
            "transport" => {
                "it was scheduled as a rehearsal and [smtp] transport changed since, or the other way round; cancel it and schedule it again"
            }
            _ => "see dateline release report SLUG",
        }
    }
}

/// Reasons why a distribution may not start now, in the order in which they are asked.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is the answer to one question of the gate"
)]
pub struct StartFacts {
    pub now: Instant,
    pub send_at: Instant,
    /// The instant that today's zone data gives for the civil time; None where it has none.
    pub resolved: Option<Instant>,
    /// Whether our zone data is older than that of the scheduler.
    pub tzdata_is_older: bool,
    pub max_lateness: std::time::Duration,
    /// Whether lateness is to be judged: at the start and after a gap, not while it is at work.
    pub judge_lateness: bool,
    pub approved: bool,
    pub embargo_permits: bool,
    pub rehearsal_fits: bool,
}

/// Whether a due distribution may start; the first objection counts.
pub fn may_start(facts: &StartFacts) -> Result<(), Block> {
    if !facts.rehearsal_fits {
        return Err(Block::Transport);
    }
    if facts.tzdata_is_older || facts.resolved != Some(facts.send_at) {
        return Err(Block::Tzdata);
    }
    if !facts.approved {
        return Err(Block::Unapproved);
    }
    if facts.now < facts.send_at || !facts.embargo_permits {
        return Err(Block::Embargo);
    }
    if facts.judge_lateness && facts.send_at.until(facts.now) > facts.max_lateness {
        return Err(Block::Missed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Block, StartFacts, may_start};
    use crate::domain::instant::Instant;

    fn facts() -> StartFacts {
        StartFacts {
            now: Instant::from_millis(1_000),
            send_at: Instant::from_millis(1_000),
            resolved: Some(Instant::from_millis(1_000)),
            tzdata_is_older: false,
            max_lateness: Duration::from_mins(1),
            judge_lateness: true,
            approved: true,
            embargo_permits: true,
            rehearsal_fits: true,
        }
    }

    #[test]
    fn each_objection_has_its_word() {
        assert_eq!(may_start(&facts()), Ok(()));
        assert_eq!(
            may_start(&StartFacts {
                approved: false,
                ..facts()
            }),
            Err(Block::Unapproved)
        );
        assert_eq!(
            may_start(&StartFacts {
                resolved: None,
                ..facts()
            }),
            Err(Block::Tzdata)
        );
        assert_eq!(
            may_start(&StartFacts {
                embargo_permits: false,
                ..facts()
            }),
            Err(Block::Embargo)
        );
        let late = Instant::from_millis(61_001);
        assert_eq!(
            may_start(&StartFacts {
                now: late,
                ..facts()
            }),
            Err(Block::Missed)
        );
        assert_eq!(
            may_start(&StartFacts {
                now: late,
                judge_lateness: false,
                ..facts()
            }),
            Ok(())
        );
    }

    proptest! {
        #[test]
        fn never_before_the_instant(now in 0i64..10_000, send_at in 0i64..10_000, judge in any::<bool>()) {
            let facts = StartFacts {
                now: Instant::from_millis(now),
                send_at: Instant::from_millis(send_at),
                resolved: Some(Instant::from_millis(send_at)),
                judge_lateness: judge,
                ..facts()
            };
            prop_assert!(now >= send_at || may_start(&facts).is_err());
        }
    }
}
