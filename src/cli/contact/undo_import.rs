//! `dateline contact undo-import`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::undo_import::{Undone, undo};
use crate::desk::problem::{Exit, Problem};

/// Fields that are told one by one.
const SHOWN: usize = 20;

/// Take an import back: what it did, and nothing that came later
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact imports
  dateline contact undo-import 3 --dry-run
  dateline contact undo-import 3

Contacts that it made are gone; those with mails, agreements, opt-outs or your work on them go to the
archive, and those that a later import is about too stay as that one has them. Fields get their old
values back, unless something later was said. Opt-outs that it brought stay: no means no. Importing
the file again gives what the first import gave.")]
pub struct UndoImport {
    /// The import's number: see dateline contact imports
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// Show what would be taken back, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl UndoImport {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let undone = undo(&desk, self.number, self.dry_run).await?;
        if context.output.is_json() {
            context.output.json(&undone);
        } else {
            tell(context, &undone);
        }
        Ok(Exit::Done)
    }
}

fn tell(context: &mut Context, undone: &Undone) {
    if undone.dry_run {
        context.output.line("DRY RUN: nothing is written.");
    }
    let shown = |number: u64, noun: &str| count(i64::try_from(number).unwrap_or(i64::MAX), noun);
    let lines = [
        (undone.removed, "contact", "gone, with their addresses"),
        (
            undone.archived,
            "contact",
            "in the archive, because of what hangs on them",
        ),
        (
            undone.handed_over,
            "contact",
            "kept: a later import is about them too",
        ),
        (undone.restored, "field", "as before"),
        (undone.labels, "beat or tag", "taken off"),
        (undone.addresses, "further addresse", "taken off"),
        (undone.off_lists, "list membership", "ended"),
        (undone.back_on_lists, "list membership", "as before"),
        (
            undone.kept,
            "field",
            "kept, because something later was said",
        ),
    ];
    let mut said = false;
    for (number, noun, what) in lines {
        if number == 0 {
            continue;
        }
        said = true;
        let words = match noun {
            "beat or tag" if number > 1 => format!("{number} beats or tags"),
            "further addresse" if number == 1 => "1 further address".to_owned(),
            _ => shown(number, noun),
        };
        context.output.line(format!("{words}: {what}."));
    }
    if !said {
        context.output.line("The import had changed nothing.");
    }
    if undone.opt_outs > 0 {
        let number = shown(
            u64::try_from(undone.opt_outs).unwrap_or_default(),
            "opt-out",
        );
        context
            .output
            .line(format!("{number} that it brought: kept. No means no."));
    }
    if !undone.kept_fields.is_empty() {
        let rows = undone
            .kept_fields
            .iter()
            .take(SHOWN)
            .map(|kept| {
                let why = match kept.why {
                    "changed-later" => "changed again since",
                    "said-again" => "a later import says the same",
                    _ => "a report called the address dead",
                };
                vec![kept.contact.to_string(), kept.field.clone(), why.to_owned()]
            })
            .collect();
        context
            .output
            .table(&["Contact", "Field", "Kept because"], rows);
    }
    context.output.done(if undone.dry_run {
        format!("Do it: dateline contact undo-import {}", undone.import)
    } else {
        format!("Import {} is undone.", undone.import)
    });
}
