//! `dateline organization add`.

use crate::cli::context::Context;
use crate::cli::organization::fields::Fields;
use crate::desk::issuers::organizations::{self, Organization};
use crate::desk::problem::{Exit, Problem};

/// Add an organization
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline organization add harbour-light --name \"Harbour Light Energy\" --ticker \"NYSE: HRB\" \\
      --listed --link https://harbour-light.example")]
pub struct Add {
    /// Its short name: lower-case letters, digits and hyphens
    #[arg(value_name = "ORGANIZATION")]
    organization: String,
    #[command(flatten)]
    fields: Fields,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let mut organization = Organization {
            slug: self.organization,
            ..Organization::default()
        };
        self.fields.lay_over(&mut organization);
        let added = organizations::add(&desk, &organization).await?;
        if context.output.is_json() {
            context.output.json(&added);
        } else {
            let slug = &added.slug;
            context.output.done(format!(
                "Added {}. Next, its \"About\" text: dateline boilerplate new {slug} --organization {slug} --file FILE",
                added.name
            ));
        }
        Ok(Exit::Done)
    }
}
