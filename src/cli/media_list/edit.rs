//! `dateline list edit`.

use crate::cli::context::Context;
use crate::cli::media_list::rules::Rules;
use crate::desk::people::lists::{self, ListEdit};
use crate::desk::problem::{Exit, Problem};

/// Rename a list, or change its filter, its limits and whom it leaves out
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that takes another thing away"
)]
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline list edit tech --slug tech-uk --name \"Tech press, UK\"
  dateline list edit tech --no-per-outlet
  dateline list edit tech --where \"beat:tech kind:media\" --exclude competitors --rest 7
  dateline list edit tech --no-where --no-exclude --no-rest

--exclude says anew who is taken out: give it once for each list. What is scheduled stays as it is.")]
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
    #[command(flatten)]
    rules: Rules,
    /// No filter any more: only those put on it by hand
    #[arg(long, conflicts_with = "words")]
    no_where: bool,
    /// Take nobody out any more
    #[arg(long, conflicts_with = "exclude")]
    no_exclude: bool,
    /// No rest any more
    #[arg(long, conflicts_with = "rest")]
    no_rest: bool,
    /// No limit per outlet
    #[arg(long, conflicts_with = "per_outlet")]
    no_per_outlet: bool,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let mut edit = ListEdit {
            slug: self.slug,
            name: self.name,
            ..self.rules.edit(context, &desk).await?
        };
        if self.no_where {
            edit.filter = Some(None);
        }
        if self.no_exclude {
            edit.excluded = Some(Vec::new());
        }
        if self.no_rest {
            edit.rest_days = Some(None);
        }
        if self.no_per_outlet {
            edit.per_outlet = Some(None);
        }
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
