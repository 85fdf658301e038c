//! `dateline template`: your own versions of the mail's templates.

pub mod check;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Try your own mail templates
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline template check templates/")]
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
