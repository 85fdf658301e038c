//! What `new` and `edit` say.

use crate::cli::context::Context;
use crate::cli::words::{clock, short, zone};
use crate::desk::Desk;
use crate::desk::release::write::Written;
use crate::domain::when::say;

pub(in crate::cli) fn tell(context: &mut Context, desk: &Desk, written: &Written) {
    if context.output.is_json() {
        context.output.json(written);
        return;
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
        return;
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
    context.output.done(format!(
        "Next: dateline release preview {slug}, then: dateline release approve {slug}"
    ));
}
