//! `dateline presscontact list`.

use crate::cli::context::Context;
use crate::desk::issuers::press_contacts;
use crate::desk::problem::{Exit, Problem};

/// List our people
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline presscontact list
  dateline presscontact list --archived")]
pub struct List {
    /// Those in the archive, too
    #[arg(long)]
    archived: bool,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let mut people = press_contacts::list(&desk).await?;
        if !self.archived {
            people.retain(|person| person.archived_at.is_none());
        }
        if context.output.is_json() {
            context.output.json(&people);
        } else if people.is_empty() {
            context.output.say(
                "No press contact yet. Add one: dateline presscontact add SLUG --name NAME --email ADDRESS",
            );
        } else {
            let rows = people
                .into_iter()
                .map(|person| {
                    let name = match person.archived_at {
                        Some(_) => format!("{} (archived)", person.name),
                        None => person.name,
                    };
                    vec![
                        person.slug,
                        name,
                        person.role,
                        person.organization.unwrap_or_default(),
                        person.email,
                    ]
                })
                .collect();
            let headers = ["Press contact", "Name", "Role", "Organization", "Address"];
            context.output.table(&headers, rows);
        }
        Ok(Exit::Done)
    }
}
