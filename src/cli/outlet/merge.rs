//! `dateline outlet merge`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::outlets::{self, Merger};
use crate::desk::problem::{Exit, Problem};

/// Make one outlet of two that are the same house
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet merge \"Daily Example\" \"The Daily Example\"
  dateline outlet merge 12 7 --yes

People and agreements of the first become those of the second. A sanction on either holds for all,
the longer one; of two agreements to the same the stricter one. A file that still names the first
finds the second. It cannot be taken back.")]
pub struct Merge {
    /// The outlet that goes: its name, or its number
    #[arg(value_name = "FROM")]
    from: String,
    /// The outlet that stays
    #[arg(value_name = "INTO")]
    into: String,
}

impl Merge {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let plan = outlets::plan_merge(&desk, &self.from, &self.into).await?;
        context
            .output
            .confirm_typed(&question(&plan), &plan.into.id.to_string())?;
        let (from, into) = (plan.from.id.to_string(), plan.into.id.to_string());
        let done = outlets::merge(&desk, &from, &into).await?;
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        context.output.done(format!(
            "{} is {} now, with {}. See: dateline outlet show {}",
            done.from.name,
            done.into.name,
            count(done.into.contacts, "contact"),
            done.into.id
        ));
        Ok(Exit::Done)
    }
}

fn question(plan: &Merger) -> String {
    let mut question = format!(
        "Make {} ({}) part of {} ({})?",
        plan.from.name,
        count(plan.from.contacts, "contact"),
        plan.into.name,
        count(plan.into.contacts, "contact"),
    );
    if !plan.agreements.is_empty() {
        question += " ";
        question += &count(number(plan.agreements.len()), "agreement");
        question += " to embargoes will hold for all of them.";
    }
    if !plan.ending.is_empty() {
        question += " ";
        question += &count(number(plan.ending.len()), "agreement");
        question += " will end, for a stricter one.";
    }
    question
}

fn number(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
