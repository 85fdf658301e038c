//! A note on a contact: a line with its day, below those that are there.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::contacts::{ContactCard, card_of, find_in};
use crate::desk::people::filters;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{begin_write, commit};
use crate::store::contact;
use crate::store::contact_set::{self, Field};

/// Writes a note down: `2026-03-12 ana: prefers the telephone`.
///
/// Errors: exit 2 for nobody, or for a text without a word.
pub async fn note(desk: &Desk, who: &str, text: &str) -> Result<ContactCard, Problem> {
    let words: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words = words.trim();
    if words.is_empty() {
        let message = "a note needs a word or two";
        return Err(Problem::new(Exit::Usage, "no-note", message).hint(
            "put it between quotation marks: dateline contact note WHO \"prefers the telephone\"",
        ));
    }
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let id = find_in(&transaction, who).await?;
    let old = card_of(&transaction, id).await?.notes;
    let day = filters::today(desk).day();
    let mut notes = old.trim_end().to_owned();
    if !notes.is_empty() {
        notes.push('\n');
    }
    notes.extend([day.as_str(), " ", desk.actor.as_str(), ": ", words]);
    let field = Field {
        column: "notes",
        value: notes.into(),
    };
    contact_set::set_fields(&transaction, desk.now(), &[id], &[field]).await?;
    desk.log(&transaction, "contact.note", "contact", id, json!({}))
        .await?;
    let card = card_of(&transaction, id).await?;
    commit(transaction).await?;
    Ok(card)
}
