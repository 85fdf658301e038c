//! Where a contact's fields come from: imports with their lines, and a person's edits.

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

use crate::store::error::StoreError;
use crate::store::{set, sql};

/// A person's edit of a contact, as the log has it.
#[derive(Clone, Debug)]
pub struct Edit {
    pub contact_id: i64,
    pub at: i64,
    pub by: String,
    /// None where it was not written down which fields it changed.
    pub fields: Option<Vec<String>>,
}

impl Edit {
    /// Whether it changed this field, or may have.
    pub fn speaks_of(&self, field: &str) -> bool {
        self.fields
            .as_ref()
            .is_none_or(|fields| fields.iter().any(|one| one == field))
    }
}

#[derive(FromQueryResult)]
struct EditRow {
    contact_id: i64,
    at: i64,
    actor: String,
    act: String,
    detail: String,
}

#[derive(Deserialize)]
struct Detail {
    fields: Option<Vec<String>>,
}

/// The edits of these contacts, each alone or many at once, oldest first.
pub async fn edits(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<Edit>, StoreError> {
    edits_behind(connection, contacts, 0).await
}

/// Those of them that were made since an import began.
pub async fn edits_since(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    import_id: i64,
) -> Result<Vec<Edit>, StoreError> {
    let select = "SELECT COALESCE(MIN(id), 0) AS value FROM log_entry \
                  WHERE subject = 'import' AND subject_id = $1 AND act = 'contact.import'";
    let began = sql::number(connection, select, vec![import_id.into()]).await?;
    edits_behind(connection, contacts, began).await
}

async fn edits_behind(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    entry_id: i64,
) -> Result<Vec<Edit>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let select = format!(
        "SELECT id, subject_id AS contact_id, at, actor, act, detail FROM log_entry \
           WHERE subject = 'contact' AND act IN ('contact.edit', 'contact.note') AND id > $2 AND subject_id {given} \
         UNION ALL SELECT l.id, n.contact_id, l.at, l.actor, l.act, l.detail \
           FROM log_entry_contact n JOIN log_entry l ON l.id = n.entry_id \
           WHERE l.act = 'contact.edit-many' AND l.id > $2 AND n.contact_id {given} ORDER BY id",
    );
    let values = vec![set::bind(contacts), entry_id.into()];
    let rows = sql::all::<EditRow>(connection, &select, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| Edit {
            contact_id: row.contact_id,
            at: row.at,
            by: row.actor,
            fields: if row.act == "contact.note" {
                Some(vec!["notes".to_owned()])
            } else {
                let detail = serde_json::from_str::<Detail>(&row.detail);
                detail.ok().and_then(|detail| detail.fields)
            },
        })
        .collect())
}

/// A change of a contact by an import that holds.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Change {
    pub import_id: i64,
    pub at: i64,
    pub line: i64,
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// What imports changed of a contact, oldest first.
pub async fn changes(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<Change>, StoreError> {
    let select = "SELECT x.import_id, i.at, x.line, x.field, x.old, x.new FROM import_change x \
                  JOIN import i ON i.id = x.import_id \
                  WHERE x.contact_id = $1 AND i.state <> 'undone' ORDER BY x.import_id, x.id";
    sql::all(connection, select, vec![contact_id.into()]).await
}

/// Something that hangs on a contact, with the import that put it there.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Hanging {
    /// `beat`, `tag`, `list` or `address`.
    pub field: String,
    pub value: String,
    pub import_id: Option<i64>,
    pub line: Option<i64>,
}

/// A contact's labels, lists and further addresses.
pub async fn hanging(
    connection: &impl ConnectionTrait,
    contact_id: i64,
) -> Result<Vec<Hanging>, StoreError> {
    let line =
        "(SELECT m.line FROM import_met m WHERE m.contact_id = $1 AND m.import_id = h.import_id)";
    let own = "(SELECT c.origin_line FROM contact c WHERE c.id = $1 AND c.origin_import_id = h.import_id)";
    let select = format!(
        "SELECT field, value, import_id, COALESCE({line}, {own}) AS line FROM (\
           SELECT l.kind AS field, l.name AS value, cl.import_id FROM contact_label cl JOIN label l ON l.id = cl.label_id \
             WHERE cl.contact_id = $1 \
           UNION ALL SELECT 'list', l.slug, m.import_id FROM media_list_member m JOIN media_list l ON l.id = m.list_id \
             WHERE m.contact_id = $1 \
           UNION ALL SELECT 'address', a.email, a.import_id FROM contact_address a WHERE a.contact_id = $1\
         ) AS h ORDER BY field, value"
    );
    sql::all(connection, &select, vec![contact_id.into()]).await
}
