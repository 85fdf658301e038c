//! Contacts that the import made: gone, archived, or a later import's.

use std::collections::{HashMap, HashSet};

use crate::desk::people::undo_import::Page;
use crate::desk::problem::Problem;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::{self, FIELDS, NewValues, OUTLET};
use crate::store::error::StoreError;
use crate::store::import_undo::{self, Made};
use crate::store::provenance;

/// Takes the next page of them back; answers with the last id, or nothing where all are done.
pub(super) async fn page(
    page: &mut Page<'_>,
    connection: &impl ConnectionTrait,
    after: i64,
) -> Result<Option<i64>, Problem> {
    let made = import_undo::made(connection, page.id, after).await?;
    let Some(last) = made.last().map(|one| one.id) else {
        return Ok(None);
    };
    let ids = |wanted: &dyn Fn(&Made) -> bool| -> Vec<i64> {
        let found = made.iter().filter(|one| wanted(one));
        found.map(|one| one.id).collect()
    };
    let kept: Vec<(i64, i64)> = made
        .iter()
        .filter_map(|one| Some((one.id, one.later_id?)))
        .collect();
    let archived = ids(&|one| one.later_id.is_none() && one.has_history != 0);
    let removed = ids(&|one| one.later_id.is_none() && one.has_history == 0);
    if !kept.is_empty() {
        let ids: Vec<_> = kept.iter().map(|(id, _)| *id).collect();
        take_off(page, connection, &ids, true).await?;
        empty_fields(page, connection, &ids).await?;
        import_undo::forget(connection, page.id, &ids).await?;
        import_undo::adopt(connection, &kept).await?;
    }
    if !archived.is_empty() {
        // Further addresses stay: a no that was said from one of them covers all.
        take_off(page, connection, &archived, false).await?;
        import_undo::forget(connection, page.id, &archived).await?;
        import_undo::archive(connection, &archived, page.desk.now()).await?;
    }
    if !removed.is_empty() {
        take_off(page, connection, &removed, true).await?;
        import_undo::empty(connection, &removed, page.desk.now()).await?;
    }
    page.undone.handed_over += kept.len() as u64;
    page.undone.archived += archived.len() as u64;
    page.undone.removed += removed.len() as u64;
    Ok(Some(last))
}

pub(super) async fn take_off(
    page: &mut Page<'_>,
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    takes_addresses: bool,
) -> Result<(), StoreError> {
    let taken = import_undo::take_off(connection, page.id, contacts, takes_addresses).await?;
    page.undone.labels += taken.labels;
    page.undone.addresses += taken.addresses;
    page.undone.off_lists += taken.memberships;
    Ok(())
}

/// Empties what only the undone import said of contacts that a later one is about too: as if that
/// one had made them.
async fn empty_fields(
    page: &mut Page<'_>,
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<(), StoreError> {
    let mut stays: HashMap<i64, HashSet<usize>> = HashMap::new();
    for said in import_undo::said_later(connection, page.id, contacts).await? {
        let fields = (0..FIELDS.len()).filter(|field| said.fields & (1 << field) != 0);
        stays.entry(said.contact_id).or_default().extend(fields);
    }
    for edit in provenance::edits(connection, contacts).await? {
        let fields = (0..FIELDS.len()).filter(|field| edit.speaks_of(FIELDS[*field]));
        stays.entry(edit.contact_id).or_default().extend(fields);
    }
    let mut people = contact::by_ids(connection, contacts).await?;
    people.retain_mut(|person| {
        let mut is_changed = false;
        for field in 0..FIELDS.len() {
            let stays = stays
                .get(&person.id)
                .is_some_and(|stays| stays.contains(&field));
            if stays || person.values[field].is_empty() {
                continue;
            }
            person.values[field].clear();
            if field == OUTLET {
                person.outlet_id = None;
            }
            page.undone.restored += 1;
            is_changed = true;
        }
        is_changed
    });
    if people.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = people
        .iter()
        .map(|person| NewValues {
            id: person.id,
            outlet_id: person.outlet_id,
            values: &person.values,
        })
        .collect();
    contact::set_values(connection, page.desk.now(), &rows).await?;
    Ok(())
}
