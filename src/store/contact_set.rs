//! Many contacts changed at once, in the same way.

use sea_orm::{ConnectionTrait, Value};

use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::label::LabelKind;
use crate::store::{set, sql};

/// Ids in one statement.
const CHUNK: usize = 10_000;

/// A column that is the same for many, and what it becomes.
#[derive(Clone, Debug)]
pub struct Field {
    /// Our own word, never a person's.
    pub column: &'static str,
    pub value: Value,
}

/// Sets columns of contacts.
pub(crate) async fn set_fields(
    connection: &impl ConnectionTrait,
    at: Instant,
    contacts: &[i64],
    fields: &[Field],
) -> Result<(), StoreError> {
    if fields.is_empty() {
        return Ok(());
    }
    let assignments: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| format!("{} = ${}, ", field.column, place + 3))
        .collect();
    let assignments = assignments.concat();
    let update = format!(
        "UPDATE contact SET {assignments}updated_at = $2 WHERE id {}",
        set::among_numbers(connection, 1)
    );
    for chunk in contacts.chunks(CHUNK) {
        let mut values = vec![set::bind(chunk), at.millis().into()];
        values.extend(fields.iter().map(|field| field.value.clone()));
        sql::run(connection, &update, values).await?;
    }
    Ok(())
}

/// Puts a label on contacts and tells how many had not got it yet.
pub(crate) async fn attach(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    label_id: i64,
) -> Result<u64, StoreError> {
    let insert = format!(
        "INSERT INTO contact_label (label_id, contact_id) SELECT $2, c.id FROM contact c WHERE c.id {} \
         ON CONFLICT (label_id, contact_id) DO NOTHING",
        set::among_numbers(connection, 1)
    );
    // A person's word: no undo of an import takes it off.
    let update = format!(
        "UPDATE contact_label SET import_id = NULL WHERE label_id = $2 AND import_id IS NOT NULL AND contact_id {}",
        set::among_numbers(connection, 1)
    );
    let mut new = 0;
    for chunk in contacts.chunks(CHUNK) {
        sql::run(connection, &update, vec![set::bind(chunk), label_id.into()]).await?;
        new += sql::run(connection, &insert, vec![set::bind(chunk), label_id.into()]).await?;
    }
    Ok(new)
}

/// Takes a label off contacts and tells how many had it.
pub(crate) async fn detach(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    kind: LabelKind,
    label: &str,
) -> Result<u64, StoreError> {
    let delete = format!(
        "DELETE FROM contact_label WHERE contact_id {} AND label_id IN \
         (SELECT id FROM label WHERE kind = $2 AND name_key = $3)",
        set::among_numbers(connection, 1)
    );
    let mut gone = 0;
    for chunk in contacts.chunks(CHUNK) {
        let values = vec![
            set::bind(chunk),
            kind.as_str().into(),
            name::key(label).into(),
        ];
        gone += sql::run(connection, &delete, values).await?;
    }
    Ok(gone)
}
