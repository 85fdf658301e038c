//! The permit for an advance copy: the rule applied to people as the database knows them, the same
//! at planning, at freezing, at the claim and before the body.

use std::collections::HashMap;

use crate::desk::problem::Problem;
use crate::domain::agreement::{self, Refusal};
use crate::domain::distribution::Purpose;
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::store::agreement::candidates;
use crate::store::audience::{self, Audience};
use crate::store::connection::ConnectionTrait;

/// What permits depend on besides the person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) release_id: i64,
    /// When the embargo lifts; None: there is none, so nobody can have agreed to it.
    pub(crate) lift: Option<Instant>,
    /// Whether counsel allowed analysts and investors.
    pub(crate) counsel: bool,
}

impl Terms {
    pub(crate) fn of(release_id: i64, embargo: &Embargo, counsel: bool) -> Self {
        Self {
            release_id,
            lift: embargo.until().map(|until| until.instant),
            counsel,
        }
    }
}

/// The permit of each of these contacts at `now`: until when it holds, or why there is none.
pub(crate) async fn permits(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    terms: Terms,
    now: Instant,
) -> Result<HashMap<i64, Result<Option<Instant>, Refusal>>, Problem> {
    let candidates = candidates(connection, contacts, terms.release_id).await?;
    Ok(contacts
        .iter()
        .map(|id| {
            let permit = match (candidates.get(id), terms.lift) {
                (Some(one), Some(lift)) => agreement::permit(one, lift, terms.counsel, now),
                _ => Err(Refusal::NoAgreement),
            };
            (*id, permit)
        })
        .collect())
}

/// Why this contact gets nothing of such a purpose, if it is the permit's fault. A question goes to
/// the press that is not under sanction and has not answered it yet.
pub(crate) fn objection(
    purpose: Purpose,
    permit: Result<Option<Instant>, Refusal>,
) -> Option<&'static str> {
    match (purpose, permit) {
        (Purpose::EmbargoAsk, Err(Refusal::NoAgreement)) => None,
        (Purpose::Advance | Purpose::EmbargoAsk, Err(refusal)) => Some(refusal.as_str()),
        (Purpose::EmbargoAsk, Ok(_)) => Some("already-agreed"),
        _ => None,
    }
}

/// Fills in whom of an audience the permit rule refuses, as of `at`.
pub(crate) async fn refuse(
    connection: &impl ConnectionTrait,
    audience: &mut Audience,
    terms: Terms,
    at: Instant,
) -> Result<(), Problem> {
    let purpose = Purpose::parse(&audience.purpose).unwrap_or(Purpose::General);
    if !matches!(purpose, Purpose::Advance | Purpose::EmbargoAsk) {
        return Ok(());
    }
    audience.refused.clear();
    let asked: Vec<i64> = audience::plan(connection, audience)
        .await?
        .into_iter()
        .filter(|row| row.reason.is_none())
        .map(|row| row.contact_id)
        .collect();
    let permits = permits(connection, &asked, terms, at).await?;
    audience.refused = asked
        .into_iter()
        .filter_map(|id| Some((id, objection(purpose, *permits.get(&id)?)?)))
        .collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_goes_to_those_who_have_not_agreed_and_a_copy_to_those_who_have() {
        let ask = |permit| objection(Purpose::EmbargoAsk, permit);
        let send = |permit| objection(Purpose::Advance, permit);
        assert_eq!(ask(Err(Refusal::NoAgreement)), None);
        assert_eq!(ask(Ok(None)), Some("already-agreed"));
        assert_eq!(ask(Err(Refusal::NotMedia)), Some("not-media"));
        assert_eq!(send(Ok(None)), None);
        assert_eq!(send(Err(Refusal::NoAgreement)), Some("no-agreement"));
        assert_eq!(send(Err(Refusal::OutletSanction)), Some("outlet-sanction"));
        assert_eq!(objection(Purpose::General, Err(Refusal::NotMedia)), None);
    }
}
