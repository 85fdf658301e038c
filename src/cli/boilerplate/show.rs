//! `dateline boilerplate show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::minute;
use crate::desk::Desk;
use crate::desk::issuers::boilerplates::{self, BoilerplateView, VersionView};
use crate::desk::problem::{Exit, Problem};

/// Show a boilerplate's newest text in each language
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline boilerplate show harbour-light")]
pub struct Show {
    /// Its short name
    #[arg(value_name = "BOILERPLATE")]
    boilerplate: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let boilerplate = boilerplates::show(&desk, &self.boilerplate).await?;
        if context.output.is_json() {
            context.output.json(&boilerplate);
        } else {
            tell(context, &desk, &boilerplate);
        }
        Ok(Exit::Done)
    }
}

/// A boilerplate with the versions it was given, text and all.
pub(super) fn tell(context: &mut Context, desk: &Desk, boilerplate: &BoilerplateView) {
    context.output.line(&boilerplate.title);
    let organization = boilerplate.organization.clone().unwrap_or_default();
    let facts = [
        ("Boilerplate", boilerplate.slug.clone()),
        ("Organization", organization),
    ];
    facts::show(&mut context.output, &facts);
    for one in &boilerplate.behind {
        context.output.warn(format!(
            "{} still carries {} version {}; take the newest in: dateline release refresh {}",
            one.release, one.language, one.carries, one.release
        ));
    }
    for version in &boilerplate.versions {
        context.output.line("");
        context.output.line(heading(desk, version));
        for line in version.body.trim_end().lines() {
            context.output.line(line);
        }
    }
}

fn heading(desk: &Desk, version: &VersionView) -> String {
    let validity = [
        ("from", &version.valid_from),
        ("until", &version.valid_until),
    ]
    .into_iter()
    .filter_map(|(word, day)| Some(format!(", valid {word} {}", day.as_deref()?)));
    let reviewed = version
        .reviewed_at
        .map_or_else(String::new, |at| format!(", reviewed {}", minute(desk, at)));
    let expired = if version.expired {
        " (no longer valid)"
    } else {
        ""
    };
    format!(
        "{} version {}, {} by {}{}{expired}{reviewed}",
        version.language,
        version.number,
        minute(desk, version.at),
        version.by,
        validity.collect::<String>()
    )
}
