//! `dateline embargo explain`.

use crate::cli::context::Context;
use crate::desk::embargo::explain;
use crate::desk::problem::{Exit, Problem};

/// Tell rule by rule why a contact would get a release now, or would not
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline embargo explain harbour-light --for jane@example.com")]
pub struct Explain {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// The contact, by address or id
    #[arg(long = "for", value_name = "CONTACT")]
    who: String,
}

impl Explain {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let told = explain::explain(&desk, &self.release, &self.who).await?;
        if context.output.is_json() {
            context.output.json(&told);
            return Ok(Exit::Done);
        }
        for rule in &told.rules {
            let mark = if rule.passes { "yes" } else { "no " };
            context
                .output
                .line(format!("{mark}  {:<11} {}", rule.rule, rule.why));
        }
        let word = |goes: bool| {
            if goes {
                "would go now"
            } else {
                "would not go now"
            }
        };
        context
            .output
            .line(format!("An advance copy {}.", word(told.advance)));
        context
            .output
            .line(format!("The general mail {}.", word(told.general)));
        Ok(Exit::Done)
    }
}
