//! `dateline address check`.

use serde::Serialize;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address::{AddressProblem, Reading, read};

/// Bytes of standard input: a million addresses are half of it.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Check whether addresses can be written to, as an import would read them; exit 5 if one cannot
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline address check jane@example.com \"Jane Doe <jane@example.com>\"
  dateline address check - < column.txt     (one a line)

What is written is checked; nobody is asked whether the mailbox exists.")]
pub struct Check {
    /// Addresses, each as in one cell of a table; - reads lines from standard input
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
}

/// The JSON contract, one line per address that was given.
#[derive(Serialize)]
struct Answer<'a> {
    input: &'a str,
    ok: bool,
    address: Option<&'a str>,
    addresses: Vec<&'a str>,
    display_name: Option<&'a str>,
    reason: Option<&'a str>,
    warnings: &'a [String],
}

impl Check {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let mut exit = Exit::Done;
        for given in self.addresses {
            let cells = if given == "-" {
                lines(context)?
            } else {
                vec![given]
            };
            for cell in cells {
                let result = read(&cell);
                if result.is_err() {
                    exit = Exit::Found;
                }
                if context.output.is_json() {
                    context.output.json(&answer(&cell, &result));
                } else {
                    tell(context, &cell, &result);
                }
            }
        }
        Ok(exit)
    }
}

fn lines(context: &mut Context) -> Result<Vec<String>, Problem> {
    let bytes = context.output.read_stdin(LONGEST).map_err(|error| {
        let why = format!("standard input cannot be read: {error}");
        Problem::new(Exit::Failed, "stdin", why).hint("give it fewer addresses at a time")
    })?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect())
}

fn answer<'a>(input: &'a str, result: &'a Result<Reading, AddressProblem>) -> Answer<'a> {
    let reading = result.as_ref().ok();
    let addresses: Vec<&str> = reading
        .into_iter()
        .flat_map(|reading| &reading.addresses)
        .map(crate::domain::address::Address::as_str)
        .collect();
    Answer {
        input,
        ok: reading.is_some(),
        address: addresses.first().copied(),
        addresses,
        display_name: reading.and_then(|reading| reading.display_name.as_deref()),
        reason: result.as_ref().err().map(|problem| problem.reason.as_str()),
        warnings: reading.map_or(&[], |reading| &reading.warnings),
    }
}

fn tell(context: &mut Context, input: &str, result: &Result<Reading, AddressProblem>) {
    let answer = answer(input, result);
    match answer.reason {
        Some(reason) => context.output.line(format!("{input}: no: {reason}")),
        None if answer.addresses == [input] => context.output.line(format!("{input}: ok")),
        None => {
            let addresses = answer.addresses.join(", ");
            context
                .output
                .line(format!("{input}: ok, read as {addresses}"));
        }
    }
    for warning in answer.warnings {
        context.output.line(format!("  but: {warning}"));
    }
}
