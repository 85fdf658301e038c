//! `dateline outlet add`.

use crate::cli::context::Context;
use crate::cli::outlet::facts::Facts;
use crate::desk::people::outlets;
use crate::desk::problem::{Exit, Problem};

/// Add an outlet; an import adds those that it meets by itself
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet add \"The Daily Example\" --domain daily.example
  dateline outlet add Metro --country SE")]
pub struct Add {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    facts: Facts,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let outlet = outlets::add(&desk, &self.facts.edit(Some(self.name))).await?;
        if context.output.is_json() {
            context.output.json(&outlet);
        } else {
            context.output.done(format!(
                "Added {}. See: dateline outlet show {}",
                outlet.name, outlet.id
            ));
        }
        Ok(Exit::Done)
    }
}
