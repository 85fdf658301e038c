//! `dateline organization`: the issuers that releases speak for.

pub mod add;
pub mod edit;
pub mod fields;
pub mod list;
pub mod show;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Organizations: the issuers that releases speak for
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline organization add harbour-light --name \"Harbour Light\"
  dateline organization list")]
pub enum Verb {
    List(list::List),
    Show(show::Show),
    Add(Box<add::Add>),
    Edit(Box<edit::Edit>),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(_) => list::List::run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::Add(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
        }
    }
}
