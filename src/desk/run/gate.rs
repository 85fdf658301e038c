//! The gate: whether a due distribution may start or go on, asked in the claim's own transaction.

use std::sync::Arc;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::letter::{compose, frozen};
use crate::desk::problem::Problem;
use crate::desk::release::approve;
use crate::desk::run::active::{Active, Tally};
use crate::domain::distribution::{Block, StartFacts, may_start};
use crate::domain::when;
use crate::domain::zones::is_newer;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::Distribution;
use crate::store::{delivery, embargo, organization, release};

/// Asks all the questions about a due distribution. `Err`: it has to be blocked, with the reason.
pub(crate) async fn examine(
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
    let letters = match frozen::letters(desk, connection, distribution).await {
        Ok(letters) => letters,
        Err(problem) if problem.code == compose::DAMAGED => return Ok(Err(Block::Message)),
        Err(problem) => return Err(problem),
    };
    let letters = letters
        .into_iter()
        .map(|letter| (letter.rendition.language.clone(), Arc::new(letter)))
        .collect();
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
