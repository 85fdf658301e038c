//! `dateline presscontact show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::minute;
use crate::desk::issuers::press_contacts;
use crate::desk::problem::{Exit, Problem};

/// Show one of our people
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline presscontact show ana-reyes")]
pub struct Show {
    /// Their short name
    #[arg(value_name = "PRESSCONTACT")]
    person: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let person = press_contacts::show(&desk, &self.person).await?;
        if context.output.is_json() {
            context.output.json(&person);
            return Ok(Exit::Done);
        }
        context.output.line(&person.name);
        let archived = person.archived_at.map(|at| minute(&desk, at));
        let facts = [
            ("Press contact", person.slug),
            ("Role", person.role),
            ("Organization", person.organization.unwrap_or_default()),
            ("Phone", person.phone),
            ("Address", person.email),
            ("Language", person.language),
            ("Archived", archived.unwrap_or_default()),
        ];
        facts::show(&mut context.output, &facts);
        Ok(Exit::Done)
    }
}
