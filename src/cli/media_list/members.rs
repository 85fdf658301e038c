//! `dateline list members`.

use crate::cli::contact::sheet;
use crate::cli::context::Context;
use crate::desk::people::contacts::Filter;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// Show who is on a list
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline list members tech

As CSV: dateline contact export --list tech")]
pub struct Members {
    /// The list's short name
    #[arg(value_name = "LIST")]
    list: String,
}

impl Members {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let list = lists::show(&desk, &self.list).await?;
        let filter = Filter {
            list: list.slug.clone(),
            ..Filter::default()
        };
        if context.output.is_json() {
            sheet::json(context, &desk, &filter).await?;
        } else if sheet::table(context, &desk, &filter).await? == 0 {
            context.output.say(format!(
                "Nobody is on it yet. Add somebody: dateline list add {} WHO",
                list.slug
            ));
        }
        Ok(Exit::Done)
    }
}
