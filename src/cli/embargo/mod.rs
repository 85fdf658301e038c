//! `dateline embargo`: what holds until when, and what happens when it changes.

pub mod breach;
pub mod explain;
pub mod ics;
pub mod lift;
pub mod move_to;
pub mod show;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// See, move and lift embargoes, and write down who broke one
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo show harbour-light
  dateline embargo move harbour-light --to \"2027-11-03 11:00\"")]
pub enum Verb {
    Show(show::Show),
    Move(move_to::Move),
    Lift(lift::Lift),
    Breach(breach::Breach),
    Explain(explain::Explain),
    Ics(ics::Ics),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Show(verb) => verb.run(context).await,
            Self::Move(verb) => verb.run(context).await,
            Self::Lift(verb) => verb.run(context).await,
            Self::Breach(verb) => verb.run(context).await,
            Self::Explain(verb) => verb.run(context).await,
            Self::Ics(verb) => verb.run(context).await,
        }
    }
}
