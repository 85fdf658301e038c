//! `dateline contact add`.

use crate::cli::contact::fields::Fields;
use crate::cli::contact::show::called;
use crate::cli::contact::source;
use crate::cli::context::Context;
use crate::desk::people::contacts;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;

/// Add one contact by hand
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact add ada@example.com --name \"Ada Byrne\" --outlet \"The Daily Example\" \\
      --kind media --beat energy --source \"business card, June 2026\"
  dateline contact add \"Ada Byrne <ada@example.com>\" --source \"asked for our news by mail\"")]
pub struct Add {
    /// The address, alone or as `Name <address>`
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Where the address comes from, in your words; asked for when it is missing
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let source = source(context, self.source);
        let mut edit = self.fields.edit();
        let (address, display_name) = apart(self.address);
        if edit.name.is_none() {
            edit.name = display_name;
        }
        let card = contacts::add(&desk, &address, &source, &edit).await?;
        if context.output.is_json() {
            context.output.json(&card);
            return Ok(Exit::Done);
        }
        let id = card.contact.id;
        context
            .output
            .done(format!("Added {} as contact {id}.", called(&card)));
        if card.contact.opted_out {
            context
                .output
                .warn("this address opted out before, and that holds: nothing is sent to it");
        }
        Ok(Exit::Done)
    }
}

/// A lone address with the name before it; anything else is left to the desk to refuse.
fn apart(given: String) -> (String, Option<String>) {
    match address::read(&given) {
        Ok(reading) if reading.addresses.len() == 1 => {
            let address = reading.addresses.first().map(|one| one.as_str().to_owned());
            (address.unwrap_or(given), reading.display_name)
        }
        _ => (given, None),
    }
}
