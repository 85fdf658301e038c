//! Many contacts changed at once: asked with their number first, and told what became of them.

use crate::cli::contact::filter;
use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::Desk;
use crate::desk::people::contacts::{self, Changed, ContactEdit, Whom};
use crate::desk::people::filters;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::Filter;

/// A tag, and whom it is about: named one by one, or by a filter.
#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Tagged {
    /// The tag, a word of yours
    #[arg(value_name = "TAG")]
    pub(in crate::cli) word: String,
    /// Addresses or numbers of contacts
    #[arg(
        value_name = "WHO",
        required_unless_present = "words",
        conflicts_with = "words"
    )]
    who: Vec<String>,
    /// Everybody whom this filter means
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    words: Option<String>,
}

impl Tagged {
    /// Changes those who are meant; `act` begins the question.
    pub(in crate::cli) async fn change(
        &self,
        context: &mut Context,
        edit: &ContactEdit,
        act: &str,
    ) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some(words) = &self.words {
            return change(context, &desk, words, edit, act).await;
        }
        let changed = contacts::edit_many(&desk, Whom::Named(&self.who), edit, None).await?;
        told(context, changed, "");
        Ok(Exit::Done)
    }
}

/// Changes everybody whom a filter means; `act` begins the question.
pub(in crate::cli) async fn change(
    context: &mut Context,
    desk: &Desk,
    words: &str,
    edit: &ContactEdit,
    act: &str,
) -> Result<Exit, Problem> {
    let (words, meant) = confirm(context, desk, words, act).await?;
    let changed = contacts::edit_many(desk, Whom::Where(&words), edit, Some(meant)).await?;
    told(context, changed, &format!("{words}"));
    Ok(Exit::Done)
}

/// A filter, and how many it means, after that number was typed; `act` begins the question.
pub(in crate::cli) async fn confirm(
    context: &mut Context,
    desk: &Desk,
    words: &str,
    act: &str,
) -> Result<(Filter, i64), Problem> {
    let words = filter::read(context, desk, words).await?;
    let condition = filters::condition(desk, &words).await?;
    let meant = filters::count(desk, &condition).await?;
    if meant > 0 {
        let question = format!("{act} {}?", count(meant, "contact"));
        context
            .output
            .confirm_typed(&question, &meant.to_string())?;
    }
    Ok((words, meant))
}

/// What was done; `words` is the filter, where there is one.
pub(in crate::cli) fn told(context: &mut Context, changed: Changed, words: &str) {
    if context.output.is_json() {
        context.output.json(&changed);
    } else if changed.contacts == 0 {
        context.output.done("Nobody is meant; nothing was changed.");
    } else if words.is_empty() {
        context
            .output
            .done(format!("Changed {}.", count(changed.contacts, "contact")));
    } else {
        context.output.done(format!(
            "Changed {}. See them: dateline contact list --where \"{}\"",
            count(changed.contacts, "contact"),
            words.replace('"', "\\\"")
        ));
    }
}
