//! `dateline release`: write, approve, schedule and follow releases.

pub mod approve;
pub mod cancel;
pub mod check;
pub mod correct;
pub mod diff;
pub mod edit;
pub mod history;
pub mod hold;
pub mod holders;
pub mod kill;
pub mod list;
pub mod new;
pub mod pause;
pub mod preview;
pub mod recipients;
pub mod refresh;
pub mod report;
pub mod resolve;
pub mod resume;
pub mod retry;
pub mod schedule;
pub mod show;
pub mod test;
pub mod unschedule;
pub mod update;

mod aside;
mod asked;
mod certificate;
mod skeleton;
pub(in crate::cli) mod told;
mod written;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Write, approve, schedule and follow releases
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline release new harbour-light.md
  dateline release preview harbour-light
  dateline release approve harbour-light
  dateline release schedule harbour-light --list tech --at \"2027-11-03 09:00\"
  dateline release report harbour-light")]
pub enum Verb {
    New(new::New),
    List(list::List),
    Show(show::Show),
    Edit(edit::Edit),
    Check(check::Check),
    Preview(preview::Preview),
    Test(test::Test),
    Recipients(recipients::Recipients),
    Approve(approve::Approve),
    Schedule(schedule::Schedule),
    Unschedule(unschedule::Unschedule),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Cancel(cancel::Cancel),
    Resolve(resolve::Resolve),
    Retry(retry::Retry),
    Report(report::Report),
    History(history::History),
    Holders(holders::Holders),
    Correct(correct::Correct),
    Update(update::Update),
    Hold(hold::Hold),
    Kill(kill::Kill),
    Diff(diff::Diff),
    Refresh(refresh::Refresh),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::New(verb) => verb.run(context).await,
            Self::List(verb) => verb.run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::Check(verb) => verb.run(context).await,
            Self::Preview(verb) => verb.run(context).await,
            Self::Test(verb) => verb.run(context).await,
            Self::Recipients(verb) => verb.run(context).await,
            Self::Approve(verb) => verb.run(context).await,
            Self::Schedule(verb) => verb.run(context).await,
            Self::Unschedule(verb) => verb.run(context).await,
            Self::Pause(verb) => verb.run(context).await,
            Self::Resume(verb) => verb.run(context).await,
            Self::Cancel(verb) => verb.run(context).await,
            Self::Resolve(verb) => verb.run(context).await,
            Self::Retry(verb) => verb.run(context).await,
            Self::Report(verb) => verb.run(context).await,
            Self::History(verb) => verb.run(context).await,
            Self::Holders(verb) => verb.run(context).await,
            Self::Correct(verb) => verb.run(context).await,
            Self::Update(verb) => verb.run(context).await,
            Self::Hold(verb) => verb.run(context).await,
            Self::Kill(verb) => verb.run(context).await,
            Self::Diff(verb) => verb.run(context).await,
            Self::Refresh(verb) => verb.run(context).await,
        }
    }
}
