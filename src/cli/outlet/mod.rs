//! `dateline outlet`: the houses that contacts work for.

pub mod add;
pub mod edit;
pub mod facts;
pub mod list;
pub mod merge;
pub mod show;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Outlets: the houses that contacts work for
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet list
  dateline outlet show \"The Daily Example\"")]
pub enum Verb {
    List(list::List),
    Show(show::Show),
    Add(add::Add),
    Edit(edit::Edit),
    Merge(merge::Merge),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(verb) => verb.run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::Add(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::Merge(verb) => verb.run(context).await,
        }
    }
}
