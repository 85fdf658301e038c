//! `dateline presscontact archive`.

use crate::cli::context::Context;
use crate::desk::issuers::press_contacts;
use crate::desk::problem::{Exit, Problem};

/// Archive one of our people, who is not named in new releases any more
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline presscontact archive ana-reyes")]
pub struct Archive {
    /// Their short name
    #[arg(value_name = "PRESSCONTACT")]
    person: String,
}

impl Archive {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let archived = press_contacts::archive(&desk, &self.person).await?;
        if context.output.is_json() {
            context.output.json(&archived);
        } else {
            context.output.done(format!("Archived {}.", archived.name));
        }
        Ok(Exit::Done)
    }
}
