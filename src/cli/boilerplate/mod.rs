//! `dateline boilerplate`: the reusable "About" texts, kept version by version.

pub mod edit;
pub mod history;
pub mod list;
pub mod new;
pub mod show;
pub mod text;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Boilerplates: the reusable "About" texts
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline boilerplate new harbour-light --organization harbour-light --file about.md
  dateline boilerplate list")]
pub enum Verb {
    List(list::List),
    Show(show::Show),
    New(new::New),
    Edit(edit::Edit),
    History(history::History),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(verb) => verb.run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::New(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::History(verb) => verb.run(context).await,
        }
    }
}
