//! `dateline db`: look after the database.

pub mod adopt;
pub mod migrate;
pub mod status;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Look after the database
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    Migrate(migrate::Migrate),
    Status(status::Status),
    Adopt(adopt::Adopt),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Migrate(verb) => verb.run(context).await,
            Self::Status(verb) => verb.run(context).await,
            Self::Adopt(verb) => verb.run(context).await,
        }
    }
}
