//! What clap says about the words it was given, as one of our results or refusals.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::global::Global;
use crate::cli::output::Output;
use crate::cli::world::World;
use crate::desk::problem::{Exit, Problem};
use crate::domain::name::nearest;

/// Help and version are results; anything else is a usage error.
pub(in crate::cli) fn explain(error: &clap::Error, world: World, json: bool) -> u8 {
    let global = Global {
        json,
        ..Global::default()
    };
    let no_color = world.environment.no_color;
    let colors = world.io.stdout_is_terminal && !no_color;
    let mut output = Output::new(world.io, &global, no_color);
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
            output.problem(&refusal(error, &text.to_string()));
            Exit::Usage
        }
    };
    output.finish(exit) as u8
}

/// Clap's first paragraph says what is wrong; its suggestion, else its usage line, what to try.
fn refusal(error: &clap::Error, text: &str) -> Problem {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let what = text.split("\n\n").next().unwrap_or(text);
    let problem = Problem::new(Exit::Usage, "usage", what.trim().replace("\n  ", "\n"));
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    match (suggestion(error), usage) {
        (Some(word), _) => problem.hint(format!("{word} (a similar name that exists)")),
        (None, Some(usage)) => problem.hint(format!("{usage}\n(--help tells more)")),
        (None, None) => problem.hint("dateline --help"),
    }
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
    .find_map(|(kind, given)| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => {
            // Clap names several in an order of its own; the nearest is what was meant.
            let given = match error.get(given) {
                Some(ContextValue::String(word)) => word.as_str(),
                _ => "",
            };
            nearest(given, words.iter().map(String::as_str))
                .map(str::to_owned)
                .or_else(|| words.last().cloned())
        }
        _ => None,
    })
}
