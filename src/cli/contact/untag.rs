//! `dateline contact untag`.

use crate::cli::contact::many;
use crate::cli::context::Context;
use crate::desk::people::contacts::ContactEdit;
use crate::desk::problem::{Exit, Problem};

/// Take a tag off contacts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact untag vip ada@example.com
  dateline contact untag checked --where \"tag:checked last_sent>1y\" --yes")]
pub struct Untag {
    #[command(flatten)]
    tagged: many::Tagged,
}

impl Untag {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let edit = ContactEdit {
            remove_tags: vec![self.tagged.word.clone()],
            ..ContactEdit::default()
        };
        self.tagged.change(context, &edit, "Take the tag off").await
    }
}
