//! `dateline optout`: who must not be written to, and how far their no reaches.

pub mod add;
pub mod export;
pub mod import;
pub mod list;
pub mod reach;
pub mod remove;
pub mod rotate_key;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Opt-outs: who must not be written to
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline optout add ada@example.com
  dateline optout list")]
pub enum Verb {
    Add(add::Add),
    List(list::List),
    Remove(remove::Remove),
    Import(import::Import),
    Export(export::Export),
    RotateKey(rotate_key::RotateKey),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Add(verb) => verb.run(context).await,
            Self::List(verb) => verb.run(context).await,
            Self::Remove(verb) => verb.run(context).await,
            Self::Import(verb) => verb.run(context).await,
            Self::Export(verb) => verb.run(context).await,
            Self::RotateKey(verb) => verb.run(context).await,
        }
    }
}
