//! `dateline run --dry-run`: what would go until an instant, and why everybody else waits.

use crate::cli::context::Context;
use crate::cli::words::{clock, count, zone};
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::foresight::{self, Foresight};

/// Looks ahead and prints it; nothing is changed and nothing leaves the house.
pub(in crate::cli) async fn show(context: &mut Context, at: Option<&str>) -> Result<Exit, Problem> {
    let desk = context.desk().await?;
    let with_rows = context.output.is_verbose();
    let seen = foresight::foresee(&desk, at, with_rows).await?;
    if context.output.is_json() {
        context.output.json(&seen);
        return Ok(Exit::Done);
    }
    let output = &mut context.output;
    output.say(format!(
        "As of now, until {} ({}). Nothing is changed, nothing is sent.",
        clock(&desk, seen.at),
        zone(&desk)
    ));
    if let Some(why) = seen.stopped {
        output.warn(why);
    }
    if seen.goes.is_empty() {
        output.line("Nothing would go.");
    }
    for one in &seen.goes {
        let rehearsal = if one.rehearsal { ", REHEARSAL" } else { "" };
        output.line(format!(
            "{}  {}  {} ({}{rehearsal}, distribution {})",
            clock(&desk, one.moment),
            one.release,
            count(number(one.recipients), "recipient"),
            one.purpose,
            one.distribution
        ));
    }
    if !seen.held.is_empty() {
        output.line("\nHeld:");
        let rows = seen.held.iter().map(|one| {
            vec![
                one.release.clone(),
                one.purpose.clone(),
                one.recipients.to_string(),
                one.reason.clone(),
                one.why.clone(),
            ]
        });
        let rows = rows.collect();
        output.table(&["Release", "Purpose", "Recipients", "Reason", "Why"], rows);
    }
    match &seen.rows {
        Some(_) => by_name(context, &desk, &seen),
        None if seen.goes.is_empty() && seen.held.is_empty() => {}
        None => output.say("\nEverybody by name: -v"),
    }
    Ok(Exit::Done)
}

fn by_name(context: &mut Context, desk: &crate::desk::Desk, seen: &Foresight) {
    let rows = seen.rows.iter().flatten().map(|row| {
        let fate = match (row.goes_at, &row.reason) {
            (Some(at), _) => format!("goes {}", clock(desk, at)),
            (None, reason) => reason.clone().unwrap_or_default(),
        };
        let who = if row.email.is_empty() {
            format!("contact {}", row.contact)
        } else {
            row.email.clone()
        };
        vec![row.distribution.to_string(), who, row.outlet.clone(), fate]
    });
    let rows = rows.collect();
    context.output.line("");
    context.output.table(
        &["Distribution", "Contact", "Outlet", "What would happen"],
        rows,
    );
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
