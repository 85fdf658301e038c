//! `dateline outlet show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::day;
use crate::desk::Desk;
use crate::desk::people::outlets::{self, OutletView};
use crate::desk::problem::{Exit, Problem};

/// Show an outlet
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline outlet show \"The Daily Example\"
  dateline outlet show 7

Who works there: dateline contact list --where \"outlet:'The Daily Example'\"")]
pub struct Show {
    /// Its name, or its number
    #[arg(value_name = "OUTLET")]
    outlet: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let outlet = outlets::show(&desk, &self.outlet).await?;
        if context.output.is_json() {
            context.output.json(&outlet);
        } else {
            tell(context, &desk, &outlet);
        }
        Ok(Exit::Done)
    }
}

fn tell(context: &mut Context, desk: &Desk, outlet: &OutletView) {
    context.output.line(&outlet.name);
    let sanction = outlet.sanction_until.map(|until| {
        let reason = outlet.sanction_reason.as_deref().unwrap_or_default();
        format!("nothing in advance until {}: {reason}", day(desk, until))
    });
    let facts = [
        ("Number", outlet.id.to_string()),
        ("Also", outlet.also.join(", ")),
        ("Country", outlet.country.clone()),
        ("Domain", outlet.domain.clone().unwrap_or_default()),
        ("Contacts", outlet.contacts.to_string()),
        ("Sanction", sanction.unwrap_or_default()),
    ];
    facts::show(&mut context.output, &facts);
}
