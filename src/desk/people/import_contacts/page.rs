//! A chunk of rows on its way into the database: whom they may be about, and what they want written.

use std::collections::{HashMap, HashSet};

use crate::desk::people::import_contacts::pending::Pending;
use crate::desk::people::import_contacts::person::{Person, Prepared};
use crate::store::contact::StoredAddress;
use crate::store::import::Met;

/// Everybody whom a chunk may be about.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) people: HashMap<i64, Person>,
    pub(crate) by_key: HashMap<String, i64>,
    /// The rows of further addresses.
    pub(crate) address_ids: HashMap<String, i64>,
    /// Hashes that a live entry of scope everything stops.
    pub(crate) live: HashSet<String>,
    pub(crate) pending: Pending,
    /// What the ids below zero of people who are new stand for, once the page is about to be written.
    pub(crate) ids: HashMap<i64, i64>,
}

impl Page {
    /// Whether the row is about somebody here, with nothing in it that would have to be looked up.
    pub(crate) fn knows_all_of(&self, row: &Prepared) -> bool {
        matches!(&row.addresses[..], [only] if self.by_key.contains_key(&only.key))
    }

    /// Whether these rows are about somebody here, as far as their addresses tell.
    pub(crate) fn knows_any(&self, rows: &[Prepared]) -> bool {
        let mut addresses = rows.iter().flat_map(|row| &row.addresses);
        addresses.any(|address| self.by_key.contains_key(&address.key))
    }

    /// Whether somebody stands on both, met by another address on each.
    pub(crate) fn shares_people(&self, other: &Self) -> bool {
        let mut known = other.people.keys();
        known.any(|id| self.people.contains_key(id))
    }

    /// Those who are new, each with their primary address and the line they come from.
    pub(crate) fn fresh(&self) -> impl Iterator<Item = (i64, &Person, &StoredAddress, u64)> {
        self.people.values().filter_map(|person| {
            let (address, line) = person.fresh.as_ref()?;
            Some((person.id, person, address, *line))
        })
    }

    /// Whom this chunk was about of those that the import did not make, with what it said of them.
    pub(crate) fn meetings(&self, import_id: i64) -> Vec<Met> {
        let touched = self
            .people
            .values()
            .filter(|person| person.is_touched && !person.is_made_by(Some(import_id)));
        touched
            .map(|person| Met {
                contact_id: person.id,
                line: person.met_line.unwrap_or_default(),
                fields: person.said_fields,
                said: person.said.iter().fold(" ".to_owned(), |text, (kind, id)| {
                    format!("{text}{kind}{id} ")
                }),
            })
            .collect()
    }
}
