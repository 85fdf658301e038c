//! `dateline outlet edit`.

use crate::cli::context::Context;
use crate::cli::outlet::facts::Facts;
use crate::desk::people::outlets::{self, OutletEdit};
use crate::desk::problem::{Exit, Problem};

/// Rename an outlet, or change its country or domain; an empty text clears a field
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet edit \"Daily Exmaple\" --name \"The Daily Example\"
  dateline outlet edit 7 --domain daily.example --country \"\"")]
pub struct Edit {
    /// Its name, or its number
    #[arg(value_name = "OUTLET")]
    outlet: String,
    /// A new name
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    facts: Facts,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let edit = self.facts.edit(self.name);
        if edit == OutletEdit::default() {
            return Err(
                Problem::new(Exit::Usage, "no-change", "nothing to change was given")
                    .hint("dateline outlet edit --help lists what can be changed"),
            );
        }
        let desk = context.desk().await?;
        let outlet = outlets::edit(&desk, &self.outlet, &edit).await?;
        if context.output.is_json() {
            context.output.json(&outlet);
        } else {
            context.output.done(format!(
                "Changed {}. See: dateline outlet show {}",
                outlet.name, outlet.id
            ));
        }
        Ok(Exit::Done)
    }
}
