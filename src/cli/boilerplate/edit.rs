//! `dateline boilerplate edit`.

use crate::cli::boilerplate::text::Text;
use crate::cli::context::Context;
use crate::desk::issuers::boilerplates;
use crate::desk::problem::{Exit, Problem};

/// Give a boilerplate a new text, as its next version, or a new title
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline boilerplate edit harbour-light --file about.md
  dateline boilerplate edit harbour-light --file about.de.md --language de
  dateline boilerplate edit harbour-light --reviewed
  dateline boilerplate edit harbour-light --title \"About Harbour Light Energy\"

No version is ever changed: releases that were approved keep theirs. The same words again make none.")]
pub struct Edit {
    /// Its short name
    #[arg(value_name = "BOILERPLATE")]
    boilerplate: String,
    /// Note that the newest text was read and is still right
    #[arg(long, conflicts_with_all = ["title", "file", "body", "valid_from", "valid_until"])]
    reviewed: bool,
    /// A new title
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    text: Text,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if self.reviewed {
            let language = self.text.language(context)?;
            let reviewed = boilerplates::review(&desk, &self.boilerplate, &language).await?;
            if context.output.is_json() {
                context.output.json(&reviewed);
            } else {
                context
                    .output
                    .done(format!("{} ({language}) is reviewed.", reviewed.slug));
            }
            return Ok(Exit::Done);
        }
        let text = if self.text.is_given() || self.title.is_none() {
            Some(self.text.read(context)?)
        } else {
            None
        };
        let edited = boilerplates::edit(
            &desk,
            &self.boilerplate,
            self.title.as_deref(),
            text.as_ref(),
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&edited);
            return Ok(Exit::Done);
        }
        let slug = &edited.slug;
        // The language may have been written otherwise than it is kept: then it is the newest.
        let newest = text.and_then(|text| {
            let versions = || edited.versions.iter();
            versions()
                .find(|version| version.language == text.language)
                .or_else(|| versions().max_by_key(|version| version.id))
        });
        context.output.done(match newest {
            Some(version) => format!(
                "{slug} ({}) is at version {}. See: dateline boilerplate show {slug}",
                version.language, version.number
            ),
            None => format!("Changed the title of {slug}."),
        });
        let mut told: Vec<&str> = Vec::new();
        for one in &edited.behind {
            if !told.contains(&one.release.as_str()) {
                told.push(&one.release);
                context.output.warn(format!(
                    "{} still carries version {}; take this one in: dateline release refresh {}",
                    one.release, one.carries, one.release
                ));
            }
        }
        Ok(Exit::Done)
    }
}
