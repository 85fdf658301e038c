//! `dateline contact imports`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::{count, minute};
use crate::desk::Desk;
use crate::desk::people::imports::{self, ImportDetail, ImportView};
use crate::desk::problem::{Exit, Problem};

/// Changes that are shown; --json has more.
const SHOWN: usize = 20;

/// List the imports there were, or show one: its columns, its counts, what it changed
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact imports
  dateline contact imports 3
  dateline contact imports 3 --json

Take one back: dateline contact undo-import 3")]
pub struct Imports {
    /// The number of one import
    #[arg(value_name = "NUMBER")]
    number: Option<i64>,
}

impl Imports {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some(number) = self.number {
            let import = imports::show(&desk, number).await?;
            if context.output.is_json() {
                context.output.json(&import);
            } else {
                tell(context, &desk, &import);
            }
            return Ok(Exit::Done);
        }
        let all = imports::list(&desk).await?;
        if context.output.is_json() {
            context.output.json(&all);
            return Ok(Exit::Done);
        }
        if all.is_empty() {
            context.output.done(
                "Nothing was imported yet. Try: dateline contact import FILE --source TEXT --dry-run",
            );
            return Ok(Exit::Done);
        }
        let rows = all.iter().map(|import| row(&desk, import)).collect();
        let headers = ["Import", "When", "By", "File", "Source", "Rows", "State"];
        context.output.table(&headers, rows);
        Ok(Exit::Done)
    }
}

fn row(desk: &Desk, import: &ImportView) -> Vec<String> {
    vec![
        import.id.to_string(),
        minute(desk, import.at),
        import.by.clone(),
        import.file.clone(),
        import.source.clone(),
        counts(import),
        import.state.clone(),
    ]
}

/// `12: 9 new, 1 updated`; what is nought is left away.
fn counts(import: &ImportView) -> String {
    let number = |name: &str| import.counts[name].as_i64();
    let Some(rows) = number("rows") else {
        return String::new();
    };
    let parts: Vec<_> = [
        ("added", "new"),
        ("updated", "updated"),
        ("unchanged", "unchanged"),
        ("merged", "merged"),
        ("rejected_rows", "rejected"),
    ]
    .into_iter()
    .filter_map(|(name, word)| Some((number(name).filter(|count| *count > 0)?, word)))
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    format!("{rows}: {}", parts.join(", "))
}

fn tell(context: &mut Context, desk: &Desk, detail: &ImportDetail) {
    let import = &detail.import;
    let list = match (&import.list, import.replaces) {
        (Some(list), true) => format!("{list}, made equal to the file"),
        (Some(list), false) => list.clone(),
        (None, _) => String::new(),
    };
    let undone = import
        .undone_at
        .map(|at| format!(" on {}", minute(desk, at)));
    let ignored: Vec<_> = detail
        .columns
        .iter()
        .filter(|column| column.field.is_none())
        .map(|column| column.header.as_str())
        .collect();
    let read: Vec<_> = detail
        .columns
        .iter()
        .filter_map(|column| Some(format!("{} → {}", column.header, column.field.as_ref()?)))
        .collect();
    let facts = [
        ("Import", import.id.to_string()),
        ("File", import.file.clone()),
        ("Source", import.source.clone()),
        ("Legal basis", import.legal_basis.clone()),
        ("Jurisdiction", import.jurisdiction.clone()),
        ("When", minute(desk, import.at)),
        ("By", import.by.clone()),
        (
            "State",
            format!("{}{}", import.state, undone.unwrap_or_default()),
        ),
        ("Format", format!("{}, {}", import.format, import.encoding)),
        ("Columns", read.join(", ")),
        ("Not read", ignored.join(", ")),
        ("List", list),
        ("Rows", counts(import)),
        (
            "Opt-outs",
            match detail.opt_outs {
                0 => String::new(),
                number => format!("{number}, which stay whatever becomes of the import"),
            },
        ),
    ];
    facts::show(&mut context.output, &facts);
    if detail.changes.is_empty() {
        return;
    }
    let rows = detail
        .changes
        .iter()
        .take(SHOWN)
        .map(|change| {
            vec![
                change.contact.to_string(),
                change.line.to_string(),
                change.field.clone(),
                change.old.clone().unwrap_or_default(),
                change.new.clone().unwrap_or_default(),
            ]
        })
        .collect();
    context.output.line("");
    context
        .output
        .table(&["Contact", "Line", "Field", "Before", "After"], rows);
    let more = detail.changes.len().saturating_sub(SHOWN);
    if more > 0 {
        let more = count(i64::try_from(more).unwrap_or(i64::MAX), "change");
        context
            .output
            .line(format!("and {more} more; --json has them"));
    }
}
