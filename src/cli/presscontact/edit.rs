//! `dateline presscontact edit`.

use crate::cli::context::Context;
use crate::cli::presscontact::fields::Fields;
use crate::desk::issuers::press_contacts;
use crate::desk::problem::{Exit, Problem};

/// Change one of our people; an empty text clears a field
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline presscontact edit ana-reyes --phone \"+1 604 555 0199\"

Releases that were approved keep what they were approved with.")]
pub struct Edit {
    /// Their short name
    #[arg(value_name = "PRESSCONTACT")]
    person: String,
    #[command(flatten)]
    fields: Fields,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let changed = press_contacts::edit(&desk, &self.person, |person| {
            self.fields.lay_over(person);
        })
        .await?;
        if context.output.is_json() {
            context.output.json(&changed);
        } else {
            context.output.done(format!(
                "Changed {}. See: dateline presscontact show {}",
                changed.name, changed.slug
            ));
        }
        Ok(Exit::Done)
    }
}
