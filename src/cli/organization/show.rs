//! `dateline organization show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::desk::issuers::organizations;
use crate::desk::problem::{Exit, Problem};

/// Show an organization
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline organization show harbour-light")]
pub struct Show {
    /// Its short name
    #[arg(value_name = "ORGANIZATION")]
    organization: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let one = organizations::show(&desk, &self.organization).await?;
        if context.output.is_json() {
            context.output.json(&one);
            return Ok(Exit::Done);
        }
        context.output.line(&one.name);
        let listed = if one.listed {
            "its shares are traded"
        } else {
            ""
        };
        let facts = [
            ("Organization", one.slug),
            ("Also called", one.aliases.join(", ")),
            ("Listed", listed.to_owned()),
            ("Tickers", one.tickers.join(", ")),
            ("Links", one.links.join("\n")),
            ("From", one.from_header.unwrap_or_default()),
            ("Reply to", one.reply_to.unwrap_or_default()),
            ("Postal address", one.postal_address.unwrap_or_default()),
            ("Language", one.language.unwrap_or_default()),
            ("Time zone", one.time_zone.unwrap_or_default()),
        ];
        facts::show(&mut context.output, &facts);
        Ok(Exit::Done)
    }
}
