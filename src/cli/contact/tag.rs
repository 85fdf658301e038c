//! `dateline contact tag`.

use crate::cli::contact::many;
use crate::cli::context::Context;
use crate::desk::people::contacts::ContactEdit;
use crate::desk::problem::{Exit, Problem};

/// Put a tag on contacts
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact tag vip ada@example.com 14
  dateline contact tag checked --where \"country:DE outlet:none\"")]
pub struct Tag {
    #[command(flatten)]
    tagged: many::Tagged,
}

impl Tag {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let edit = ContactEdit {
            add_tags: vec![self.tagged.word.clone()],
            ..ContactEdit::default()
        };
        self.tagged.change(context, &edit, "Put the tag on").await
    }
}
