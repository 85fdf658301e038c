//! `dateline agreement`: who agreed to keep an embargo.

pub mod add;
pub mod ask;
pub mod list;
pub mod withdraw;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Who agreed to keep an embargo; without an agreement nobody gets an advance copy
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline agreement list")]
pub enum Verb {
    Add(add::Add),
    Ask(ask::Ask),
    List(list::List),
    Withdraw(withdraw::Withdraw),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Add(verb) => verb.run(context).await,
            Self::Ask(verb) => verb.run(context).await,
            Self::List(verb) => verb.run(context).await,
            Self::Withdraw(verb) => verb.run(context).await,
        }
    }
}
