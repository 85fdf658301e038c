//! `dateline inbound`.

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::{self, Source, read};

/// Take one mail from standard input, for an alias or a pipe of the mail server
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline inbound < returned.eml
  bounces: \"|/usr/bin/dateline --config /etc/dateline/config.toml inbound\"    (/etc/aliases)

Exit codes are those of sysexits.h: 0 taken, 75 when the database is away or locked: the mail
server keeps the mail and tries again.")]
pub struct Inbound {}

impl Inbound {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        // What a returned mail says stands at its beginning; a mail server that is cut off behind that
        // tries for days, so the rest is taken and let go.
        let beginning = context.output.read_beginning(read::LONGEST as u64);
        let whole = beginning.and_then(|(bytes, is_more)| {
            if is_more {
                context.output.drop_stdin()?;
            }
            Ok(bytes)
        });
        let bytes = whole.map_err(|error| {
            later(Problem::new(
                Exit::Temporary,
                "unreadable-input",
                format!("standard input cannot be read: {error}"),
            ))
        })?;
        let desk = context.desk().await.map_err(later)?;
        way_back::take(&desk, &bytes, Source::Pipe)
            .await
            .map_err(later)?;
        Ok(Exit::Done)
    }
}

/// A mail server bounces what it cannot hand over, unless it is told to try again: nothing that
/// can be mended here may cost a mail.
fn later(problem: Problem) -> Problem {
    Problem {
        exit: Exit::Temporary,
        ..problem
    }
}
