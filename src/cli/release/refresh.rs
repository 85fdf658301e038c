//! `dateline release refresh`.

use crate::cli::context::Context;
use crate::cli::release::{diff, written};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::diff::diff as compare;
use crate::desk::release::write;

/// Take the newest \"About\" texts into a release that is not out yet
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline release refresh harbour-light

It makes a new version, which needs its approvals again. Which releases carry an older text:
dateline boilerplate list --stale")]
pub struct Refresh {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl Refresh {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let done = write::refresh(&desk, &self.release).await?;
        if done.changed && !context.output.is_json() {
            let found = compare(&desk, &done.release, None, None).await?;
            diff::tell(&mut context.output, &found.parts);
            context.output.done("");
        }
        written::tell(context, &desk, &done).await?;
        Ok(Exit::Done)
    }
}
