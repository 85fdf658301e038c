//! `dateline release show`.

use crate::cli::context::Context;
use crate::cli::release::told;
use crate::cli::words::{clock, short};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::show;

/// Show a release: versions, approvals, embargo, distributions, and the next step
#[derive(clap::Args, Debug)]
pub struct Show {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let shown = show::show(&desk, &self.release).await?;
        if context.output.is_json() {
            context.output.json(&shown);
            return Ok(Exit::Done);
        }
        let output = &mut context.output;
        output.line(format!("{}: {}", shown.release, shown.status.as_str()));
        output.line(format!("  {}", shown.headline));
        if shown.languages.len() > 1 {
            output.line(format!("  in {}", shown.languages.join(", ")));
        }
        match (&shown.embargo.said, shown.embargo.lifted_at) {
            (Some(said), _) if shown.embargo.active => {
                output.line(format!("  under embargo until {said}"));
            }
            (Some(said), _) => output.line(format!("  embargo was over {said}")),
            (None, Some(at)) => output.line(format!("  embargo lifted {}", clock(&desk, at))),
            (None, None) => output.line("  no embargo"),
        }
        output.line("");
        for version in &shown.versions {
            output.line(format!(
                "  version {} ({}), {}, by {}",
                version.number,
                short(&version.content_hash),
                clock(&desk, version.at),
                version.by
            ));
            let names = shown
                .approvals
                .iter()
                .filter(|name| name.version == version.number);
            for name in names {
                let over = if name.counts {
                    ""
                } else {
                    " (no longer counts)"
                };
                output.line(format!(
                    "    approved {} by {}{over}",
                    clock(&desk, name.at),
                    name.by
                ));
            }
        }
        if shown.approved_by < shown.needed {
            output.line(format!(
                "    {} of {} approvals",
                shown.approved_by, shown.needed
            ));
        }
        for one in &shown.distributions {
            output.line("");
            told::sending(output, &desk, &shown.release, one);
        }
        context.output.done(format!("\nNext: {}", shown.next));
        Ok(Exit::Done)
    }
}
