//! Follow-ups: once, to those who have the release and have said nothing, in answer to their own copy.

use std::collections::BTreeMap;

use crate::desk::distribution::schedule::Request;
use crate::desk::problem::{Exit, Problem};
use crate::domain::distribution::Purpose;
use crate::store::audience::{self, Audience};
use crate::store::connection::ConnectionTrait;
use crate::store::follow_up;

/// A mail that only repeats itself is a nuisance: there has to be a word of one's own above it.
pub(crate) fn must_say_something(request: &Request) -> Result<(), Problem> {
    let said = request.cover_note.as_deref().unwrap_or_default();
    if said.trim().is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "no-note",
            "a follow-up needs a few words of its own above the release",
        )
        .hint(
            "write --cover-note \"Did you see this? The engineer is free for a call on Thursday.\"",
        ));
    }
    Ok(())
}

/// Why contacts of these need no follow-up.
pub(crate) async fn done_with(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    release_id: i64,
) -> Result<BTreeMap<i64, &'static str>, Problem> {
    let declined = follow_up::declined(connection, contacts, release_id).await?;
    let answered = follow_up::answered(connection, contacts, release_id).await?;
    let declined = declined.into_iter().map(|id| (id, "declined"));
    let answered = answered.into_iter().map(|id| (id, "answered"));
    Ok(declined.chain(answered).collect())
}

/// Fills in who of the audience of a follow-up needs none; of other audiences nobody.
pub(crate) async fn refuse(
    connection: &impl ConnectionTrait,
    audience: &mut Audience,
) -> Result<(), Problem> {
    if audience.purpose != Purpose::FollowUp.as_str() {
        return Ok(());
    }
    let planned = audience::plan(connection, audience).await?;
    let asked: Vec<i64> = planned
        .into_iter()
        .filter(|row| row.reason.is_none())
        .map(|row| row.contact_id)
        .collect();
    let done = done_with(connection, &asked, audience.release_id).await?;
    audience.refused.extend(done);
    Ok(())
}
