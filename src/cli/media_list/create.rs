//! `dateline list create`.

use crate::cli::context::Context;
use crate::cli::media_list::rules::Rules;
use crate::cli::words::count;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// Create a list
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline list create tech --name \"Tech press\" --per-outlet 2
  dateline list create iot --where \"beat:iot country:DE,FR -tag:trade last_sent>90d\"
  dateline list create daily --where \"kind:media language:de\" --exclude never-again --rest 14

With --where it is a saved filter: whom it means is found out at each scheduling, and frozen then.
How filters are written: docs/filters.md")]
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
    #[command(flatten)]
    rules: Rules,
}

impl Create {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let rules = self.rules.edit(context, &desk).await?;
        let list = lists::create_with(
            &desk,
            &self.list,
            self.name.as_deref().unwrap_or_default(),
            self.organization.as_deref(),
            &rules,
        )
        .await?;
        if context.output.is_json() {
            context.output.json(&list);
        } else if list.filter.is_some() {
            let slug = &list.slug;
            context.output.done(format!(
                "Created the list {slug}: {} now. See them: dateline list members {slug}",
                count(list.members, "contact")
            ));
        } else {
            let slug = &list.slug;
            context.output.done(format!(
                "Created the list {slug}. Fill it: dateline contact import FILE --source TEXT --list {slug}, or dateline list add {slug} WHO"
            ));
        }
        Ok(Exit::Done)
    }
}
