//! `dateline optout import`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::optout::reach::Reach;
use crate::cli::words::count;
use crate::desk::people::opt_out_import::{TakeIn, TakenInReport, take_in};
use crate::desk::problem::{Exit, Problem};

/// Take opt-outs in from a file: one of `optout export`, or a list of addresses
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline optout import /backup/optouts.csv
  dateline optout import old-desk.csv --key old-desk.key
  dateline optout import unsubscribed.csv --source \"the old newsletter tool\" --dry-run

A list of addresses has one a line, or a column whose header speaks of mail; @example.net is everybody
there. Everybody in it opts out: a file that holds others as well belongs to contact import, which reads
its opt-out columns. What is there already only ever becomes stricter.")]
pub struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The key file that an export of another desk, or of an older time, was made with; it is kept
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
    /// For a list of addresses: why, in a word or two, without anybody's name or address
    #[arg(long, value_name = "TEXT", default_value = "unsubscribed")]
    reason: String,
    /// For a list of addresses: how you know
    #[arg(long, value_name = "TEXT", default_value = "a list of addresses")]
    source: String,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let file = context.path(&self.file);
        let key = self.key.as_ref().map(|path| context.path(path));
        let asked = TakeIn {
            file: &file,
            key: key.as_deref(),
            reach: self.reach.resolve(),
            reason: self.reason,
            source: self.source,
            dry_run: self.dry_run,
        };
        let report = take_in(&desk, &asked).await?;
        if context.output.is_json() {
            context.output.json(&report);
        } else {
            tell(context, &report);
        }
        Ok(if report.rejected.is_empty() {
            Exit::Done
        } else {
            Exit::Partly
        })
    }
}

fn tell(context: &mut Context, report: &TakenInReport) {
    let shown = |number: u64, noun: &str| count(i64::try_from(number).unwrap_or(i64::MAX), noun);
    for left in &report.rejected {
        context
            .output
            .warn(format!("line {}: {}", left.line, left.reason));
    }
    let verb = if report.dry_run { "Would add" } else { "Added" };
    let mut parts = vec![format!(
        "{verb} {}; {} there already",
        shown(report.added, "opt-out"),
        report.already
    )];
    if report.lifted > 0 {
        parts.push(format!("{} lifted here since and left so", report.lifted));
    }
    if report.withdrawn > 0 {
        let back = shown(report.withdrawn, "mail");
        parts.push(format!("{back} that waited taken back"));
    }
    context.output.done(format!("{}.", parts.join("; ")));
}
