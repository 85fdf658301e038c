//! Labels: the beats that contacts cover and the tags that we give them.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// What a label says about a contact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LabelKind {
    Beat,
    Tag,
}

impl LabelKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beat => "beat",
            Self::Tag => "tag",
        }
    }
}

/// A label on a contact.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct OnContact {
    pub contact_id: i64,
    pub label_id: i64,
    pub kind: String,
    pub name: String,
    pub name_key: String,
}

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    kind: String,
    name_key: String,
}

/// The ids of labels by kind and name key, creating those that are missing.
pub(crate) async fn get_or_create(
    connection: &impl ConnectionTrait,
    labels: &[(LabelKind, String)],
) -> Result<HashMap<(LabelKind, String), i64>, StoreError> {
    let rows: Vec<_> = labels
        .iter()
        .map(|(kind, text)| (kind.as_str(), text, name::key(text)))
        .collect();
    let columns = [
        Column::Text("kind"),
        Column::Text("name"),
        Column::Text("name_key"),
    ];
    let insert = format!(
        "INSERT INTO label (kind, name, name_key) SELECT kind, name, name_key FROM {} AS given \
         WHERE true ON CONFLICT (kind, name_key) DO NOTHING",
        set::rows(connection, 1, &columns),
    );
    sql::run(connection, &insert, vec![set::bind(&rows)]).await?;
    let keys: Vec<_> = rows.iter().map(|(_, _, key)| key).collect();
    let select = format!(
        "SELECT id, kind, name_key FROM label WHERE name_key {}",
        set::among_texts(connection, 1),
    );
    let found = sql::all::<Found>(connection, &select, vec![set::bind(&keys)]).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let kind = if row.kind == "beat" {
                LabelKind::Beat
            } else {
                LabelKind::Tag
            };
            ((kind, row.name_key), row.id)
        })
        .collect())
}

/// Puts labels on contacts (label id, contact id). One that is there already stays; a person's word
/// (no import) makes it theirs, so that no undo takes it off.
pub(crate) async fn attach(
    connection: &impl ConnectionTrait,
    pairs: &[(i64, i64)],
    import_id: Option<i64>,
) -> Result<u64, StoreError> {
    let again = match import_id {
        Some(_) => "DO NOTHING",
        None => "DO UPDATE SET import_id = NULL",
    };
    let insert = format!(
        "INSERT INTO contact_label (label_id, contact_id, import_id) SELECT label_id, contact_id, $2 FROM {} AS given \
         WHERE true ON CONFLICT (label_id, contact_id) {again}",
        set::rows(
            connection,
            1,
            &[Column::Number("label_id"), Column::Number("contact_id")]
        ),
    );
    let values = vec![set::bind(pairs), import_id.into()];
    sql::run(connection, &insert, values).await
}

/// Takes a label off a contact.
pub(crate) async fn detach(
    connection: &impl ConnectionTrait,
    contact_id: i64,
    kind: LabelKind,
    name: &str,
) -> Result<bool, StoreError> {
    let delete = "DELETE FROM contact_label WHERE contact_id = $1 AND label_id IN \
                  (SELECT id FROM label WHERE kind = $2 AND name_key = $3)";
    let values = vec![
        contact_id.into(),
        kind.as_str().into(),
        name::key(name).into(),
    ];
    Ok(sql::run(connection, delete, values).await? > 0)
}

#[derive(FromQueryResult)]
struct Key {
    name_key: String,
}

/// The keys of all labels of a kind.
pub(crate) async fn keys(
    connection: &impl ConnectionTrait,
    kind: LabelKind,
) -> Result<Vec<String>, StoreError> {
    let select = "SELECT name_key FROM label WHERE kind = $1 ORDER BY name_key";
    let rows = sql::all::<Key>(connection, select, vec![kind.as_str().into()]).await?;
    Ok(rows.into_iter().map(|row| row.name_key).collect())
}

/// All labels of these contacts, by contact, then in the order of their names.
pub async fn of(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<OnContact>, StoreError> {
    let select = format!(
        "SELECT cl.contact_id, cl.label_id, l.kind, l.name, l.name_key FROM contact_label cl JOIN label l ON l.id = cl.label_id \
         WHERE cl.contact_id {} ORDER BY cl.contact_id, l.kind, l.name_key",
        set::among_numbers(connection, 1),
    );
    let columns = ["contact_id", "label_id", "kind", "name", "name_key"];
    set::all_at_once(connection, &columns, &select, vec![set::bind(contacts)]).await
}
