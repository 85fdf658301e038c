//! `dateline organization edit`.

use crate::cli::context::Context;
use crate::cli::organization::fields::Fields;
use crate::desk::issuers::organizations;
use crate::desk::problem::{Exit, Problem};

/// Change an organization; what is given replaces what was there, an empty text clears it
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline organization edit harbour-light --reply-to newsroom@example.com
  dateline organization edit harbour-light --ticker \"\" --not-listed

Releases that were approved keep what they were approved with.")]
pub struct Edit {
    /// Its short name
    #[arg(value_name = "ORGANIZATION")]
    organization: String,
    #[command(flatten)]
    fields: Fields,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let changed = organizations::edit(&desk, &self.organization, |organization| {
            self.fields.lay_over(organization);
        })
        .await?;
        if context.output.is_json() {
            context.output.json(&changed);
        } else {
            context.output.done(format!(
                "Changed {}. See: dateline organization show {}",
                changed.name, changed.slug
            ));
        }
        Ok(Exit::Done)
    }
}
