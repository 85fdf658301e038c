//! `dateline boilerplate new`.

use crate::cli::boilerplate::text::Text;
use crate::cli::context::Context;
use crate::desk::issuers::boilerplates;
use crate::desk::problem::{Exit, Problem};

/// Write a boilerplate
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline boilerplate new harbour-light --organization harbour-light --file about.md
  dateline boilerplate new harbour-light --title \"About Harbour Light\" < about.md

The text is Markdown. A release names it: boilerplates = [\"harbour-light\"]")]
pub struct New {
    /// Its short name: lower-case letters, digits and hyphens
    #[arg(value_name = "BOILERPLATE")]
    boilerplate: String,
    /// The organization it is about, by short name
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
    /// What stands above it (default: "About" and the organization's name); "About" is said in German,
    /// French and Spanish above a text in that language
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    text: Text,
}

impl New {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let text = self.text.read(context)?;
        let written = boilerplates::new(
            &desk,
            &self.boilerplate,
            self.organization.as_deref(),
            self.title.as_deref().unwrap_or_default(),
            &text,
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&written);
        } else {
            context.output.done(format!(
                "Wrote the boilerplate {} ({}). Name it in a release: boilerplates = [\"{}\"]",
                written.slug, text.language, written.slug
            ));
        }
        Ok(Exit::Done)
    }
}
