//! `dateline agreement ask`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::embargo::ask;
use crate::desk::problem::{Exit, Problem};

/// Ask by mail whether they agree to an embargo, without a word of the news
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline agreement ask harbour-light --list tech
  dateline agreement ask harbour-light --to jane@example.com --about \"energy\"

The mail names the moment of the lift and how to say yes; neither headline nor text is in it. Who is
not of the press, whose outlet broke an embargo lately and who has agreed already is not asked. It
goes with the next run. Write a yes down with: dateline agreement add")]
pub struct Ask {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Media list; give it again for more
    #[arg(long = "list", value_name = "LIST")]
    lists: Vec<String>,
    /// One contact, by address or id; give it again for more
    #[arg(long, value_name = "CONTACT")]
    to: Vec<String>,
    /// A word or two about the field, without giving the news away
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
}

impl Ask {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let asked = ask::ask(
            &desk,
            &self.release,
            self.lists,
            self.to,
            self.about.as_deref(),
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&asked);
            return Ok(Exit::Done);
        }
        let rehearsal = if asked.rehearsal {
            " (as a REHEARSAL)"
        } else {
            ""
        };
        context.output.done(format!(
            "{} will be asked{rehearsal} by the next run.",
            count(asked.recipients, "contact")
        ));
        for fate in &asked.not_asked {
            context
                .output
                .done(format!("  {} not asked: {}", fate.value, fate.reason));
        }
        context.output.done(format!(
            "A yes: dateline agreement add CONTACT --scope release:{} --how email",
            asked.release
        ));
        Ok(Exit::Done)
    }
}
