//! How a contact likes files: noted once, kept in every later mail.

use crate::desk::Desk;
use crate::desk::distribution::whom::one_contact;
use crate::desk::problem::{Exit, Problem};
use crate::store::attachment_wish;
use crate::store::connection::{begin_write, commit};
use crate::store::contact;

/// The words there are; the first is what nobody has to say.
pub const WISHES: [&str; 3] = ["ok", "links", "none"];

/// A wish as the fields of a contact hold it: nothing for what nobody has to say.
///
/// Errors: exit 2 for another word than [`WISHES`].
pub(crate) fn wish(word: &str) -> Result<String, Problem> {
    match word.trim() {
        "" | "ok" => Ok(String::new()),
        word if WISHES.contains(&word) => Ok(word.to_owned()),
        word => Err(Problem::new(
            Exit::Usage,
            "no-wish",
            format!("there is no {word:?} for attachments"),
        )
        .hint(format!("it is one of {}", WISHES.join(", ")))),
    }
}

/// What holds for a contact.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AttachmentWish {
    pub contact: i64,
    pub attachments: String,
    pub changed: bool,
}

/// The wish of a contact, by address or number.
pub async fn show(desk: &Desk, who: &str) -> Result<AttachmentWish, Problem> {
    let connection = desk.store.db();
    let contact = one_contact(connection, who).await?;
    let wish = attachment_wish::of(connection, contact).await?;
    Ok(AttachmentWish {
        contact,
        attachments: wish.unwrap_or_else(|| WISHES[0].to_owned()),
        changed: false,
    })
}

/// Notes it, for mails that are scheduled from now on.
///
/// Errors: exit 2 for another word than [`WISHES`], or where there is no such contact.
pub async fn set(desk: &Desk, who: &str, wish: &str) -> Result<AttachmentWish, Problem> {
    self::wish(wish)?;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let contact = one_contact(&transaction, who).await?;
    let changed = attachment_wish::set(&transaction, contact, wish, desk.now()).await?;
    if changed {
        let detail = serde_json::json!({ "fields": ["attachments"], "attachments": wish });
        desk.log(&transaction, "contact.edit", "contact", contact, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(AttachmentWish {
        contact,
        attachments: wish.to_owned(),
        changed,
    })
}
