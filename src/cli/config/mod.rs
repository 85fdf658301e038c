//! `dateline config`: look at the settings.

pub mod check;
pub mod path;
pub mod show;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Look at the settings
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline config path
  dateline config check")]
pub enum Verb {
    Show(show::Show),
    Path(path::Path),
    Check(check::Check),
}

impl Verb {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Show(_) => show::Show::run(context),
            Self::Path(_) => path::Path::run(context),
            Self::Check(_) => check::Check::run(context),
        }
    }
}
