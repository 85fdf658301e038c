//! `dateline list show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::count;
use crate::desk::people::lists::{self, ListView};
use crate::desk::problem::{Exit, Problem};

/// Show a list
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline list show tech

Who is on it: dateline list members tech")]
pub struct Show {
    /// The list's short name
    #[arg(value_name = "LIST")]
    list: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let list = lists::show(&desk, &self.list).await?;
        tell(context, &list);
        Ok(Exit::Done)
    }
}

/// A list as a result: one object, or its facts.
fn tell(context: &mut Context, list: &ListView) {
    if context.output.is_json() {
        context.output.json(list);
        return;
    }
    context.output.line(&list.name);
    let facts = [
        ("List", list.slug.clone()),
        (
            "Organization",
            list.organization.clone().unwrap_or_default(),
        ),
        ("Filter", list.filter.clone().unwrap_or_default()),
        ("Without", list.excluded.join(", ")),
        ("Members", members(list)),
        (
            "Per outlet",
            list.per_outlet
                .map(|limit| format!("at most {limit}"))
                .unwrap_or_default(),
        ),
        (
            "Rest",
            list.rest_days
                .map(|days| format!("{} after any other mail", count(days, "day")))
                .unwrap_or_default(),
        ),
    ];
    facts::show(&mut context.output, &facts);
}

/// How many it has, and how many of them by hand where that is not all.
fn members(list: &ListView) -> String {
    if list.filter.is_none() && list.excluded.is_empty() {
        return list.members.to_string();
    }
    format!("{} now, {} put on it by hand", list.members, list.by_hand)
}
