//! Who may hold an advance copy: those of the press who agreed to this embargo, and nobody else.

use crate::domain::contact::Kind;
use crate::domain::instant::Instant;

/// One agreement as far as the rule looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Given {
    /// For every release, or for this one only.
    pub is_standing: bool,
    /// The lift that a release's agreement was given under; None: not known.
    pub lift: Option<Instant>,
    pub agreed_at: Instant,
    pub expires_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
}

/// What is known of somebody who might get an advance copy.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub kind: Kind,
    /// Until when the outlet gets nothing in advance, because it broke an embargo.
    pub sanction_until: Option<Instant>,
    pub agreements: Vec<Given>,
}

/// Why somebody gets no advance copy, in the order in which it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    NotMedia,
    OutletSanction,
    NoAgreement,
}

impl Refusal {
    /// The reason in a delivery's row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMedia => "not-media",
            Self::OutletSanction => "outlet-sanction",
            Self::NoAgreement => "no-agreement",
        }
    }
}

impl Given {
    /// Whether it holds at `now` for an embargo until `lift`.
    ///
    /// Who agreed to keep silent until Tuesday has not agreed to keep silent until Wednesday: a
    /// release's agreement holds for the lift it was given under, or an earlier one (EMB-10).
    pub fn holds(&self, lift: Instant, now: Instant) -> bool {
        self.agreed_at <= now
            && self.withdrawn_at.is_none_or(|at| now < at)
            && self.expires_at.is_none_or(|at| now < at)
            && (self.is_standing || self.lift.is_some_and(|agreed| lift <= agreed))
    }
}

/// Whether somebody may get an advance copy at `now`, under an embargo until `lift`; and until when
/// the permit holds, None where it has no end of its own.
///
/// Denied unless everything is in order: a media-like kind, no sanction on the outlet, and an
/// agreement (EMB-06, EMB-11). `counsel` lets analysts and investors pass the first question, and
/// only that one: who gets material news before the market does so under an express agreement
/// (17 CFR 243.100(b)(2); DIS-02).
pub fn permit(
    candidate: &Candidate,
    lift: Instant,
    counsel: bool,
    now: Instant,
) -> Result<Option<Instant>, Refusal> {
    let by_counsel = counsel && matches!(candidate.kind, Kind::Analyst | Kind::Investor);
    if !candidate.kind.is_media_like() && !by_counsel {
        return Err(Refusal::NotMedia);
    }
    if candidate.sanction_until.is_some_and(|until| now < until) {
        return Err(Refusal::OutletSanction);
    }
    let mut holding = candidate
        .agreements
        .iter()
        .filter(|given| given.holds(lift, now))
        .peekable();
    if holding.peek().is_none() {
        return Err(Refusal::NoAgreement);
    }
    // The one that lasts longest; None is for ever.
    Ok(holding
        .map(|given| given.expires_at)
        .reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)))
        .flatten())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Instant = Instant::from_millis(1_000);
    const LIFT: Instant = Instant::from_millis(5_000);

    fn given() -> Given {
        Given {
            is_standing: false,
            lift: Some(LIFT),
            agreed_at: Instant::from_millis(10),
            expires_at: None,
            withdrawn_at: None,
        }
    }

    fn candidate(kind: Kind, agreements: &[Given]) -> Candidate {
        Candidate {
            kind,
            sanction_until: None,
            agreements: agreements.to_vec(),
        }
    }

    #[test]
    fn nobody_gets_one_by_default() {
        for kind in Kind::ALL {
            let expected = if kind.is_media_like() {
                Refusal::NoAgreement
            } else {
                Refusal::NotMedia
            };
            assert_eq!(
                permit(&candidate(kind, &[]), LIFT, false, NOW),
                Err(expected)
            );
        }
    }

    #[test]
    fn counsel_lets_in_analysts_and_investors_who_agreed_and_nobody_else() {
        for kind in Kind::ALL {
            let may = permit(&candidate(kind, &[given()]), LIFT, true, NOW).is_ok();
            let wanted = kind.is_media_like() || matches!(kind, Kind::Analyst | Kind::Investor);
            assert_eq!(may, wanted, "{kind:?}");
            assert_eq!(
                permit(&candidate(kind, &[given()]), LIFT, false, NOW).is_ok(),
                kind.is_media_like()
            );
        }
        let bare = permit(&candidate(Kind::Analyst, &[]), LIFT, true, NOW);
        assert_eq!(bare, Err(Refusal::NoAgreement));
    }

    #[test]
    fn a_sanction_outweighs_every_agreement_until_its_end() {
        let mut one = candidate(Kind::Media, &[given()]);
        one.sanction_until = Some(Instant::from_millis(1_001));
        assert_eq!(permit(&one, LIFT, false, NOW), Err(Refusal::OutletSanction));
        one.sanction_until = Some(NOW);
        assert_eq!(permit(&one, LIFT, false, NOW), Ok(None));
    }

    #[test]
    fn an_agreement_to_one_lift_is_none_to_a_later_one() {
        let one = candidate(Kind::Media, &[given()]);
        let at = Instant::from_millis;
        assert!(permit(&one, at(4_999), false, NOW).is_ok());
        assert!(permit(&one, LIFT, false, NOW).is_ok());
        assert_eq!(
            permit(&one, at(5_001), false, NOW),
            Err(Refusal::NoAgreement)
        );
        let standing = Given {
            is_standing: true,
            lift: None,
            ..given()
        };
        assert!(permit(&candidate(Kind::Media, &[standing]), at(9_000), false, NOW).is_ok());
    }

    #[test]
    fn the_permit_ends_with_the_agreement_that_lasts_longest() {
        let until = |millis| Given {
            expires_at: Some(Instant::from_millis(millis)),
            ..given()
        };
        let permit =
            |agreements: &[Given]| permit(&candidate(Kind::Media, agreements), LIFT, false, NOW);
        assert_eq!(
            permit(&[until(2_000), until(3_000), until(900)]),
            Ok(Some(Instant::from_millis(3_000)))
        );
        assert_eq!(permit(&[until(2_000), given()]), Ok(None));
        assert_eq!(permit(&[until(1_000)]), Err(Refusal::NoAgreement));
    }

    proptest! {
        /// Whatever the history, a permit means: an agreement of before, not over, not taken back.
        #[test]
        fn a_permit_always_rests_on_an_agreement_that_holds(
            now in 0_i64..100,
            lift in 0_i64..100,
            sanction in proptest::option::of(0_i64..100),
            agreements in proptest::collection::vec(
                (any::<bool>(), proptest::option::of(0_i64..100), 0_i64..100, proptest::option::of(0_i64..100), proptest::option::of(0_i64..100)), 0..5),
        ) {
            let at = Instant::from_millis;
            let agreements: Vec<Given> = agreements
                .into_iter()
                .map(|(is_standing, lift, agreed, expires, withdrawn)| Given {
                    is_standing,
                    lift: lift.map(at),
                    agreed_at: at(agreed),
                    expires_at: expires.map(at),
                    withdrawn_at: withdrawn.map(at),
                })
                .collect();
            let one = Candidate { kind: Kind::Media, sanction_until: sanction.map(at), agreements: agreements.clone() };
            if let Ok(until) = permit(&one, at(lift), false, at(now)) {
                prop_assert!(sanction.is_none_or(|until| until <= now));
                prop_assert!(until.is_none_or(|until| at(now) < until));
                prop_assert!(agreements.iter().any(|given| given.agreed_at <= at(now)
                    && given.expires_at.is_none_or(|end| at(now) < end)
                    && given.withdrawn_at.is_none_or(|end| at(now) < end)
                    && (given.is_standing || given.lift.is_some_and(|agreed| at(lift) <= agreed))));
            }
        }
    }
}
