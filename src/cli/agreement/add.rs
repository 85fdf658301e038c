//! `dateline agreement add`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::embargo::agreements::{self, Added};
use crate::desk::problem::{Exit, Problem};

/// Write down that a contact, or a whole outlet, agreed to keep an embargo
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline agreement add jane@example.com --scope release:harbour-light --how email --evidence yes.eml
  dateline agreement add \"The Daily Example\" --scope standing --how \"signed terms\" --until \"2027-01-01 00:00\"

For one release it holds for the lift that is set now, or an earlier one: when the embargo moves to
later, ask again. Only contacts of the press (media, freelance, broadcaster, agency, blogger) can get
advance copies at all.")]
pub struct Add {
    /// A contact by address or id, or an outlet by its name
    #[arg(value_name = "CONTACT|OUTLET")]
    who: String,
    /// For which news: release:SLUG, or standing
    #[arg(long, value_name = "SCOPE")]
    scope: String,
    /// How they said it: email, phone, in person …
    #[arg(long, value_name = "TEXT")]
    how: String,
    /// What proves it, such as their mail as a file; it is kept in the database
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Until when it holds
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Anything worth remembering about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let release = match self.scope.strip_prefix("release:") {
            Some(slug) => Some(slug),
            None if self.scope == "standing" => None,
            None => {
                return Err(Problem::new(
                    Exit::Usage,
                    "scope",
                    format!("{:?} is no scope", self.scope),
                )
                .hint("write --scope release:SLUG, or --scope standing"));
            }
        };
        let desk = context.desk().await?;
        let evidence = self.evidence.as_deref().map(|path| context.path(path));
        let new = Added {
            who: &self.who,
            release,
            how: &self.how,
            evidence: evidence.as_deref(),
            until: self.until.as_deref(),
            note: self.note.as_deref(),
        };
        let written = agreements::add(&desk, &new).await?;
        if context.output.is_json() {
            context.output.json(&written);
            return Ok(Exit::Done);
        }
        let what = written.release.as_ref().map_or_else(
            || "every embargo".to_owned(),
            |slug| format!("the embargo of {slug}"),
        );
        context.output.done(format!(
            "Agreement {}: {} keeps {what}.",
            written.id, self.who
        ));
        Ok(Exit::Done)
    }
}
