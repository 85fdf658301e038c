//! What clap says about the words it was given, as one of our results or refusals.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Dateline;
use crate::cli::global::{Color, Global};
use crate::cli::output::Output;
use crate::cli::world::World;
use crate::desk::problem::{Exit, Problem};
use crate::domain::name::nearest;

/// Help and version are results; anything else is a usage error.
pub(in crate::cli) fn explain(
    error: &clap::Error,
    world: World,
    global: &Global,
    words: &[OsString],
) -> u8 {
    let json = global.json;
    let no_color = world.environment.no_color;
    let colors = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => world.io.stdout_is_terminal && !no_color,
    };
    let mut output = Output::new(world.io, global, no_color);
    let text = error.render();
    let exit = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = if colors {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            output.bytes(text.as_bytes());
            Exit::Done
        }
        // A noun without a verb: its help is the answer, but nothing was done.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !json => {
            output.say(text.to_string().trim_end());
            Exit::Usage
        }
        _ => {
            output.problem(&refusal(error, &text.to_string(), &verb(words)));
            Exit::Usage
        }
    };
    output.finish(exit) as u8
}

/// Clap's first paragraph says what is wrong; its suggestion, else its usage line, what to try.
fn refusal(error: &clap::Error, text: &str, verb: &str) -> Problem {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let what = text.split("\n\n").next().unwrap_or(text);
    let problem = Problem::new(Exit::Usage, "usage", what.trim().replace("\n  ", "\n"));
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    match (suggestion(error), usage) {
        (Some(word), _) => problem.hint(format!("{word} (a similar name that exists)")),
        (None, Some(usage)) => problem.hint(format!("{usage}\n(--help tells more)")),
        (None, None) => problem.hint(format!("{verb} --help")),
    }
}

/// The verb that was meant, as far as the words name one: `dateline release schedule`.
fn verb(words: &[OsString]) -> String {
    let mut command = &Dateline::command();
    let mut verb = "dateline".to_owned();
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        let Some(inner) = command.find_subcommand(word) else {
            continue;
        };
        verb.push(' ');
        verb.push_str(inner.get_name());
        command = inner;
    }
    verb
}

fn suggestion(error: &clap::Error) -> Option<String> {
    [
        (
            ContextKind::SuggestedSubcommand,
            ContextKind::InvalidSubcommand,
        ),
        (ContextKind::SuggestedArg, ContextKind::InvalidArg),
        (ContextKind::SuggestedValue, ContextKind::InvalidValue),
    ]
    .into_iter()
    .find_map(|(kind, given)| {
        // Clap names several in an order of its own, some far off; the nearest is what was meant.
        let words = match error.get(kind)? {
            ContextValue::String(word) => std::slice::from_ref(word),
            ContextValue::Strings(words) => words,
            _ => return None,
        };
        let Some(ContextValue::String(given)) = error.get(given) else {
            return words.last().cloned();
        };
        nearest(given, words.iter().map(String::as_str)).map(str::to_owned)
    })
}
