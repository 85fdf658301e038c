//! Writing a planned chunk: a handful of statements, each for all of its people.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::desk::Desk;
use crate::desk::people::import_contacts::book::Book;
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

impl Purpose<'_> {
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

/// Writes what the book has pending and tells how many people are new on the list.
pub(crate) async fn write(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    book: &mut Book,
    purpose: &Purpose<'_>,
) -> Result<u64, StoreError> {
    find_outlets(connection, book).await?;
    if !book.pending.back.is_empty() {
        contact::bring_back(connection, purpose.provenance(desk), &book.pending.back).await?;
    }
    let ids = insert_people(desk, connection, book, purpose).await?;
    let changed: Vec<_> = book
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
    name_ids(book, &ids);
    let pending = &book.pending;
    let real = |id: &i64| ids.get(id).copied().unwrap_or(*id);
    write_labels(
        connection,
        pending,
        &mut book.labels,
        purpose.import_id,
        real,
    )
    .await?;
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
    record_meetings(connection, book, purpose.import_id, &named).await?;
    match purpose.list_id {
        Some(list) => {
            let members: Vec<_> = pending.members.iter().map(real).collect();
            media_list::add_members(connection, list, &members, Some(purpose.import_id)).await
        }
        None => Ok(0),
    }
}

/// Gives the changes the ids that contacts and outlets have got by now.
fn name_ids(book: &mut Book, ids: &HashMap<i64, i64>) {
    let people = &book.people;
    for change in &mut book.pending.changes {
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
    book: &Book,
    import_id: i64,
    named: &HashMap<i64, Vec<i64>>,
) -> Result<(), StoreError> {
    let mut meetings = book.meetings();
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
    book: &mut Book,
) -> Result<(), StoreError> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for person in book
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
    names.retain(|name| !book.outlets.contains_key(&name::key(name)));
    if !names.is_empty() {
        let found = outlet::get_or_create(connection, &names).await?;
        book.outlets.extend(found);
    }
    let outlets = &book.outlets;
    for person in book
        .people
        .values_mut()
        .filter(|person| person.has_new_outlet())
    {
        person.outlet_id = outlets.get(&name::key(&person.values[OUTLET])).copied();
    }
    Ok(())
}

/// Inserts those who are new, in the file's order, and tells which id each of them got.
async fn insert_people(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    book: &Book,
    purpose: &Purpose<'_>,
) -> Result<HashMap<i64, i64>, StoreError> {
    let mut fresh: Vec<_> = book
        .people
        .values()
        .filter_map(|person| {
            person
                .fresh
                .as_ref()
                .map(|(address, line)| (person, address, *line))
        })
        .collect();
    if fresh.is_empty() {
        return Ok(HashMap::new());
    }
    fresh.sort_unstable_by_key(|(person, ..)| std::cmp::Reverse(person.id));
    let rows: Vec<_> = fresh
        .iter()
        .map(|(person, address, line)| NewContact {
            address,
            outlet_id: person.outlet_id,
            values: &person.values,
            status: &person.status,
            origin_line: Some(*line),
        })
        .collect();
    let inserted = contact_insert::insert(connection, purpose.provenance(desk), &rows).await?;
    let people = fresh.iter().map(|(person, ..)| person.id);
    Ok(people.zip(inserted).collect())
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
