//! The gate: whether a due distribution may start or go on, asked in the claim's own transaction.

use std::sync::Arc;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::letter::{compose, frozen};
use crate::desk::problem::Problem;
use crate::desk::release::approve;
use crate::desk::release::holders::issuers;
use crate::desk::run::active::{Active, Tally};
use crate::domain::distribution::{Block, Purpose, StartFacts, may_start};
use crate::domain::instant::Instant;
use crate::domain::release::Status;
use crate::domain::when;
use crate::domain::zones::is_newer;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::{delivery, embargo, release};

/// Asks all the questions about a distribution that starts at `now`. `Err`: it has to be blocked,
/// with the reason.
pub(crate) async fn examine(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    one: &Distribution,
    now: Instant,
) -> Result<Result<Active, Block>, Problem> {
    let Some(release) = release::by_id(connection, one.release_id).await? else {
        return Ok(Err(Block::Unapproved));
    };
    let Some(version) = release::version(connection, one.version_id).await? else {
        return Ok(Err(Block::Unapproved));
    };
    let embargo = embargo::current(connection, release.id).await?;
    let purpose = Purpose::parse(&one.purpose).unwrap_or(Purpose::General);
    let to_holders = distribution::is_to_holders(connection, one.id).await?;
    // Of a killed release nothing goes but the notice of that, whoever scheduled it meanwhile (COR-06).
    let is_alive = release.status != Status::Killed || purpose == Purpose::Kill;
    let is_current = release.current_version_id == Some(version.id);
    let run = &desk.config.run;
    let facts = StartFacts {
        now,
        send_at: one.send_at,
        resolved: when::resolve(&one.civil, &one.zone, &desk.zones).ok(),
        tzdata_is_older: is_newer(&one.tzdata, desk.zones.version()),
        max_lateness: if one.follows_embargo {
            run.max_lateness_embargo
        } else {
            run.max_lateness
        },
        judge_lateness: is_after_a_gap(desk, connection, one).await?,
        approved: is_alive
            && (purpose.is_notice()
                || (is_current
                    && approve::is_approved(desk, connection, &release, &version).await?)),
        embargo_permits: embargo.lets_go(purpose, one.embargo_seq, to_holders, now),
        rehearsal_fits: one.rehearsal == (desk.config.smtp.transport != Transport::Smtp),
    };
    if let Err(block) = may_start(&facts) {
        return Ok(Err(block));
    }
    let letters = match frozen::letters(desk, connection, one).await {
        Ok(letters) => letters,
        Err(problem) if problem.code == compose::DAMAGED => return Ok(Err(Block::Message)),
        Err(problem) => return Err(problem),
    };
    let letters = letters
        .into_iter()
        .map(|letter| (letter.rendition.language.clone(), Arc::new(letter)))
        .collect();
    let organizations = issuers(connection, &version.content).await?;
    Ok(Ok(Active {
        distribution: one.clone(),
        release_slug: release.slug,
        embargo,
        organizations,
        purpose,
        to_holders,
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
