//! `dateline contact untag`.

use crate::cli::contact::many;
use crate::cli::context::Context;
use crate::desk::people::contacts::{self, ContactEdit, Whom};
use crate::desk::problem::{Exit, Problem};

/// Take a tag off contacts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact untag vip ada@example.com
  dateline contact untag checked --where \"tag:checked last_sent>1y\" --yes")]
pub struct Untag {
    /// The tag, a word of yours
    #[arg(value_name = "TAG")]
    word: String,
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

impl Untag {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let edit = ContactEdit {
            remove_tags: vec![self.word],
            ..ContactEdit::default()
        };
        let desk = context.desk().await?;
        if let Some(words) = &self.words {
            return many::change(context, &desk, words, &edit, "Take the tag off").await;
        }
        let changed = contacts::edit_many(&desk, Whom::Named(&self.who), &edit, None).await?;
        many::told(context, changed, "");
        Ok(Exit::Done)
    }
}
