//! `dateline contact edit`.

use crate::cli::contact::fields::Fields;
use crate::cli::contact::many;
use crate::cli::contact::show::called;
use crate::cli::context::Context;
use crate::desk::people::contacts::{self, ContactEdit};
use crate::desk::problem::{Exit, Problem};

/// Change a contact; an empty text clears a field, and beats and tags are added to those there
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact edit ada@example.com --outlet \"Example Wire\" --remove-beat energy
  dateline contact edit 14 --phone \"\"
  dateline contact edit 14 --revive      (out of the archive, or a dead address that lives again)
  dateline contact edit --kind media --where \"list:tech kind:unknown\"
  dateline contact edit --country DE --tag checked --where \"domain:example.com country:none\" --yes

With --where many are changed at once: you are asked with their number first. What belongs to one
person (names, telephone, notes) cannot be set that way.")]
pub struct Edit {
    /// An address of theirs, or their number
    #[arg(
        value_name = "WHO",
        required_unless_present = "words",
        conflicts_with = "words"
    )]
    who: Option<String>,
    /// Everybody whom this filter means
    #[arg(
        long = "where",
        value_name = "FILTER",
        allow_hyphen_values = true,
        conflicts_with = "revive"
    )]
    words: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// Take a beat off; may be given several times
    #[arg(long, value_name = "BEAT")]
    remove_beat: Vec<String>,
    /// Take a tag off; may be given several times
    #[arg(long, value_name = "TAG")]
    remove_tag: Vec<String>,
    /// Make them active again, after the archive or a bounce; an opt-out stays what it is
    #[arg(long)]
    revive: bool,
}

impl Edit {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let edit = ContactEdit {
            remove_beats: self.remove_beat,
            remove_tags: self.remove_tag,
            ..self.fields.edit()
        };
        let changes_fields = edit != ContactEdit::default();
        if !changes_fields && !self.revive {
            return Err(
                Problem::new(Exit::Usage, "no-change", "nothing to change was given")
                    .hint("dateline contact edit --help lists what can be changed"),
            );
        }
        let desk = context.desk().await?;
        if let Some(words) = &self.words {
            return many::change(context, &desk, words, &edit, "Change").await;
        }
        let who = self.who.unwrap_or_default();
        if self.revive {
            contacts::revive(&desk, &who).await?;
        }
        let card = if changes_fields {
            contacts::edit(&desk, &who, &edit).await?
        } else {
            contacts::show(&desk, &who).await?
        };
        if context.output.is_json() {
            context.output.json(&card);
        } else {
            context.output.done(format!(
                "Changed {}. See: dateline contact show {}",
                called(&card),
                card.contact.id
            ));
        }
        Ok(Exit::Done)
    }
}
