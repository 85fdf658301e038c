//! `dateline list edit`.

use crate::cli::context::Context;
use crate::desk::people::lists::{self, ListEdit};
use crate::desk::problem::{Exit, Problem};

/// Rename a list, or change its limit
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline list edit tech --slug tech-uk --name \"Tech press, UK\"
  dateline list edit tech --no-per-outlet")]
pub struct Edit {
    /// The list's short name
    #[arg(value_name = "LIST")]
    list: String,
    /// A new short name
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// A new full name
    #[arg(long)]
    name: Option<String>,
    /// At most so many contacts of one outlet get a release
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    per_outlet: Option<i64>,
    /// No limit per outlet
    #[arg(long, conflicts_with = "per_outlet")]
    no_per_outlet: bool,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let per_outlet = match (self.per_outlet, self.no_per_outlet) {
            (Some(limit), _) => Some(Some(limit)),
            (None, true) => Some(None),
            (None, false) => None,
        };
        let edit = ListEdit {
            slug: self.slug,
            name: self.name,
            per_outlet,
        };
        let desk = context.desk().await?;
        let list = lists::edit(&desk, &self.list, &edit).await?;
        if context.output.is_json() {
            context.output.json(&list);
        } else {
            context
                .output
                .done(format!("Changed the list {}.", list.slug));
        }
        Ok(Exit::Done)
    }
}
