//! `dateline boilerplate list`.

use crate::cli::context::Context;
use crate::cli::words::day;
use crate::desk::issuers::boilerplates;
use crate::desk::problem::{Exit, Problem};

/// List the boilerplates with their newest texts
#[derive(clap::Args, Debug)]
pub struct List {}

impl List {
    pub(in crate::cli) async fn run(context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
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
                ]);
            }
        }
        let headers = ["Boilerplate", "Title", "Organization", "Newest", "Since"];
        context.output.table(&headers, rows);
        Ok(Exit::Done)
    }
}
