//! The importer's book: who is known, and row by row what has to be written.

use std::collections::btree_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::desk::issuers::slug;
use crate::desk::people::import_contacts::page::Page;
use crate::desk::people::import_contacts::pending::{Outcome, Planned};
use crate::desk::people::import_contacts::person::{
    FieldChange, Meeting, Person, Prepared, values,
};
use crate::desk::people::import_contacts::unseen::Unseen;
use crate::domain::contact::Kind;
use crate::domain::name;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::{self, StoredAddress};
use crate::store::error::StoreError;
use crate::store::import::{Change, Mark};
use crate::store::label::{self, LabelKind};
use crate::store::suppression::{self, NewSuppression};

/// Names of outlets, and of labels, whose ids are kept.
const NAMES: usize = 50_000;

/// Ids of outlets and labels, by their keys, as long as nobody else changes outlets.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) outlets: HashMap<String, i64>,
    pub(crate) labels: HashMap<(LabelKind, String), i64>,
}

/// Who is known. In a dry run it also remembers, in place of the database, who would be new.
pub(crate) struct Book {
    /// The chunk that is being planned; of a dry run, all of them.
    pub(crate) page: Page,
    /// People who were there before and whom this import has met, with the fields it gave them.
    met: HashMap<i64, Meeting>,
    /// The imports of this call; whoever comes from them is ours.
    imports: Vec<i64>,
    next_id: i64,
    /// Whether somebody wants to see what each row changes.
    keeps_changes: bool,
    /// Where the database was empty: what this import has put into it.
    unseen: Option<Unseen>,
    /// Whether anybody there may have said no.
    may_hear_no: bool,
    /// How the database was left: who comes back to another one has to look again.
    mark: Option<Mark>,
    pub(crate) names: Names,
}

impl Book {
    pub(crate) fn new(keeps_changes: bool) -> Self {
        Self {
            keeps_changes,
            page: Page::default(),
            met: HashMap::new(),
            imports: Vec::new(),
            next_id: -1,
            unseen: None,
            may_hear_no: true,
            mark: None,
            names: Names::default(),
        }
    }

    pub(crate) fn begin_import(&mut self, id: i64) {
        self.imports.push(id);
    }

    /// The imports of this call, in their order.
    pub(crate) fn imports(&self) -> &[i64] {
        &self.imports
    }

    /// A transaction begins, and the database stands at this mark.
    pub(crate) fn arrive(&mut self, mark: Mark) {
        let is_first = self.mark.is_none();
        self.may_hear_no = mark.noes > 0;
        if self
            .mark
            .is_some_and(|left| left.change_seq != mark.change_seq)
        {
            self.names.outlets.clear();
        }
        if is_first && (mark.contact, mark.address) == (0, 0) {
            self.unseen = Some(Unseen::new());
        } else if self
            .mark
            .is_some_and(|left| (left.contact, left.address) != (mark.contact, mark.address))
        {
            // Somebody else has added people.
            self.unseen = None;
        }
    }

    /// The transaction ends, and leaves the database at this mark.
    pub(crate) fn depart(&mut self, mark: Mark) {
        self.mark = Some(mark);
        if self.names.outlets.len() > NAMES {
            self.names.outlets.clear();
        }
        if self.names.labels.len() > NAMES {
            self.names.labels.clear();
        }
    }

    /// Whom the dry run of an import was about, of those who are there.
    pub(crate) fn met_in_dry_run(&self) -> HashSet<i64> {
        let kept = self.page.people.values().filter(|person| person.is_met());
        let ids = kept.map(|person| person.id).filter(|id| *id > 0);
        self.met.keys().copied().chain(ids).collect()
    }

    /// Looks up everybody whom these rows may be about.
    pub(crate) async fn load(
        &mut self,
        connection: &impl ConnectionTrait,
        rows: &[Prepared],
    ) -> Result<(), StoreError> {
        let addresses = || rows.iter().flat_map(|row| &row.addresses);
        let mut keys: Vec<&str> = addresses().map(|address| address.key.as_str()).collect();
        let may_know = |key: &str| {
            let unseen = self.unseen.as_ref();
            unseen.is_none_or(|unseen| unseen.may_know(key))
        };
        keys.retain(|key| !self.page.by_key.contains_key(*key) && may_know(key));
        keys.sort_unstable();
        keys.dedup();
        let mut loaded = Vec::new();
        let found = if keys.is_empty() {
            Vec::new()
        } else {
            contact::by_keys(connection, &keys).await?
        };
        for known in found {
            self.page.by_key.insert(known.key.clone(), known.id);
            if let Some(row) = known.address_id {
                self.page.address_ids.insert(known.key.clone(), row);
            }
            if !self.page.people.contains_key(&known.id) {
                let is_ours = known
                    .origin_import_id
                    .is_some_and(|id| self.imports.contains(&id));
                let meeting = self.met.get(&known.id).copied();
                loaded.push(known.id);
                self.page
                    .people
                    .insert(known.id, Person::known(known, is_ours, meeting));
            }
        }
        if !loaded.is_empty() {
            for label in label::of(connection, &loaded).await? {
                if let Some(person) = self.page.people.get_mut(&label.contact_id) {
                    person.know(label);
                }
            }
            for (id, _) in suppression::live_reason(connection, &loaded, &[], None).await? {
                if let Some(person) = self.page.people.get_mut(&id) {
                    person.is_suppressed = true;
                }
            }
        }
        if !self.may_hear_no {
            return Ok(());
        }
        let mut hashes: Vec<&str> = addresses()
            .flat_map(|address| [address.hash.as_str(), address.domain_hash.as_str()])
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        self.page
            .live
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
        let line = row.draft.line;
        let was_suppressed = person.is_suppressed;
        let is_new = !person.is_met() && (person.fresh.is_some() || person.is_brought_back);
        if is_new && row.draft.is_archived {
            "archived".clone_into(&mut person.status);
        }
        let mut warnings = Vec::new();
        let mut changes = person.take(values(&row.draft), fallback);
        changes.extend(self.add_labels(&mut person, row, tags));
        let own = self.add_addresses(&mut person, row, &mut changes, &mut warnings);
        let is_changed = self.heed_no(&mut person, row, &own, &mut changes) || !changes.is_empty();
        for list in &row.draft.lists {
            if slug::check("a list", list).is_ok() {
                self.page.pending.lists.push((id, list.clone()));
            } else {
                warnings.push(
                    "a list in this row has no short name of ours and is left out".to_owned(),
                );
            }
        }
        if person.status == "archived" {
            warnings.push("this contact is archived and stays so".to_owned());
        }
        if is_new && person.is_brought_back && !row.draft.is_archived {
            self.page.pending.back.push((id, line));
        }
        let outcome = match (person.is_met(), is_new, is_changed) {
            (true, ..) => Outcome::Merged,
            (false, true, _) => Outcome::Added,
            (false, false, true) => Outcome::Updated,
            (false, false, false) => Outcome::Unchanged,
        };
        let shown = if self.keeps_changes && outcome != Outcome::Added {
            let texts = changes.iter();
            texts
                .map(|change| (change.field, change.old.clone(), change.new.clone()))
                .collect()
        } else {
            Vec::new()
        };
        // Of whom the import makes the first row says everything; what later rows add is written down.
        if person.is_met() || !person.is_made_by(self.imports.last().copied()) {
            let changes = changes.into_iter().map(|change| Change {
                contact_id: id,
                line,
                field: change.field,
                old: change.old,
                new: change.new,
                old_id: change.old_id,
                new_id: None,
            });
            self.page.pending.changes.extend(changes);
        }
        let planned = Planned {
            outcome,
            is_opted_out: person.is_suppressed && (outcome != Outcome::Merged || !was_suppressed),
            is_bounced: person.status == "bounced" && outcome != Outcome::Merged,
            warnings,
            contact: (id > 0).then_some(id),
            merged_with: person.met_line,
            changes: shown,
        };
        if !person.is_met() {
            self.page.pending.members.push(id);
        }
        person.met_line.get_or_insert(line);
        person.is_touched = true;
        self.page.people.insert(id, person);
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
            match self.page.by_key.get(&address.key) {
                Some(holder) if *holder == person.id => {
                    if let Some(row) = self.page.address_ids.get(&address.key) {
                        person.said.insert(('a', *row));
                    }
                    own.push(address);
                }
                Some(holder) => {
                    self.page.pending.shared.push((person.id, *holder));
                    warnings.push(
                        "a further address of this row belongs to another contact and stays there"
                            .to_owned(),
                    );
                }
                None => {
                    self.page.by_key.insert(address.key.clone(), person.id);
                    self.page
                        .pending
                        .addresses
                        .push((person.id, address.clone()));
                    person.is_suppressed |= self.page.live.contains(&address.hash)
                        || self.page.live.contains(&address.domain_hash);
                    own.push(address);
                    changes.push(FieldChange {
                        field: "address",
                        old: String::new(),
                        new: address.email.clone(),
                        old_id: None,
                    });
                }
            }
        }
        own
    }

    /// Heeds the row's no, if it says one, for all of the person's addresses in it, so that it
    /// holds whichever of them the next file comes with. Tells whether that changes anything.
    fn heed_no(
        &mut self,
        person: &mut Person,
        row: &Prepared,
        own: &[&StoredAddress],
        changes: &mut Vec<FieldChange>,
    ) -> bool {
        let Some(no) = &row.draft.opt_out else {
            return false;
        };
        if no.reason == "bounced" {
            // A dead address is no wish: it stops this contact, not what they may become.
            let is_news = person.status == "active";
            if is_news {
                "bounced".clone_into(&mut person.status);
                if person.fresh.is_none() {
                    self.page.pending.bounced.push(person.id);
                    changes.push(FieldChange {
                        field: "status",
                        old: "active".to_owned(),
                        new: "bounced".to_owned(),
                        old_id: None,
                    });
                }
            }
            return is_news;
        }
        person.is_suppressed = true;
        let mut is_news = false;
        for address in own {
            if self.page.live.insert(address.hash.clone()) {
                is_news = true;
                self.page.pending.suppressions.push(NewSuppression {
                    hash: address.hash.clone(),
                    reason: no.reason.to_owned(),
                });
            }
        }
        is_news
    }

    /// The person who holds an address, as primary or further one, or a new one.
    fn whose(&mut self, address: &StoredAddress, line: u64) -> (i64, Person) {
        let known = self.page.by_key.get(&address.key).copied();
        if let Some((id, person)) = known.and_then(|id| Some((id, self.page.people.remove(&id)?))) {
            return (id, person);
        }
        let id = self.next_id;
        self.next_id -= 1;
        self.page.by_key.insert(address.key.clone(), id);
        let mut person = Person::new(id, address.clone(), line);
        person.is_suppressed =
            self.page.live.contains(&address.hash) || self.page.live.contains(&address.domain_hash);
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
            if key.is_empty() {
                continue;
            }
            match person.labels.entry((kind, key)) {
                Entry::Occupied(there) => {
                    person.said.extend(there.get().map(|id| ('l', id)));
                    continue;
                }
                Entry::Vacant(free) => free.insert(None),
            };
            self.page
                .pending
                .labels
                .push((person.id, kind, text.clone()));
            changes.push(FieldChange {
                field: kind.as_str(),
                old: String::new(),
                new: text.clone(),
                old_id: None,
            });
        }
        changes
    }

    /// Forgets a chunk that the database now holds; only who was met, and what they were given, stays.
    pub(crate) fn turn(&mut self, written: &Page) {
        self.may_hear_no |= !written.pending.suppressions.is_empty();
        for (id, person) in &written.people {
            if person.is_met() && !person.is_ours {
                self.met.insert(*id, person.meeting());
            }
        }
        if let Some(unseen) = &mut self.unseen {
            written.by_key.keys().for_each(|key| unseen.note(key));
        }
    }

    /// The same in a dry run, where the database holds nothing: who would be new or changed stays.
    pub(crate) fn turn_dry_page(&mut self) {
        let met = &mut self.met;
        let addresses = std::mem::take(&mut self.page.pending).addresses;
        let held: HashSet<i64> = addresses.into_iter().map(|(id, _)| id).collect();
        self.page.people.retain(|id, person| {
            let is_new = person.fresh.is_some() || person.is_brought_back;
            let stays = is_new || person.has_new_values() || held.contains(id);
            if person.is_met() && !stays {
                met.insert(*id, person.meeting());
            }
            stays
        });
        let people = &self.page.people;
        self.page.by_key.retain(|_, id| people.contains_key(id));
    }
}
