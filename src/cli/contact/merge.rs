//! `dateline contact merge`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::contacts;
use crate::desk::people::merge::{self, Merged};
use crate::desk::problem::{Exit, Problem};

/// Make one contact of two: both histories are kept, and the stricter opt-out
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact merge 14 203 --dry-run
  dateline contact merge 14 203
  dateline contact merge ada@example.com a.byrne@example.org --yes

The first stays, with its address; the other's addresses become further ones, its lists, beats and tags
are united, and what the first one lacks is filled in. Mail that waits for the other one goes to the
first, unless the first has it already. It cannot be taken back.")]
pub struct Merge {
    /// Who stays: an address of theirs, or their number
    #[arg(value_name = "KEEP")]
    keep: String,
    /// Who becomes the first
    #[arg(value_name = "OTHER")]
    other: String,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
}

impl Merge {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if !self.dry_run {
            let keep = contacts::find(&desk, &self.keep).await?;
            let other = contacts::find(&desk, &self.other).await?;
            let question =
                format!("Contact {other} becomes contact {keep}, and cannot be parted again.");
            context.output.confirm_typed(&question, &keep.to_string())?;
        }
        let merged = merge::merge(&desk, &self.keep, &self.other, self.dry_run).await?;
        if context.output.is_json() {
            context.output.json(&merged);
        } else {
            tell(context, &merged);
        }
        Ok(Exit::Done)
    }
}

fn tell(context: &mut Context, merged: &Merged) {
    for warning in &merged.warnings {
        context.output.warn(warning);
    }
    let shown = |number: u64, noun: &str| count(i64::try_from(number).unwrap_or(i64::MAX), noun);
    let mut parts = vec![
        shown(merged.addresses, "address").replace("addresss", "addresses"),
        shown(merged.lists, "list"),
        shown(merged.labels, "beat or tag").replace("beat or tags", "beats or tags"),
    ];
    if !merged.filled.is_empty() {
        parts.push(format!("filled {}", merged.filled.join(", ")));
    }
    if merged.handed_over > 0 {
        let mails = shown(merged.handed_over, "waiting mail");
        parts.push(format!("{mails} handed over"));
    }
    if merged.withdrawn > 0 {
        let mails = shown(merged.withdrawn, "waiting mail");
        parts.push(format!("{mails} taken back"));
    }
    let verb = if merged.dry_run { "would become" } else { "is" };
    context.output.done(format!(
        "Contact {} {verb} contact {} ({}); {}.",
        merged.merged,
        merged.kept,
        merged.status,
        parts.join(", ")
    ));
}
