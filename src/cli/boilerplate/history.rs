//! `dateline boilerplate history`.

use crate::cli::boilerplate::show::tell;
use crate::cli::context::Context;
use crate::desk::issuers::boilerplates;
use crate::desk::problem::{Exit, Problem};

/// Show every version of a boilerplate, the newest of each language first
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline boilerplate history harbour-light")]
pub struct History {
    /// Its short name
    #[arg(value_name = "BOILERPLATE")]
    boilerplate: String,
}

impl History {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let boilerplate = boilerplates::history(&desk, &self.boilerplate).await?;
        if context.output.is_json() {
            context.output.json(&boilerplate);
        } else {
            tell(context, &desk, &boilerplate);
        }
        Ok(Exit::Done)
    }
}
