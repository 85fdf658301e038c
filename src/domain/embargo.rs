//! The embargo of a release: append-only acts, what holds after them, and who may get what when.

pub mod mark;
pub mod notice;

use crate::domain::distribution::Purpose;
use crate::domain::instant::Instant;
use crate::domain::when::{Local, Moment, date_in, local};
use crate::domain::zones::Zones;

/// What was done to an embargo. Acts are only ever added, so that it can be proved later what held when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    Set,
    /// To another moment (EMB-10).
    Move,
    /// Ended before its time (EMB-09).
    Lift,
    /// Taken off again: the release never was under embargo to the outside.
    Clear,
}

impl Act {
    pub const ALL: [Self; 4] = [Self::Set, Self::Move, Self::Lift, Self::Clear];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Move => "move",
            Self::Lift => "lift",
            Self::Clear => "clear",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

/// One act as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Counts up from 1 within a release.
    pub seq: i64,
    pub act: Act,
    /// Of a set or move.
    pub moment: Option<Moment>,
    /// When the act was done.
    pub at: Instant,
    pub by: String,
    pub reason: Option<String>,
}

/// What holds after all acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Embargo {
    None,
    Until { moment: Moment, seq: i64 },
    Lifted { at: Instant, seq: i64 },
}

/// The embargo that holds after these acts, in whatever order they are handed in.
///
/// A set or move without its moment can only come from damaged data; it holds for ever, because
/// the other answer would let the release out.
pub fn state(records: &[Record]) -> Embargo {
    let Some(last) = records.iter().max_by_key(|record| record.seq) else {
        return Embargo::None;
    };
    match last.act {
        Act::Clear => Embargo::None,
        Act::Lift => Embargo::Lifted {
            at: last.at,
            seq: last.seq,
        },
        Act::Set | Act::Move => Embargo::Until {
            moment: last.moment.clone().unwrap_or_else(|| Moment {
                civil: String::new(),
                zone: "UTC".to_owned(),
                instant: Instant::from_millis(i64::MAX),
                tzdata: String::new(),
            }),
            seq: last.seq,
        },
    }
}

impl Embargo {
    /// The moment before which nobody may publish, be it past or to come.
    pub fn until(&self) -> Option<&Moment> {
        match self {
            Self::Until { moment, .. } => Some(moment),
            Self::None | Self::Lifted { .. } => None,
        }
    }

    /// The act that decides, for an approval to name; 0 where there is no embargo.
    pub fn seq(&self) -> i64 {
        match self {
            Self::None => 0,
            Self::Until { seq, .. } | Self::Lifted { seq, .. } => *seq,
        }
    }

    /// Whether the release's content may reach somebody at `now` (EMB-04, EMB-06).
    ///
    /// Before the instant only with an advance permit; the instant itself is no longer before.
    pub fn permits(&self, now: Instant, advance_permit: bool) -> bool {
        advance_permit || !self.is_active(now)
    }

    /// Whether a distribution may send at `now`, as far as the embargo is concerned.
    ///
    /// An advance copy, and the question whether somebody agrees, go only while the embargo of act
    /// `under`, which their text names, holds: a text that says "embargoed" after the lift, or names
    /// a moment that was moved, breaks embargoes (EMB-12). Holders have the text already, so what is
    /// for them alone (`to_holders`) may go at any time; everything else waits for the lift.
    pub fn lets_go(&self, purpose: Purpose, under: i64, to_holders: bool, now: Instant) -> bool {
        match purpose {
            Purpose::Advance | Purpose::EmbargoAsk => self.is_active(now) && self.seq() == under,
            _ => self.permits(now, to_holders),
        }
    }

    /// Whether the release is still held back at `now`.
    pub fn is_active(&self, now: Instant) -> bool {
        match self {
            Self::None => false,
            Self::Until { moment, .. } => now < moment.instant,
            // Machines' clocks differ: where "now" is before the lift, the lift has not happened yet.
            Self::Lifted { at, .. } => now < *at,
        }
    }
}

/// A moment in full, in its zone and in UTC, with the weekdays and months of a language.
pub fn said_in(moment: &Moment, language: &str, zones: &Zones) -> String {
    let Some((there, utc)) = both(moment, zones) else {
        return format!("{} UTC", moment.instant);
    };
    let date = date_in(language, &there.date);
    if moment.zone == "UTC" {
        return format!("{} UTC, {date}", there.time);
    }
    let mut said = format!(
        "{} {} ({}), {date} = {} UTC",
        there.time,
        moment.zone,
        names(&there),
        utc.time
    );
    if utc.date != there.date {
        said.push(' ');
        said.push_str(&date_in(language, &utc.date));
    }
    said
}

/// ` = 01:01 Europe/Berlin (CEST, UTC+2), Monday 19 October 2026`, for behind a moment that was said
/// in another zone; empty where the zone is unknown, or is UTC, which is said anyway.
pub fn said_there(instant: Instant, zone: &str, language: &str, zones: &Zones) -> String {
    let Some(there) = local(instant, zone, zones).filter(|_| zone != "UTC") else {
        return String::new();
    };
    format!(
        " = {} {zone} ({}), {}",
        there.time,
        names(&there),
        date_in(language, &there.date)
    )
}

fn names(there: &Local) -> String {
    if there.abbreviation.starts_with(char::is_alphabetic) {
        format!("{}, {}", there.abbreviation, there.offset)
    } else {
        there.offset.clone()
    }
}

fn both(moment: &Moment, zones: &Zones) -> Option<(Local, Local)> {
    Some((
        local(moment.instant, &moment.zone, zones)?,
        local(moment.instant, "UTC", zones)?,
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::when::read_any;

    fn moment(text: &str) -> Moment {
        read_any(text, None, &Zones::bundled()).unwrap()
    }

    fn record(seq: i64, act: Act, moment: Option<Moment>, at: i64) -> Record {
        Record {
            seq,
            act,
            moment,
            at: Instant::from_millis(at),
            by: "desk".to_owned(),
            reason: None,
        }
    }

    #[test]
    fn acts_have_one_word_each() {
        for act in Act::ALL {
            assert_eq!(Act::parse(act.as_str()), Some(act));
        }
        assert_eq!(Act::parse("Set"), None);
    }

    #[test]
    fn the_last_act_decides_in_whatever_order_they_come() {
        let first = moment("2026-10-19 00:01 Europe/London");
        let second = moment("2026-10-20 00:01 Europe/London");
        let set = record(1, Act::Set, Some(first.clone()), 10);
        let moved = record(2, Act::Move, Some(second.clone()), 20);
        let lifted = record(3, Act::Lift, None, 30);
        let cleared = record(4, Act::Clear, None, 40);

        assert_eq!(state(&[]), Embargo::None);
        assert_eq!(state(&[]).seq(), 0);
        let one = state(std::slice::from_ref(&set));
        assert_eq!((one.until(), one.seq()), (Some(&first), 1));
        let two = state(&[moved.clone(), set.clone()]);
        assert_eq!((two.until(), two.seq()), (Some(&second), 2));
        let three = state(&[lifted.clone(), set.clone(), moved.clone()]);
        assert_eq!((three.until(), three.seq()), (None, 3));
        assert!(three.is_active(Instant::from_millis(29)));
        assert!(!three.is_active(Instant::from_millis(30)));
        assert_eq!(state(&[set, moved, cleared, lifted]), Embargo::None);
    }

    #[test]
    fn a_record_without_its_moment_never_opens() {
        let broken = state(&[record(1, Act::Set, None, 0)]);
        assert!(!broken.permits(Instant::from_millis(i64::MAX - 1), false));
    }

    #[test]
    fn the_instant_itself_is_open_and_the_millisecond_before_is_not() {
        let until = moment("2026-10-19 00:01 Europe/London");
        let instant = until.instant;
        let embargo = Embargo::Until {
            moment: until,
            seq: 1,
        };
        let before = Instant::from_millis(instant.millis() - 1);
        assert!(!embargo.permits(before, false));
        assert!(embargo.permits(before, true));
        assert!(embargo.permits(instant, false));
    }

    #[test]
    fn each_purpose_has_its_time() {
        let until = moment("2026-10-19 00:01 Europe/London");
        let lift = until.instant;
        let before = Instant::from_millis(lift.millis() - 1);
        let embargo = Embargo::Until {
            moment: until,
            seq: 2,
        };
        for purpose in Purpose::ALL {
            let is_early = matches!(purpose, Purpose::Advance | Purpose::EmbargoAsk);
            assert_eq!(
                embargo.lets_go(purpose, 2, false, before),
                is_early,
                "{purpose:?}"
            );
            assert_eq!(
                embargo.lets_go(purpose, 2, false, lift),
                !is_early,
                "{purpose:?}"
            );
            // Its text names a moment that was moved since.
            assert!(!embargo.lets_go(purpose, 1, false, before), "{purpose:?}");
            assert_eq!(Embargo::None.lets_go(purpose, 0, false, before), !is_early);
            if !is_early {
                assert!(embargo.lets_go(purpose, 0, true, before));
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_permitted_early_without_a_permit(
            until in 0_i64..4_000_000_000_000,
            now in 0_i64..4_000_000_000_000,
            near in -3_i64..3,
            acts in proptest::collection::vec((0_usize..4, 0_i64..4_000_000_000_000), 0..6),
        ) {
            let with_instant = |millis: i64| Moment {
                civil: String::new(),
                zone: "UTC".to_owned(),
                instant: Instant::from_millis(millis),
                tzdata: String::new(),
            };
            let mut records: Vec<Record> = (1..)
                .zip(acts)
                .map(|(seq, (act, millis))| record(seq, Act::ALL[act], Some(with_instant(millis)), millis))
                .collect();
            let last = i64::try_from(records.len()).unwrap() + 1;
            records.push(record(last, Act::Move, Some(with_instant(until)), 0));
            records.reverse();
            let embargo = state(&records);
            prop_assert_eq!(embargo.seq(), last);
            for now in [now, until + near] {
                let now = Instant::from_millis(now);
                prop_assert_eq!(embargo.permits(now, false), now.millis() >= until);
                prop_assert!(embargo.permits(now, true));
                prop_assert_eq!(embargo.is_active(now), now.millis() < until);
            }
        }
    }
}
