//! What `new`, `edit`, `correct` and `update` say.

use crate::cli::context::Context;
use crate::cli::words::{clock, count, short, zone};
use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::check::{self, Checked};
use crate::desk::release::write::Written;
use crate::domain::when::say;

/// What `correct` and `update` say of the version that they made; `act` is what it is.
pub(in crate::cli) fn amended(context: &mut Context, written: &Written, act: &str) {
    if context.output.is_json() {
        context.output.json(written);
        return;
    }
    for remark in &written.remarks {
        context.output.warn(remark);
    }
    let slug = &written.release;
    context
        .output
        .done(format!("{act}: version {} of {slug}.", written.version));
    context.output.done(format!(
        "Next: dateline release diff {slug}; dateline release approve {slug}; dateline release schedule {slug}"
    ));
}

pub(in crate::cli) async fn tell(
    context: &mut Context,
    desk: &Desk,
    written: &Written,
) -> Result<(), Problem> {
    let advice = advice(desk, &written.release).await?;

    if context.output.is_json() {
        context.output.json(written);
        return Ok(());
    }
    for remark in &written.remarks {
        context.output.warn(remark);
    }
    let slug = &written.release;
    if !written.changed {
        context.output.done(format!(
            "{slug} says so already: still version {}.",
            written.version
        ));
        return Ok(());
    }
    let languages = match written.languages.as_slice() {
        [_] => String::new(),
        several => format!(" in {}", several.join(", ")),
    };
    context.output.done(format!(
        "{slug} is a draft, version {} ({}){languages}.",
        written.version,
        short(&written.content_hash)
    ));
    if let Some(moment) = &written.embargo {
        let said = say(moment.instant, &moment.zone, &desk.zones);
        context.output.done(format!("Under embargo until {said}."));
        if zone(desk) != moment.zone {
            context.output.detail(format!(
                "which is {} in {}",
                clock(desk, moment.instant),
                zone(desk)
            ));
        }
    }
    if !written.blocked.is_empty() {
        context
            .output
            .warn("what was scheduled waits for a new approval; nothing of it goes out before");
    }
    if let Some(advice) = advice {
        context.output.done(advice);
    }
    context.output.done(format!(
        "Next: dateline release preview {slug}, then: dateline release approve {slug}"
    ));
    Ok(())
}

/// One line about what the release check would say: how much, and the worst.
pub(in crate::cli) async fn advice(desk: &Desk, slug: &str) -> Result<Option<String>, Problem> {
    let checked = check::check(desk, slug, None).await?;
    let Some(worst) = checked.findings.first() else {
        return Ok(None);
    };
    Ok(Some(format!(
        "Check: {}. {} {}: {}. See where: dateline release check {slug}",
        figures(&checked),
        worst.finding.rule,
        worst.finding.severity.as_str(),
        worst.finding.message
    )))
}

/// "2 errors, 1 warning"
pub(in crate::cli) fn figures(checked: &Checked) -> String {
    let of = |number: usize, one: &str| {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        (number > 0).then(|| count(number, one))
    };
    let advice = (checked.advice > 0).then(|| format!("{} advice", checked.advice));
    let all: Vec<String> = [
        of(checked.errors, "error"),
        of(checked.warnings, "warning"),
        advice,
    ]
    .into_iter()
    .flatten()
    .collect();
    if all.is_empty() {
        "nothing open".to_owned()
    } else {
        all.join(", ")
    }
}
