//! `dateline list create`.

use crate::cli::context::Context;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// Create a list
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline list create tech --name \"Tech press\" --per-outlet 2")]
pub struct Create {
    /// Its short name: lower-case letters, digits and hyphens
    #[arg(value_name = "LIST")]
    list: String,
    /// Its full name (default: the short one)
    #[arg(long)]
    name: Option<String>,
    /// The organization it belongs to, by short name
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
    /// At most so many contacts of one outlet get a release (default: no limit)
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    per_outlet: Option<i64>,
}

impl Create {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let list = lists::create(
            &desk,
            &self.list,
            self.name.as_deref().unwrap_or_default(),
            self.organization.as_deref(),
            self.per_outlet,
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&list);
        } else {
            let slug = &list.slug;
            context.output.done(format!(
                "Created the list {slug}. Fill it: dateline contact import FILE --source TEXT --list {slug}, or dateline list add {slug} WHO"
            ));
        }
        Ok(Exit::Done)
    }
}
