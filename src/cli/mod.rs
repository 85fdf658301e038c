//! Words in, words out at the terminal: a folder per noun, a file per verb.

pub mod config;
pub mod context;
pub mod global;
pub mod output;
pub mod world;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::context::Context;
use crate::cli::global::Global;
use crate::cli::output::Output;
use crate::cli::world::World;
use crate::desk::problem::{Exit, Problem};

/// The press office in one binary: contacts, releases, embargoes, and mail that is never early
#[derive(Parser, Debug)]
#[command(
    name = "dateline",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub struct Dateline {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// One variant per noun or plain verb; its file knows the rest.
#[derive(Subcommand, Debug)]
pub enum Verb {
    #[command(subcommand)]
    Config(config::Verb),
}

impl Verb {
    async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Config(verb) => verb.run(context),
        }
    }
}

/// Reads the words, does what they say, and gives the exit code.
pub async fn run(args: Vec<OsString>, world: World) -> u8 {
    let wants_json = args.iter().any(|word| word == "--json");
    let parsed = Dateline::command()
        .try_get_matches_from(args)
        .and_then(|matches| Dateline::from_arg_matches(&matches));
    let words = match parsed {
        Ok(words) => words,
        Err(error) => return explain(&error, world, wants_json),
    };
    let mut context = Context::new(world, words.global);
    let result = match words.verb {
        Some(verb) => verb.run(&mut context).await,
        None => Ok(greet(&mut context)),
    };
    let exit = result.unwrap_or_else(|problem| {
        context.output.problem(&problem);
        problem.exit
    });
    context.output.finish(exit) as u8
}

/// The bare command: where things stand, and the next step.
fn greet(context: &mut Context) -> Exit {
    match context.config_path() {
        Err(_) => context.output.line(
            "No newsroom here yet. Try: dateline demo (1 minute, sends nothing outside) or dateline init",
        ),
        Ok(path) => context.output.line(format!("Newsroom of {}. Next: dateline --help", path.display())),
    }
    Exit::Done
}

/// Help and version are results; anything else that clap says is a usage error.
fn explain(error: &clap::Error, world: World, json: bool) -> u8 {
    let global = Global {
        json,
        ..Global::default()
    };
    let no_color = world.environment.no_color;
    let colors = world.io.stdout_is_terminal && !no_color;
    let mut output = Output::new(world.io, &global, no_color);
    let text = error.render();
    let exit = match error.kind() {
        clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion => {
            let text = if colors {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            output.bytes(text.as_bytes());
            Exit::Done
        }
        _ => {
            output.problem(&usage(&text.to_string()));
            Exit::Usage
        }
    };
    output.finish(exit) as u8
}

/// Clap's paragraphs as one of our refusals.
fn usage(text: &str) -> Problem {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let problem = Problem::new(Exit::Usage, "usage", message.trim().replace("\n  ", "\n"));
    let usage = rest.lines().find_map(|line| line.strip_prefix("Usage: "));
    match usage {
        Some(usage) => problem.hint(format!("{usage}\n(--help tells more)")),
        None => problem.hint("dateline --help"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Dateline::command().debug_assert();
    }
}
