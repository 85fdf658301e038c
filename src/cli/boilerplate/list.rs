//! `dateline boilerplate list`.

use crate::cli::context::Context;
use crate::cli::words::day;
use crate::desk::Desk;
use crate::desk::issuers::boilerplates::{self, Behind, VersionView};
use crate::desk::problem::{Exit, Problem};

/// List the boilerplates with their newest texts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline boilerplate list
  dateline boilerplate list --stale       (which drafts still carry last year's numbers)")]
pub struct List {
    /// Only releases not yet out that carry an older text than the newest
    #[arg(long)]
    stale: bool,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if self.stale {
            let behind = boilerplates::behind(&desk).await?;
            stale(context, behind);
            return Ok(Exit::Done);
        }
        let boilerplates = boilerplates::list(&desk).await?;
        if context.output.is_json() {
            context.output.json(&boilerplates);
            return Ok(Exit::Done);
        }
        if boilerplates.is_empty() {
            context
                .output
                .say("No boilerplate yet. Write one: dateline boilerplate new SLUG --file FILE");
            return Ok(Exit::Done);
        }
        let mut rows = Vec::new();
        for one in boilerplates {
            for version in one.versions {
                rows.push(vec![
                    one.slug.clone(),
                    one.title.clone(),
                    one.organization.clone().unwrap_or_default(),
                    format!("{} v{}", version.language, version.number),
                    day(&desk, version.at),
                    reviewed(&desk, &version),
                ]);
            }
        }
        let headers = [
            "Boilerplate",
            "Title",
            "Organization",
            "Newest",
            "Since",
            "Reviewed",
        ];
        context.output.table(&headers, rows);
        Ok(Exit::Done)
    }
}

fn reviewed(desk: &Desk, version: &VersionView) -> String {
    let expired = version.valid_until.as_deref().filter(|_| version.expired);
    match (expired, version.reviewed_at) {
        (Some(last), _) => format!("ended {last}"),
        (None, Some(at)) => day(desk, at),
        (None, None) => String::new(),
    }
}

fn stale(context: &mut Context, behind: Vec<Behind>) {
    if context.output.is_json() {
        context.output.json(&behind);
        return;
    }
    let Some(first) = behind.first().map(|one| one.release.clone()) else {
        context
            .output
            .say("Every release not yet out carries the newest \"About\" texts.");
        return;
    };
    let rows = behind.into_iter().map(|one| {
        let old = format!("{} v{}", one.language, one.carries);
        vec![
            one.boilerplate,
            one.release,
            one.status,
            old,
            format!("v{}", one.newest),
        ]
    });
    let headers = ["Boilerplate", "Release", "Status", "Carries", "Newest"];
    context.output.table(&headers, rows.collect());
    context.output.done(format!(
        "\nTake the newest in: dateline release refresh {first}"
    ));
}
