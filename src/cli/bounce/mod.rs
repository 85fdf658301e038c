//! `dateline bounce`: what comes back after sending.

pub mod ingest;
pub mod list;
pub mod parse;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::read;

/// Bounces, complaints and answers: read what comes back
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline bounce ingest ~/Maildir/.bounces
  dateline bounce list")]
pub enum Verb {
    Ingest(ingest::Ingest),
    Parse(parse::Parse),
    List(list::List),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Ingest(verb) => verb.run(context).await,
            Self::Parse(verb) => verb.run(context),
            Self::List(verb) => verb.run(context).await,
        }
    }
}

/// What is handed over as `-`, as much of it as is ever read.
fn standard_input(context: &mut Context) -> Result<Vec<u8>, Problem> {
    let read = context.output.read_stdin(read::LONGEST_INPUT);
    read.map_err(|error| {
        let message = format!("standard input cannot be read: {error}");
        Problem::new(Exit::Usage, "unreadable-file", message)
    })
}
