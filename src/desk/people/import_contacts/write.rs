//! Writing a planned chunk: a handful of statements, each for all of its people.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::desk::Desk;
use crate::desk::people::import_contacts::ImportRequest;
use crate::desk::people::import_contacts::page::Page;
use crate::desk::people::import_contacts::pending::Pending;
use crate::domain::name;
use crate::domain::suppression::Scope;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::{self, FIELDS, NewValues, OUTLET, Provenance};
use crate::store::contact_insert::{self, NewContact};
use crate::store::error::StoreError;
use crate::store::label::LabelKind;
use crate::store::suppression::{self, Origin};
use crate::store::{desk_row, duplicate, import, label, media_list, outlet};

/// What a chunk is written for.
pub(crate) struct Purpose<'a> {
    pub(crate) import_id: i64,
    pub(crate) source: &'a str,
    pub(crate) legal_basis: &'a str,
    pub(crate) jurisdiction: &'a str,
    pub(crate) list_id: Option<i64>,
}

impl<'a> Purpose<'a> {
    pub(crate) fn new(request: &'a ImportRequest, list_id: Option<i64>, import_id: i64) -> Self {
        Self {
            import_id,
            source: request.source.trim(),
            legal_basis: &request.legal_basis,
            jurisdiction: request.jurisdiction.trim(),
            list_id,
        }
    }

    fn provenance(&self, desk: &Desk) -> Provenance<'_> {
        Provenance {
            source: self.source,
            legal_basis: self.legal_basis,
            jurisdiction: self.jurisdiction,
            import_id: Some(self.import_id),
            at: desk.now(),
        }
    }
}

/// What a chunk's people need before they are written: the outlets' ids, and their own.
pub(crate) async fn prepare(
    connection: &impl ConnectionTrait,
    page: &mut Page,
    outlets: &mut HashMap<String, i64>,
) -> Result<(), StoreError> {
    find_outlets(connection, page, outlets).await?;
    let mut fresh: Vec<i64> = page.fresh().map(|(id, ..)| id).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    // They were counted downwards: so in the file's order.
    fresh.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    let ids = contact_insert::next_ids(connection, fresh.len()).await?;
    page.ids = fresh.into_iter().zip(ids).collect();
    Ok(())
}

/// Writes a chunk that was prepared and tells how many people are new on the list.
pub(crate) async fn write(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    page: &mut Page,
    labels: &mut HashMap<(LabelKind, String), i64>,
    purpose: &Purpose<'_>,
) -> Result<u64, StoreError> {
    insert_people(desk, connection, page, purpose).await?;
    if !page.pending.back.is_empty() {
        contact::bring_back(connection, purpose.provenance(desk), &page.pending.back).await?;
    }
    let changed: Vec<_> = page
        .people
        .values()
        .filter(|person| person.fresh.is_none() && person.has_new_values())
        .map(|person| NewValues {
            id: person.id,
            outlet_id: person.outlet_id,
            values: &person.values,
        })
        .collect();
    if !changed.is_empty() {
        contact::set_values(connection, desk.now(), &changed).await?;
    }
    name_ids(page);
    let (pending, ids) = (&page.pending, &page.ids);
    let real = |id: &i64| ids.get(id).copied().unwrap_or(*id);
    write_labels(connection, pending, labels, purpose.import_id, real).await?;
    if !pending.addresses.is_empty() {
        let rows: Vec<_> = pending
            .addresses
            .iter()
            .map(|(id, address)| (real(id), address))
            .collect();
        contact::add_addresses(connection, &rows, Some(purpose.import_id)).await?;
    }
    if !pending.shared.is_empty() {
        let pairs: Vec<_> = pending
            .shared
            .iter()
            .map(|(one, other)| (real(one), real(other)))
            .collect();
        duplicate::note_shared(connection, &pairs).await?;
    }
    if !pending.bounced.is_empty() {
        contact::set_status(
            connection,
            desk.now(),
            &pending.bounced,
            "active",
            "bounced",
        )
        .await?;
    }
    if !pending.changes.is_empty() {
        import::record_changes(connection, purpose.import_id, &pending.changes).await?;
    }
    suppress(desk, connection, pending, purpose.import_id).await?;
    let named = write_lists(connection, pending, purpose.import_id, real).await?;
    record_meetings(connection, page, purpose.import_id, &named).await?;
    match purpose.list_id {
        Some(list) => {
            let members: Vec<_> = pending.members.iter().map(real).collect();
            media_list::add_members(connection, list, &members, Some(purpose.import_id)).await
        }
        None => Ok(0),
    }
}

/// Gives the changes the ids that contacts and outlets have got by now.
fn name_ids(page: &mut Page) {
    let (people, ids) = (&page.people, &page.ids);
    for change in &mut page.pending.changes {
        if change.field == FIELDS[OUTLET] {
            change.new_id = people
                .get(&change.contact_id)
                .and_then(|person| person.outlet_id);
        }
        change.contact_id = ids
            .get(&change.contact_id)
            .copied()
            .unwrap_or(change.contact_id);
    }
}

/// Writes down what was said of people who were there before, lists that their rows name included.
async fn record_meetings(
    connection: &impl ConnectionTrait,
    page: &Page,
    import_id: i64,
    named: &HashMap<i64, Vec<i64>>,
) -> Result<(), StoreError> {
    let mut meetings = page.meetings(import_id);
    if meetings.is_empty() {
        return Ok(());
    }
    for met in &mut meetings {
        for list in named.get(&met.contact_id).into_iter().flatten() {
            met.said.push('m');
            met.said.push_str(&list.to_string());
            met.said.push(' ');
        }
    }
    import::record_met(connection, import_id, &meetings).await
}

/// Puts people on the lists that their rows name, and tells who is named for which; a list that is
/// missing is made.
async fn write_lists(
    connection: &impl ConnectionTrait,
    pending: &Pending,
    import_id: i64,
    real: impl Fn(&i64) -> i64,
) -> Result<HashMap<i64, Vec<i64>>, StoreError> {
    let mut named: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut lists: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (person, list) in &pending.lists {
        lists.entry(list).or_default().push(real(person));
    }
    for (slug, members) in lists {
        let list = match media_list::by_slug(connection, slug).await? {
            Some(list) => list.id,
            None => media_list::create(connection, slug, slug, None, None).await?,
        };
        media_list::add_members(connection, list, &members, Some(import_id)).await?;
        for member in members {
            named.entry(member).or_default().push(list);
        }
    }
    Ok(named)
}

/// Gives everybody with a new outlet name that outlet's id.
async fn find_outlets(
    connection: &impl ConnectionTrait,
    page: &mut Page,
    known: &mut HashMap<String, i64>,
) -> Result<(), StoreError> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for person in page
        .people
        .values()
        .filter(|person| person.has_new_outlet())
    {
        if seen.insert(name::key(&person.values[OUTLET])) {
            names.push(person.values[OUTLET].clone());
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    names.retain(|name| !known.contains_key(&name::key(name)));
    if !names.is_empty() {
        let found = outlet::get_or_create(connection, &names).await?;
        known.extend(found);
    }
    for person in page
        .people
        .values_mut()
        .filter(|person| person.has_new_outlet())
    {
        person.outlet_id = known.get(&name::key(&person.values[OUTLET])).copied();
    }
    Ok(())
}

/// Inserts those who are new, in the file's order.
async fn insert_people(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    page: &Page,
    purpose: &Purpose<'_>,
) -> Result<(), StoreError> {
    let mut rows: Vec<_> = page
        .fresh()
        .filter_map(|(id, person, address, line)| {
            let new = NewContact {
                address,
                outlet_id: person.outlet_id,
                values: &person.values,
                status: &person.status,
                origin_line: Some(line),
            };
            page.ids.get(&id).map(|id| (*id, new))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_unstable_by_key(|(id, _)| *id);
    let (ids, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    contact_insert::insert_as(connection, purpose.provenance(desk), &ids, &rows).await
}

async fn write_labels(
    connection: &impl ConnectionTrait,
    pending: &Pending,
    known: &mut HashMap<(LabelKind, String), i64>,
    import_id: i64,
    real: impl Fn(&i64) -> i64,
) -> Result<(), StoreError> {
    let mut keyed = Vec::with_capacity(pending.labels.len());
    let mut missing = Vec::new();
    let mut seen = HashSet::new();
    for (id, kind, text) in &pending.labels {
        let key = (*kind, name::key(text));
        if !known.contains_key(&key) && seen.insert(key.clone()) {
            missing.push((*kind, text.clone()));
        }
        keyed.push((*id, key));
    }
    if keyed.is_empty() {
        return Ok(());
    }
    if !missing.is_empty() {
        known.extend(label::get_or_create(connection, &missing).await?);
    }
    let pairs: Vec<_> = keyed
        .iter()
        .filter_map(|(id, key)| Some((*known.get(key)?, real(id))))
        .collect();
    label::attach(connection, &pairs, Some(import_id)).await?;
    Ok(())
}

/// Writes the file's noes down; mail that waits for these people is taken out of the queue.
async fn suppress(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    pending: &Pending,
    import_id: i64,
) -> Result<(), StoreError> {
    if pending.suppressions.is_empty() {
        return Ok(());
    }
    let key_id = desk.key.fingerprint();
    let origin = Origin {
        key_id: &key_id,
        target: "address",
        scope: Scope::Everything,
        source: &format!("import:{import_id}"),
        at: desk.now(),
        by: &desk.actor,
    };
    suppression::suppress(connection, &origin, &pending.suppressions).await?;
    let hashes: Vec<_> = pending
        .suppressions
        .iter()
        .map(|entry| entry.hash.as_str())
        .collect();
    suppression::withdraw_deliveries(connection, &origin, &hashes).await?;
    desk_row::touch(connection).await
}
