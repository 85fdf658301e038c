//! `dateline log`: who did what, and the proof of it.

pub mod list;
pub mod verify;

use crate::cli::context::Context;
use crate::cli::words::clock;
use crate::desk::Desk;
use crate::desk::journal::Entry;
use crate::desk::problem::{Exit, Problem};

/// Read the log, and prove that nobody rewrote it
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline log list
  dateline log verify")]
pub enum Verb {
    List(list::List),
    Verify(verify::Verify),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(verb) => verb.run(context).await,
            Self::Verify(verb) => verb.run(context).await,
        }
    }
}

/// Acts as a table, or as JSON.
pub(in crate::cli) fn entries(context: &mut Context, desk: &Desk, found: &[Entry]) {
    if context.output.is_json() {
        context.output.json(&found);
        return;
    }
    if found.is_empty() {
        context
            .output
            .say("No entry matches. What is written down: dateline log list");
        return;
    }
    let rows = found
        .iter()
        .map(|entry| {
            vec![
                clock(desk, entry.at),
                entry.by.clone(),
                format!("{} {} {}", entry.act, entry.subject, entry.subject_id),
                detail(&entry.detail),
            ]
        })
        .collect();
    context
        .output
        .table(&["When", "Who", "What", "Detail"], rows);
}

/// `version 2, embargo 1`: the members of the object, hashes cut to what the eye compares.
fn detail(detail: &serde_json::Value) -> String {
    let Some(members) = detail.as_object() else {
        return detail.to_string();
    };
    let said: Vec<String> = members
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!("{name} {}", short(value)))
        .collect();
    said.join(", ")
}

fn short(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) if text.len() > 24 => {
            format!("{}…", text.chars().take(8).collect::<String>())
        }
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
