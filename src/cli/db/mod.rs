//! `dateline db`: look after the database.

pub mod adopt;
pub mod backup;
pub mod check;
pub mod copy;
pub mod migrate;
pub mod status;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Look after the database
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline db status
  dateline db backup /backup/dateline.db")]
pub enum Verb {
    Migrate(migrate::Migrate),
    Status(status::Status),
    Adopt(adopt::Adopt),
    Backup(backup::Backup),
    Check(check::Check),
    Copy(copy::Copy),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Migrate(verb) => verb.run(context).await,
            Self::Status(verb) => verb.run(context).await,
            Self::Adopt(verb) => verb.run(context).await,
            Self::Backup(verb) => verb.run(context).await,
            Self::Check(verb) => verb.run(context).await,
            Self::Copy(verb) => verb.run(context).await,
        }
    }
}
