//! `dateline contact attachments`.

use clap::builder::PossibleValuesParser;

use crate::cli::context::Context;
use crate::desk::people::attachment_wish::{self, WISHES};
use crate::desk::problem::{Exit, Problem};

/// Show or note how a contact likes files: attached (ok), as links, or none at all
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact attachments ada@example.com
  dateline contact attachments ada@example.com links
  dateline contact attachments 14 none

It holds for what is scheduled from now on. Links need [newsroom] files_url; without it, \"links\" gets
the same as \"none\": the mail names the files as to be had on request.")]
pub struct Attachments {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
    /// Without it: show what holds
    #[arg(value_name = "WISH", value_parser = PossibleValuesParser::new(WISHES))]
    wish: Option<String>,
}

impl Attachments {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let shown = match &self.wish {
            Some(wish) => attachment_wish::set(&desk, &self.who, wish).await?,
            None => attachment_wish::show(&desk, &self.who).await?,
        };
        if context.output.is_json() {
            context.output.json(&shown);
        } else if self.wish.is_none() {
            context.output.line(&shown.attachments);
        } else {
            context.output.done(format!(
                "Contact {} gets attachments: {}.",
                shown.contact, shown.attachments
            ));
        }
        Ok(Exit::Done)
    }
}
