//! `dateline presscontact add`.

use crate::cli::context::Context;
use crate::cli::presscontact::fields::Fields;
use crate::desk::issuers::press_contacts::{self, PressContactView};
use crate::desk::problem::{Exit, Problem};

/// Add one of our people
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline presscontact add ana-reyes --name \"Ana Reyes\" --role \"Head of press\" \\
      --phone \"+1 604 555 0142\" --email ana@example.com --organization harbour-light")]
pub struct Add {
    /// Their short name, which releases use: lower-case letters, digits and hyphens
    #[arg(value_name = "PRESSCONTACT")]
    person: String,
    #[command(flatten)]
    fields: Fields,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let mut person = PressContactView {
            slug: self.person,
            ..PressContactView::default()
        };
        self.fields.lay_over(&mut person);
        let added = press_contacts::add(&desk, &person).await?;
        if context.output.is_json() {
            context.output.json(&added);
        } else {
            context.output.done(format!(
                "Added {}. Name them in a release: press_contacts = [\"{}\"]",
                added.name, added.slug
            ));
        }
        Ok(Exit::Done)
    }
}
