//! Whether what blocked a distribution holds no more, asked before a person lets it go on.
//!
//! `run` asks the same again before the first body; asking here spares the person a resume that
//! would be blocked again a minute later.

use std::time::Duration;

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::opening::adopt;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::domain::distribution::{Block, Purpose};
use crate::domain::release::Release;
use crate::domain::when;
use crate::domain::zones::is_newer;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Distribution};
use crate::store::embargo;

/// How late a distribution may start by itself.
pub fn max_lateness(desk: &Desk, one: &Distribution) -> Duration {
    if one.follows_embargo {
        desk.config.run.max_lateness_embargo
    } else {
        desk.config.run.max_lateness
    }
}

/// Refuses (4) where the distribution would only be blocked again, with what to do first.
pub async fn none(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    one: &Distribution,
    late: bool,
) -> Result<(), Problem> {
    let slug = &release.slug;
    if !late && is_late(desk, one) {
        return Err(refused(
            "missed",
            format!(
                "distribution {} of {slug} was due {}, and its time passed",
                one.id,
                when::say(one.send_at, &one.zone, &desk.zones)
            ),
        )
        .hint(format!(
            "if it shall go out all the same: dateline release resume {slug} --late; if not: dateline release cancel {slug}"
        )));
    }
    let blocked = |block: Block| {
        let explained = Block::explain(block.as_str()).replace("SLUG", slug);
        refused(
            block.as_str(),
            format!("distribution {} of {slug} would be blocked again", one.id),
        )
        .hint(explained)
    };
    let purpose = Purpose::parse(&one.purpose).unwrap_or(Purpose::General);
    let version = approve::current_version(connection, release).await?;
    let of_text = !purpose.is_notice();
    if of_text && !approve::is_approved(desk, connection, release, &version).await? {
        return Err(refused(
            "not-approved",
            format!("version {} of {slug} is not approved", version.number),
        )
        .hint(format!("approve it first: dateline release approve {slug}")));
    }
    if of_text && one.version_id != version.id {
        return Err(refused(
            "older-version",
            format!("distribution {} of {slug} had begun with an older version", one.id),
        )
        .hint(format!(
            "cancel it and schedule again, so that the others get version {}: dateline release cancel {slug} --distribution {}",
            version.number, one.id
        )));
    }
    if one.rehearsal != (desk.config.smtp.transport != Transport::Smtp) {
        return Err(blocked(Block::Transport));
    }
    let resolved = when::resolve(&one.civil, &one.zone, &desk.zones).ok();
    if is_newer(&one.tzdata, desk.zones.version()) || resolved != Some(one.send_at) {
        return Err(blocked(Block::Tzdata));
    }
    let state = embargo::current(connection, release.id).await?;
    let starts = one.send_at.max(desk.now());
    let to_holders = distribution::is_to_holders(connection, one.id).await?;
    if !state.lets_go(purpose, one.embargo_seq, to_holders, starts) {
        return Err(blocked(Block::Embargo));
    }
    if !adopt::is_home_within(desk, connection).await? {
        return Err(blocked(Block::CopiedDatabase));
    }
    Ok(())
}

/// Lateness is judged at the start, and after a gap: limits that make it slow do not make it late.
fn is_late(desk: &Desk, one: &Distribution) -> bool {
    let since = match (one.started_at, one.last_worked_at) {
        (Some(_), Some(worked)) => worked,
        _ => one.send_at,
    };
    since.until(desk.now()) > max_lateness(desk, one)
}

fn refused(code: &'static str, message: String) -> Problem {
    Problem::new(Exit::Forbidden, code, message)
}
