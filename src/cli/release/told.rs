//! A distribution in words, and what an act on distributions says.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::words::{clock, count, grouped};
use crate::desk::Desk;
use crate::desk::distribution::control::{Turned, TurnedOne};
use crate::desk::distribution::resolve::{Decision, Resolved};
use crate::desk::distribution::tell::Told;
use crate::desk::release::report::Sending;
use crate::domain::delivery::Status as Delivering;
use crate::domain::distribution::{Block, Status};
use crate::domain::when::say;

/// Which of a release's distributions, in the verbs that act on them.
#[derive(clap::Args, Clone, Debug)]
pub(in crate::cli) struct Which {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    pub release: String,
    /// Only this distribution (default: all of the release's)
    #[arg(long, value_name = "N")]
    pub distribution: Option<i64>,
}

/// One distribution, a few lines.
pub(in crate::cli) fn sending(output: &mut Output, desk: &Desk, slug: &str, one: &Sending) {
    let rehearsal = if one.rehearsal { "REHEARSAL, " } else { "" };
    output.line(format!(
        "  distribution {}: {rehearsal}{}, version {}, {}",
        one.id,
        one.purpose,
        one.version,
        one.status.as_str()
    ));
    if let Some(reason) = one
        .reason
        .as_deref()
        .filter(|_| one.status == Status::Blocked)
    {
        output.line(format!(
            "    blocked ({reason}): {}",
            Block::explain(reason).replace("SLUG", slug)
        ));
    }
    let follows = if one.follows_embargo {
        ", follows the embargo"
    } else {
        ""
    };
    output.line(format!(
        "    {}{follows}",
        say(one.send_at, &one.zone, &desk.zones)
    ));
    let figures: Vec<String> = Delivering::ALL
        .into_iter()
        .filter(|status| one.count(*status) > 0)
        .map(|status| format!("{} {}", grouped(one.count(status)), status.as_str()))
        .collect();
    if !figures.is_empty() {
        output.line(format!("    {}", figures.join(", ")));
    }
    if let (Some(first), Some(last)) = (one.first_sent_at, one.last_sent_at) {
        output.line(format!(
            "    first sent {}, last {}",
            clock(desk, first),
            clock(desk, last)
        ));
    }
    let why: Vec<String> = one
        .suppressed
        .iter()
        .map(|(reason, number)| format!("{} {reason}", grouped(*number)))
        .collect();
    if !why.is_empty() {
        output.line(format!("    not sent: {}", why.join(", ")));
    }
}

/// What became of the distributions after `pause`, `resume`, `cancel` or `unschedule`.
pub(in crate::cli) fn turned(
    context: &mut Context,
    turned: &Turned,
    sentence: fn(&TurnedOne) -> String,
    next: &str,
) {
    if context.output.is_json() {
        context.output.json(turned);
        return;
    }
    for one in &turned.distributions {
        let rehearsal = if one.rehearsal { " (rehearsal)" } else { "" };
        context.output.done(format!(
            "{}, distribution {}{rehearsal}: {}",
            turned.release,
            one.id,
            sentence(one)
        ));
        if one.unknown > 0 {
            context.output.warn(format!(
                "{} may or may not have it: dateline release report {}",
                count(one.unknown, "recipient"),
                turned.release
            ));
        }
    }
    context
        .output
        .done(format!("Next: {}", next.replace("SLUG", &turned.release)));
}

/// What became of mails that a person decided about; `nothing` where there were none.
pub(in crate::cli) fn resolved(context: &mut Context, resolved: &Resolved, nothing: &str) {
    if context.output.is_json() {
        context.output.json(resolved);
        return;
    }
    let slug = &resolved.release;
    if resolved.distributions.is_empty() {
        context.output.done(format!("{slug}: {nothing}."));
        return;
    }
    let is_accepted = resolved.decision == Decision::Accept.as_str();
    for one in &resolved.distributions {
        let mails = count(i64::try_from(one.changed).unwrap_or(i64::MAX), "mail");
        let became = if is_accepted {
            "counted as sent".to_owned()
        } else {
            format!("queued again; it is {}", one.now.status.as_str())
        };
        let rehearsal = if one.now.rehearsal {
            " (rehearsal)"
        } else {
            ""
        };
        context.output.done(format!(
            "{slug}, distribution {}{rehearsal}: {mails} {became}.",
            one.now.id
        ));
    }
    let waits = |status: Status| matches!(status, Status::Paused | Status::Blocked);
    let next = if is_accepted {
        format!("dateline release report {slug}")
    } else if resolved
        .distributions
        .iter()
        .any(|one| waits(one.now.status))
    {
        format!("dateline release resume {slug}")
    } else {
        "dateline run (cron does it by itself)".to_owned()
    };
    context.output.done(format!("Next: {next}"));
}

/// Who with a copy is told of a change, and who has to be called.
pub(in crate::cli) fn holders(output: &mut Output, told: &Told) {
    if told.notice.is_none() {
        output.done("Nobody holds a copy, so nobody has to be told.");
    } else {
        output.done(format!(
            "{} with a copy {} told by the next run: dateline run",
            count(told.told, "holder"),
            if told.told == 1 { "is" } else { "are" }
        ));
    }
    for one in &told.to_call {
        let outlet = match one.outlet.as_str() {
            "" => String::new(),
            outlet => format!(", {outlet}"),
        };
        output.warn(format!(
            "call {}{outlet} (contact {}): mail does not reach them ({})",
            one.name, one.contact, one.reason
        ));
    }
}
