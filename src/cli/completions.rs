//! `dateline completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Dateline;
use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Print a completion script for a shell
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline completions bash > /etc/bash_completion.d/dateline
  dateline completions fish > ~/.config/fish/completions/dateline.fish")]
pub struct Completions {
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

impl Completions {
    #[expect(clippy::unnecessary_wraps, reason = "every verb answers alike")]
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Dateline::command(),
            "dateline",
            &mut script,
        );
        context.output.bytes(&script);
        Ok(Exit::Done)
    }
}
