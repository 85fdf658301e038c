//! `dateline list add`.

use crate::cli::context::Context;
use crate::cli::media_list::ids;
use crate::cli::words::count;
use crate::desk::people::lists;
use crate::desk::problem::{Exit, Problem};

/// Put contacts on a list, all or none
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  dateline list add tech ada@example.com 14")]
pub struct Add {
    /// The list's short name
    #[arg(value_name = "LIST")]
    list: String,
    /// Addresses or numbers of contacts
    #[arg(required = true, value_name = "WHO")]
    who: Vec<String>,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        // First, so that a slip in the list's name is not hidden behind one in an address.
        let slug = lists::show(&desk, &self.list).await?.slug;
        let contacts = ids(&desk, &self.who).await?;
        let added = lists::add(&desk, &slug, &contacts).await?;
        let members = lists::show(&desk, &slug).await?.members;
        if context.output.is_json() {
            context
                .output
                .json(&serde_json::json!({"list": slug, "added": added, "members": members}));
        } else {
            context.output.done(format!(
                "Put {} on the list {slug}, which has {members} now.",
                count(added.cast_signed(), "contact")
            ));
        }
        Ok(Exit::Done)
    }
}
