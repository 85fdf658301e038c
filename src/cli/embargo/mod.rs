//! `dateline embargo`: what holds until when, and what happens when it changes.

pub mod breach;
pub mod explain;
pub mod lift;
pub mod move_to;
pub mod show;

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::embargo::changes::Changed;
use crate::desk::problem::{Exit, Problem};

/// See, move and lift embargoes, and write down who broke one
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    Show(show::Show),
    Move(move_to::Move),
    Lift(lift::Lift),
    Breach(breach::Breach),
    Explain(explain::Explain),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Show(verb) => verb.run(context).await,
            Self::Move(verb) => verb.run(context).await,
            Self::Lift(verb) => verb.run(context).await,
            Self::Breach(verb) => verb.run(context).await,
            Self::Explain(verb) => verb.run(context).await,
        }
    }
}

/// Who was told of a change, and who has to be called.
fn told(context: &mut Context, changed: &Changed) {
    if changed.notice.is_none() {
        context
            .output
            .done("Nobody holds a copy, so nobody had to be told.");
    } else {
        context.output.done(format!(
            "{} with a copy {} told by the next run.",
            count(changed.told, "holder"),
            if changed.told == 1 { "is" } else { "are" }
        ));
    }
    for one in &changed.to_call {
        let outlet = if one.outlet.is_empty() {
            String::new()
        } else {
            format!(", {}", one.outlet)
        };
        context.output.warn(format!(
            "call {}{outlet} (contact {}): mail does not reach them ({})",
            one.name, one.contact, one.reason
        ));
    }
}
