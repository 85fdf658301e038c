//! `dateline presscontact`: our own people, whom a release names under "Media contact:".

pub mod add;
pub mod archive;
pub mod edit;
pub mod fields;
pub mod list;
pub mod show;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Press contacts: our own people, named under "Media contact:"
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline presscontact add ana-reyes --name \"Ana Reyes\" --email ana@example.com")]
pub enum Verb {
    List(list::List),
    Show(show::Show),
    Add(add::Add),
    Edit(edit::Edit),
    Archive(archive::Archive),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(verb) => verb.run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::Add(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::Archive(verb) => verb.run(context).await,
        }
    }
}
