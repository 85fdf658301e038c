//! The importer's book: who is known, and row by row what has to be written.

use std::collections::{HashMap, HashSet};

use crate::desk::people::import_contacts::person::{FieldChange, Person, Prepared, values};
use crate::domain::contact::Kind;
use crate::domain::name;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::{self, StoredAddress};
use crate::store::error::StoreError;
use crate::store::import::Change;
use crate::store::label::{self, LabelKind};
use crate::store::suppression::{self, NewSuppression};

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Added,
    Updated,
    Unchanged,
    Merged,
}

/// A planned row, for the report.
pub(crate) struct Planned {
    pub(crate) outcome: Outcome,
    pub(crate) is_opted_out: bool,
    pub(crate) is_bounced: bool,
    pub(crate) warnings: Vec<String>,
}

/// What a chunk of rows wants written. Person ids below zero stand for people who are new.
#[derive(Default)]
pub(crate) struct Pending {
    pub(crate) changes: Vec<Change>,
    pub(crate) labels: Vec<(i64, LabelKind, String)>,
    pub(crate) addresses: Vec<(i64, StoredAddress)>,
    /// Two people of whom a row says that they have one address.
    pub(crate) shared: Vec<(i64, i64)>,
    pub(crate) suppressions: Vec<NewSuppression>,
    pub(crate) bounced: Vec<i64>,
    /// Everybody whom the chunk is about, for the list.
    pub(crate) members: Vec<i64>,
}

/// Who is known. In a dry run it also remembers, in place of the database, who would be new.
pub(crate) struct Book {
    pub(crate) people: HashMap<i64, Person>,
    by_key: HashMap<String, i64>,
    /// Hashes that a live entry of scope everything stops.
    live: HashSet<String>,
    /// People who were there before and whom this import has met, with the fields it gave them.
    met: HashMap<i64, u16>,
    /// The imports of this call; whoever comes from them is ours.
    imports: Vec<i64>,
    next_id: i64,
    pub(crate) pending: Pending,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            people: HashMap::new(),
            by_key: HashMap::new(),
            live: HashSet::new(),
            met: HashMap::new(),
            imports: Vec::new(),
            next_id: -1,
            pending: Pending::default(),
        }
    }

    pub(crate) fn begin_import(&mut self, id: i64) {
        self.imports.push(id);
    }

    /// Looks up everybody whom these rows may be about.
    pub(crate) async fn load(
        &mut self,
        connection: &impl ConnectionTrait,
        rows: &[&Prepared],
    ) -> Result<(), StoreError> {
        let addresses = || rows.iter().flat_map(|row| &row.addresses);
        let mut keys: Vec<&str> = addresses().map(|address| address.key.as_str()).collect();
        keys.retain(|key| !self.by_key.contains_key(*key));
        keys.sort_unstable();
        keys.dedup();
        let mut loaded = Vec::new();
        for known in contact::by_keys(connection, &keys).await? {
            self.by_key.insert(known.key.clone(), known.id);
            if !self.people.contains_key(&known.id) {
                let is_ours = known
                    .origin_import_id
                    .is_some_and(|id| self.imports.contains(&id));
                let given = self.met.get(&known.id).copied();
                loaded.push(known.id);
                self.people
                    .insert(known.id, Person::known(known, is_ours, given));
            }
        }
        if !loaded.is_empty() {
            for label in label::of(connection, &loaded).await? {
                let kind = if label.kind == "beat" {
                    LabelKind::Beat
                } else {
                    LabelKind::Tag
                };
                if let Some(person) = self.people.get_mut(&label.contact_id) {
                    person.labels.insert((kind, label.name_key));
                }
            }
            for (id, _) in suppression::live_reason(connection, &loaded, &[], None).await? {
                if let Some(person) = self.people.get_mut(&id) {
                    person.is_suppressed = true;
                }
            }
        }
        let hashes: Vec<&str> = addresses()
            .flat_map(|address| [address.hash.as_str(), address.domain_hash.as_str()])
            .collect();
        self.live
            .extend(suppression::live_everywhere(connection, &hashes).await?);
        Ok(())
    }

    /// Plans one row: whom it is about, what it changes, and whether they may be written to.
    pub(crate) fn plan(
        &mut self,
        row: &Prepared,
        tags: &[String],
        fallback: Option<Kind>,
    ) -> Option<Planned> {
        let primary = row.addresses.first()?;
        let (id, mut person) = self.whose(primary, row.draft.line);
        let was_suppressed = person.is_suppressed;
        let is_new = person.fresh.is_some() && !person.is_met;
        if is_new && row.draft.is_archived {
            "archived".clone_into(&mut person.status);
        }
        let mut warnings = Vec::new();
        let mut changes = person.take(values(&row.draft), fallback);
        changes.extend(self.add_labels(&mut person, row, tags));
        let own = self.add_addresses(&mut person, row, &mut changes, &mut warnings);
        let is_changed = self.heed_no(&mut person, row, &own) || !changes.is_empty();
        if person.status == "archived" {
            warnings.push("this contact is archived and stays so".to_owned());
        }
        if !person.is_ours {
            self.pending
                .changes
                .extend(changes.into_iter().map(|change| Change {
                    contact_id: id,
                    line: row.draft.line,
                    field: change.field,
                    old: change.old,
                    new: change.new,
                }));
        }
        let outcome = match (person.is_met, is_new, is_changed) {
            (true, ..) => Outcome::Merged,
            (false, true, _) => Outcome::Added,
            (false, false, true) => Outcome::Updated,
            (false, false, false) => Outcome::Unchanged,
        };
        let planned = Planned {
            outcome,
            is_opted_out: person.is_suppressed && (outcome != Outcome::Merged || !was_suppressed),
            is_bounced: person.status == "bounced" && outcome != Outcome::Merged,
            warnings,
        };
        if !person.is_met {
            self.pending.members.push(id);
        }
        person.is_met = true;
        self.people.insert(id, person);
        Some(planned)
    }

    /// Gives the person the row's further addresses, and answers with those of the row's addresses
    /// that are theirs. One that another contact holds stays there.
    fn add_addresses<'a>(
        &mut self,
        person: &mut Person,
        row: &'a Prepared,
        changes: &mut Vec<FieldChange>,
        warnings: &mut Vec<String>,
    ) -> Vec<&'a StoredAddress> {
        let mut own: Vec<_> = row.addresses.iter().take(1).collect();
        for address in row.addresses.iter().skip(1) {
            match self.by_key.get(&address.key) {
                Some(holder) if *holder == person.id => own.push(address),
                Some(holder) => {
                    self.pending.shared.push((person.id, *holder));
                    warnings.push(
                        "a further address of this row belongs to another contact and stays there"
                            .to_owned(),
                    );
                }
                None => {
                    self.by_key.insert(address.key.clone(), person.id);
                    self.pending.addresses.push((person.id, address.clone()));
                    person.is_suppressed |= self.live.contains(&address.hash)
                        || self.live.contains(&address.domain_hash);
                    own.push(address);
                    changes.push(FieldChange {
                        field: "address",
                        old: String::new(),
                        new: address.email.clone(),
                    });
                }
            }
        }
        own
    }

    /// Heeds the row's no, if it says one, for all of the person's addresses in it, so that it
    /// holds whichever of them the next file comes with. Tells whether that changes anything.
    fn heed_no(&mut self, person: &mut Person, row: &Prepared, own: &[&StoredAddress]) -> bool {
        let Some(no) = &row.draft.opt_out else {
            return false;
        };
        if no.reason == "bounced" {
            // A dead address is no wish: it stops this contact, not what they may become.
            let is_news = person.status == "active";
            if is_news {
                "bounced".clone_into(&mut person.status);
                if person.fresh.is_none() {
                    self.pending.bounced.push(person.id);
                }
            }
            return is_news;
        }
        person.is_suppressed = true;
        let mut is_news = false;
        for address in own {
            if self.live.insert(address.hash.clone()) {
                is_news = true;
                self.pending.suppressions.push(NewSuppression {
                    hash: address.hash.clone(),
                    reason: no.reason.to_owned(),
                });
            }
        }
        is_news
    }

    /// The person who holds an address, as primary or further one, or a new one.
    fn whose(&mut self, address: &StoredAddress, line: u64) -> (i64, Person) {
        let known = self.by_key.get(&address.key).copied();
        if let Some((id, person)) = known.and_then(|id| Some((id, self.people.remove(&id)?))) {
            return (id, person);
        }
        let id = self.next_id;
        self.next_id -= 1;
        self.by_key.insert(address.key.clone(), id);
        let mut person = Person::new(id, address.clone(), line);
        person.is_suppressed =
            self.live.contains(&address.hash) || self.live.contains(&address.domain_hash);
        (id, person)
    }

    /// Puts the row's beats and tags on the person; an import never takes one off.
    fn add_labels(
        &mut self,
        person: &mut Person,
        row: &Prepared,
        tags: &[String],
    ) -> Vec<FieldChange> {
        let beats = row.draft.beats.iter().map(|beat| (LabelKind::Beat, beat));
        let tags = row
            .draft
            .tags
            .iter()
            .chain(tags)
            .map(|tag| (LabelKind::Tag, tag));
        let mut changes = Vec::new();
        for (kind, text) in beats.chain(tags) {
            let key = name::key(text);
            if key.is_empty() || !person.labels.insert((kind, key)) {
                continue;
            }
            self.pending.labels.push((person.id, kind, text.clone()));
            changes.push(FieldChange {
                field: kind.as_str(),
                old: String::new(),
                new: text.clone(),
            });
        }
        changes
    }

    /// Forgets a chunk that the database now holds; only who was met, and what they were given, stays.
    pub(crate) fn turn_page(&mut self) {
        for (id, person) in self.people.drain() {
            if person.is_met && !person.is_ours {
                self.met.insert(id, person.given);
            }
        }
        self.by_key.clear();
        self.live.clear();
        self.pending = Pending::default();
    }

    /// The same in a dry run, where the database holds nothing: who would be new or changed stays.
    pub(crate) fn turn_dry_page(&mut self) {
        let met = &mut self.met;
        let addresses = std::mem::take(&mut self.pending).addresses;
        let held: HashSet<i64> = addresses.into_iter().map(|(id, _)| id).collect();
        self.people.retain(|id, person| {
            let stays = person.fresh.is_some() || person.has_new_values() || held.contains(id);
            if person.is_met && !stays {
                met.insert(*id, person.given);
            }
            stays
        });
        let people = &self.people;
        self.by_key.retain(|_, id| people.contains_key(id));
    }
}
