//! Many contacts changed at once: those whom a filter means, or those named.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::attachment_wish::WISHES;
use crate::desk::people::contacts::edit::outlet_id;
use crate::desk::people::contacts::{ContactEdit, find_in};
use crate::desk::people::filters;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::Filter;
use crate::domain::name;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::contact::{self, ATTACHMENTS, FIELDS, KIND, OUTLET, Values};
use crate::store::contact_set::{self, Field};
use crate::store::desk_row;
use crate::store::filter::ids;
use crate::store::label::{self, LabelKind};

/// What became of many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Changed {
    /// Who was meant.
    pub contacts: i64,
    /// Labels that were put on or taken off.
    pub labels: u64,
}

/// Changes all contacts that are meant, or none. `expected` is how many a person has confirmed: where
/// others are meant by now, nothing is changed.
///
/// Errors: exit 2 for a field that belongs to one person, such as a name, or nobody there; 1
/// `changed-meanwhile`.
pub async fn edit_many(
    desk: &Desk,
    whom: Whom<'_>,
    edit: &ContactEdit,
    expected: Option<i64>,
) -> Result<Changed, Problem> {
    refuse_personal(edit)?;
    let mut values = Values::default();
    edit.apply(&desk.zones, &mut values)?;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let contacts = whom.ids(desk, &transaction).await?;
    let count = still_as_many(&contacts, expected)?;
    let fields = fields(&transaction, edit, &values).await?;
    contact_set::set_fields(&transaction, desk.now(), &contacts, &fields).await?;
    let labels = labels(&transaction, edit, &contacts).await?;
    if count > 0 {
        let detail = json!({"contacts": count, "fields": edit.named(), "labels": labels});
        desk.log_many(&transaction, "contact.edit-many", &contacts, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(Changed {
        contacts: count,
        labels,
    })
}

/// Archives all contacts that are meant and tells how many were not archived before. `expected` is how
/// many a person has confirmed to be meant.
///
/// Errors: as [`edit_many`].
pub async fn archive_many(
    desk: &Desk,
    whom: Whom<'_>,
    expected: Option<i64>,
) -> Result<Changed, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let contacts = whom.ids(desk, &transaction).await?;
    still_as_many(&contacts, expected)?;
    let mut moved = 0;
    for from in ["active", "bounced"] {
        moved += contact::set_status(&transaction, desk.now(), &contacts, from, "archived").await?;
    }
    // Whom the undo of an import archived stays there now, as a person wants it.
    let said_anew = contact::keep_archived(&transaction, &contacts).await?;
    if moved > 0 || said_anew > 0 {
        // A run at work looks again: who is archived between claim and body gets nothing either.
        desk_row::touch(&transaction).await?;
        let detail = json!({"contacts": moved});
        desk.log_many(&transaction, "contact.archive-many", &contacts, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(Changed {
        contacts: i64::try_from(moved).unwrap_or(i64::MAX),
        labels: 0,
    })
}

/// How many are meant, if that is what was confirmed.
fn still_as_many(contacts: &[i64], expected: Option<i64>) -> Result<i64, Problem> {
    let count = i64::try_from(contacts.len()).unwrap_or(i64::MAX);
    if expected.is_some_and(|expected| expected != count) {
        let message = format!("{count} contacts are meant now, another number than was confirmed");
        return Err(Problem::new(Exit::Failed, "changed-meanwhile", message).hint("do it again"));
    }
    Ok(count)
}

/// Whom a change is for.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    Where(&'a Filter),
    /// Addresses or numbers of contacts.
    Named(&'a [String]),
}

impl Whom<'_> {
    async fn ids(
        self,
        desk: &Desk,
        connection: &impl ConnectionTrait,
    ) -> Result<Vec<i64>, Problem> {
        match self {
            Self::Where(filter) => {
                let condition = filters::condition_in(desk, connection, filter).await?;
                Ok(ids(connection, &condition, 0, i64::MAX).await?)
            }
            Self::Named(names) => {
                let mut ids = Vec::with_capacity(names.len());
                for one in names {
                    ids.push(find_in(connection, one).await?);
                }
                ids.sort_unstable();
                ids.dedup();
                Ok(ids)
            }
        }
    }
}

/// A name, a telephone number or a note is one person's.
fn refuse_personal(edit: &ContactEdit) -> Result<(), Problem> {
    let personal = [
        ("--name", &edit.name),
        ("--given-name", &edit.given_name),
        ("--family-name", &edit.family_name),
        ("--phone", &edit.phone),
        ("--notes", &edit.notes),
    ];
    match personal.into_iter().find(|(_, value)| value.is_some()) {
        None => Ok(()),
        Some((flag, _)) => {
            let message = format!("{flag} belongs to one person and cannot be set for many");
            Err(Problem::new(Exit::Usage, "one-person", message)
                .hint("name the one: dateline contact edit ADDRESS; notes: dateline contact note"))
        }
    }
}

/// The columns that the edit sets; `values` holds its texts in their one spelling.
async fn fields(
    connection: &impl ConnectionTrait,
    edit: &ContactEdit,
    values: &Values,
) -> Result<Vec<Field>, Problem> {
    let is_set = [
        ("title", edit.title.is_some()),
        ("country", edit.country.is_some()),
        ("language", edit.language.is_some()),
        ("time_zone", edit.time_zone.is_some()),
    ];
    let mut fields = Vec::new();
    for (column, is_set) in is_set {
        if is_set && let Some(place) = FIELDS.iter().position(|field| *field == column) {
            fields.push(Field {
                column,
                value: values[place].clone().into(),
            });
        }
    }
    if edit.kind.is_some() {
        let kind = match values[KIND].as_str() {
            "" => "unknown",
            kind => kind,
        };
        fields.push(Field {
            column: "kind",
            value: kind.to_owned().into(),
        });
    }
    if edit.attachments.is_some() {
        let wish = match values[ATTACHMENTS].as_str() {
            "" => WISHES[0],
            wish => wish,
        };
        fields.push(Field {
            column: FIELDS[ATTACHMENTS],
            value: wish.to_owned().into(),
        });
    }
    if edit.outlet.is_some() {
        fields.push(Field {
            column: "outlet_id",
            value: outlet_id(connection, &values[OUTLET]).await?.into(),
        });
    }
    Ok(fields)
}

async fn labels(
    connection: &impl ConnectionTrait,
    edit: &ContactEdit,
    contacts: &[i64],
) -> Result<u64, Problem> {
    let mut changed = 0;
    for (kind, texts) in [
        (LabelKind::Beat, &edit.add_beats),
        (LabelKind::Tag, &edit.add_tags),
    ] {
        for text in texts.iter().filter(|text| !name::key(text).is_empty()) {
            let ids = label::get_or_create(connection, &[(kind, text.trim().to_owned())]).await?;
            for id in ids.into_values() {
                changed += contact_set::attach(connection, contacts, id).await?;
            }
        }
    }
    for (kind, texts) in [
        (LabelKind::Beat, &edit.remove_beats),
        (LabelKind::Tag, &edit.remove_tags),
    ] {
        for text in texts {
            changed += contact_set::detach(connection, contacts, kind, text).await?;
        }
    }
    Ok(changed)
}
