//! `dateline address`: look at e-mail addresses.

pub mod check;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Look at e-mail addresses
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline address check ada@example.com")]
pub enum Verb {
    Check(check::Check),
}

impl Verb {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Check(verb) => verb.run(context),
        }
    }
}
