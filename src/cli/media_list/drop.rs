//! `dateline list drop`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// Drop a list that nothing was ever sent to; its contacts stay
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline list drop tech")]
pub struct Drop {
    /// The list's short name
    #[arg(value_name = "LIST")]
    list: String,
}

impl Drop {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let list = lists::show(&desk, &self.list).await?;
        if list.members > 0 {
            let question = format!(
                "Drop the list {} with {}? The contacts stay.",
                list.slug,
                count(list.members, "contact")
            );
            context.output.confirm_typed(&question, &list.slug)?;
        }
        lists::drop(&desk, &list.slug).await?;
        if context.output.is_json() {
            context.output.json(&list);
        } else {
            context.output.done(format!(
                "Dropped the list {}. Its contacts are still there.",
                list.slug
            ));
        }
        Ok(Exit::Done)
    }
}
