//! When a distribution goes: by the rules of the embargo, and never shifted in silence.

use crate::desk::Desk;
use crate::desk::distribution::schedule::{Request, Start};
use crate::desk::distribution::tell;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::prepare;
use crate::domain::release::Release;
use crate::domain::when::{self, Moment};
use crate::store::connection::ConnectionTrait;
use crate::store::{embargo, holders};

/// The instant, by the rules of the embargo: never shifted in silence, refused instead.
pub(crate) async fn start(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    start: &Start,
) -> Result<(Moment, bool), Problem> {
    let now = desk.now();
    let state = embargo::current(connection, release.id).await?;
    let until = prepare::notice(&state, now);
    let zone = desk.config.newsroom.time_zone.as_deref();
    let moment = match start {
        Start::AtLift => match until {
            Some(until) => return Ok((until.clone(), true)),
            None => {
                return Err(Problem::new(
                    Exit::Usage,
                    "no-time",
                    format!("{} has no embargo, so it needs a time", release.slug),
                )
                .hint("give one: --at \"2026-11-03 09:00\", or --now"));
            }
        },
        Start::At(text) => when::read(text, zone, now, &desk.zones)?,
        Start::Now => in_a_moment(desk),
    };
    if let Some(until) = until.filter(|until| moment.instant < until.instant) {
        return Err(Problem::new(
            Exit::Forbidden,
            "embargoed",
            format!(
                "{} is under embargo until {}; it cannot go out before",
                release.slug,
                when::say(until.instant, &until.zone, &desk.zones)
            ),
        )
        .hint("leave --at and --now out: it then goes at the lift, and follows it when it moves"));
    }
    Ok((moment, false))
}

/// The instant of advance copies: before the lift, and early enough for those who get them (EMB-12,
/// EMB-13: lead is counted from the first advance copy).
pub(crate) async fn early(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    start: &Start,
    warnings: &mut Vec<String>,
) -> Result<Moment, Problem> {
    let now = desk.now();
    let state = embargo::current(connection, release.id).await?;
    let Some(lift) = state.until().filter(|_| state.is_active(now)) else {
        return Err(Problem::new(
            Exit::Forbidden,
            "no-embargo",
            format!(
                "{} is under no embargo, so no copy of it can be early",
                release.slug
            ),
        )
        .hint("send it as it is, without --advance"));
    };
    let zone = desk.config.newsroom.time_zone.as_deref();
    let moment = match start {
        Start::At(text) => when::read(text, zone, now, &desk.zones)?,
        Start::Now => in_a_moment(desk),
        Start::AtLift => {
            return Err(Problem::new(
                Exit::Usage,
                "no-time",
                "advance copies need a time before the lift",
            )
            .hint("give one: --at \"2026-11-02 09:00\", or --now"));
        }
    };
    if moment.instant >= lift.instant {
        return Err(Problem::new(
            Exit::Forbidden,
            "after-lift",
            format!(
                "the embargo of {} lifts {}; an advance copy at or after it is none",
                release.slug,
                when::say(lift.instant, &lift.zone, &desk.zones)
            ),
        )
        .hint("choose an earlier time, or schedule it without --advance"));
    }
    let first = holders::first_advance(connection, release.id)
        .await?
        .map_or(moment.instant, |first| first.min(moment.instant));
    let lead = first.until(lift.instant);
    let settings = &desk.config.embargo;
    if lead < settings.min_lead {
        return Err(Problem::new(
            Exit::Forbidden,
            "short-notice",
            format!(
                "from the first advance copy to the lift there would be {} minutes, fewer than [embargo] min_lead allows",
                lead.as_secs() / 60
            ),
        )
        .hint("send it earlier, or move the embargo: dateline embargo move"));
    }
    if lead < settings.warn_lead {
        warnings.push(format!(
            "the lift is {} hours after the first advance copy: short for people who have to write",
            lead.as_secs() / 3600
        ));
    }
    Ok(moment)
}

/// When what is for holders goes, such as a correction: at once, unless a time is given; an embargo does not keep it from those who
/// hold a copy. Whom it is for is not the user's to say.
pub(crate) fn for_holders(desk: &Desk, request: &Request) -> Result<Moment, Problem> {
    let terms = &request.terms;
    let names_somebody = !request.lists.is_empty() || !request.to.is_empty() || terms.everyone;
    if names_somebody || terms.advance || terms.skip_holders {
        return Err(Problem::new(
            Exit::Usage,
            "audience-is-known",
            "this goes to those who hold a copy, and to nobody else",
        )
        .hint("leave --list, --to, --all, --advance and --skip-holders out; see them: dateline release holders"));
    }
    match &request.start {
        Start::At(text) => {
            let zone = desk.config.newsroom.time_zone.as_deref();
            Ok(when::read(text, zone, desk.now(), &desk.zones)?)
        }
        Start::Now => Ok(in_a_moment(desk)),
        Start::AtLift => Ok(tell::at_once(desk)),
    }
}

/// `--now`: after the time in which it can be taken back. Whole seconds: the civil time has to give
/// this very instant again.
fn in_a_moment(desk: &Desk) -> Moment {
    let at = desk.now().plus(desk.config.run.cooling_off).up_to_second();
    let civil = at.timestamp().to_string().trim_end_matches('Z').to_owned();
    Moment {
        civil,
        zone: "UTC".to_owned(),
        instant: at,
        tzdata: desk.zones.version().to_owned(),
    }
}
