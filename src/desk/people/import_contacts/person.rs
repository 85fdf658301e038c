//! One person, as an import meets them: what is stored, and what the file's rows add to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::people::import_contacts::reader::Hashes;
use crate::domain::address::Address;
use crate::domain::contact::Kind;
use crate::domain::name;
use crate::domain::suppression::SuppressionKey;
use crate::intake::draft::{ContactDraft, Reject, Row};
use crate::store::contact::{FIELDS, KIND, Known, OUTLET, StoredAddress, Values};
use crate::store::label::{LabelKind, OnContact};

/// A draft with its addresses as the tables hold them; the first is the primary.
pub(crate) struct Prepared {
    pub(crate) draft: ContactDraft,
    pub(crate) addresses: Vec<StoredAddress>,
}

/// A row made ready beside the database: hashing takes time that the writer needs.
pub(crate) enum PreparedRow {
    Draft(Box<Prepared>),
    Reject(Reject),
}

impl PreparedRow {
    pub(crate) fn line(&self) -> u64 {
        match self {
            Self::Draft(prepared) => prepared.draft.line,
            Self::Reject(reject) => reject.line,
        }
    }
}

pub(crate) fn prepare(hashes: &mut Hashes<'_>, row: Row) -> PreparedRow {
    match row {
        Row::Reject(reject) => PreparedRow::Reject(reject),
        Row::Draft(draft) => {
            let all = std::iter::once(&draft.address).chain(&draft.more_addresses);
            let addresses = all
                .map(|address| {
                    let domain_hash = hashes.domain(address.domain());
                    with_hash(hashes.key, address, domain_hash)
                })
                .collect();
            PreparedRow::Draft(Box::new(Prepared {
                draft: *draft,
                addresses,
            }))
        }
    }
}

/// An address as the tables hold it.
pub(crate) fn stored(key: &SuppressionKey, address: &Address) -> StoredAddress {
    with_hash(key, address, key.domain_hash(address.domain()))
}

fn with_hash(key: &SuppressionKey, address: &Address, domain_hash: String) -> StoredAddress {
    let address_key = address.key();
    StoredAddress {
        email: address.as_str().to_owned(),
        hash: key.address_hash(&address_key),
        key: address_key,
        domain: address.domain().to_owned(),
        domain_hash,
    }
}

/// The draft's values in the order of `FIELDS`.
pub(crate) fn values(draft: &ContactDraft) -> Values {
    let kind = match draft.kind {
        None | Some(Kind::Unknown) => "",
        Some(kind) => kind.as_str(),
    };
    [
        draft.name.clone(),
        draft.given_name.clone(),
        draft.family_name.clone(),
        draft.outlet.clone(),
        draft.title.clone(),
        kind.to_owned(),
        draft.country.clone(),
        draft.language.clone(),
        draft.time_zone.clone(),
        draft.phone.clone(),
        draft.notes.clone(),
        draft.attachments.to_owned(),
    ]
}

/// A person in the importer's book.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers another question"
)]
pub(crate) struct Person {
    /// Below zero until the database has given one.
    pub(crate) id: i64,
    /// Where the person is new: their primary address, and the line they come from.
    pub(crate) fresh: Option<(StoredAddress, u64)>,
    pub(crate) status: String,
    pub(crate) values: Values,
    pub(crate) outlet_id: Option<i64>,
    /// Each with its id, once it is stored.
    pub(crate) labels: BTreeMap<(LabelKind, String), Option<i64>>,
    /// Bit per field that a row of this import has filled: its first word holds.
    pub(crate) given: u16,
    /// Bit per field whose value a row of this import says, be it new or not.
    pub(crate) said_fields: u16,
    /// Stored labels (`l`) and further addresses (`a`) that a row of this import says again.
    pub(crate) said: BTreeSet<(char, i64)>,
    /// The line of the first row of this import that was about them.
    pub(crate) met_line: Option<u64>,
    /// A row of this chunk was about them.
    pub(crate) is_touched: bool,
    /// The import that made them; none where this one is about to, or a person did.
    pub(crate) origin: Option<i64>,
    /// This import made them: their changes are no changes of an existing contact.
    pub(crate) is_ours: bool,
    /// The undo of their import had archived them, and this one brings them back.
    pub(crate) is_brought_back: bool,
    pub(crate) is_suppressed: bool,
    /// Bit per field whose value has to be written.
    pub(crate) changed: u16,
}

/// A field that got another value.
pub(crate) struct FieldChange {
    pub(crate) field: &'static str,
    pub(crate) old: String,
    pub(crate) new: String,
    /// The outlet there was, where the outlet changed.
    pub(crate) old_id: Option<i64>,
}

/// What this import has met a contact with: the fields it gave them, and the line of its first row.
pub(crate) type Meeting = (u16, u32);

impl Person {
    /// Notes a label that is stored.
    pub(crate) fn know(&mut self, label: OnContact) {
        let kind = if label.kind == "beat" {
            LabelKind::Beat
        } else {
            LabelKind::Tag
        };
        let label_id = Some(label.label_id);
        self.labels.insert((kind, label.name_key), label_id);
    }

    pub(crate) fn meeting(&self) -> Meeting {
        let line = self.met_line.unwrap_or_default();
        (self.given, u32::try_from(line).unwrap_or(u32::MAX))
    }

    pub(crate) fn known(known: Known, is_ours: bool, meeting: Option<Meeting>) -> Self {
        if let Some(status) = known.undone_status {
            return Self {
                origin: None,
                is_ours: true,
                is_brought_back: true,
                values: known.values,
                outlet_id: known.outlet_id,
                ..Self::blank(known.id, status)
            };
        }
        let filled = known
            .values
            .iter()
            .enumerate()
            .filter(|(_, value)| !value.is_empty())
            .fold(0, |bits, (field, _)| bits | 1 << field);
        let own_line = known
            .origin_line
            .filter(|_| is_ours)
            .and_then(|line| u64::try_from(line).ok());
        Self {
            values: known.values,
            outlet_id: known.outlet_id,
            // Whatever one of ours has, a row of this import gave.
            given: match meeting {
                _ if is_ours => filled,
                Some((given, _)) => given,
                None => 0,
            },
            met_line: own_line.or(meeting.map(|(_, line)| u64::from(line))),
            origin: known.origin_import_id,
            is_ours,
            ..Self::blank(known.id, known.status)
        }
    }

    pub(crate) fn new(id: i64, address: StoredAddress, line: u64) -> Self {
        Self {
            fresh: Some((address, line)),
            is_ours: true,
            ..Self::blank(id, "active".to_owned())
        }
    }

    fn blank(id: i64, status: String) -> Self {
        Self {
            id,
            fresh: None,
            status,
            values: Values::default(),
            outlet_id: None,
            labels: BTreeMap::new(),
            given: 0,
            said_fields: 0,
            said: BTreeSet::new(),
            met_line: None,
            is_touched: false,
            origin: None,
            is_ours: false,
            is_brought_back: false,
            is_suppressed: false,
            changed: 0,
        }
    }

    /// A row of this import was about them already.
    pub(crate) const fn is_met(&self) -> bool {
        self.met_line.is_some()
    }

    /// Whether the import made them, or is about to.
    pub(crate) fn is_made_by(&self, import: Option<i64>) -> bool {
        self.fresh.is_some() || self.is_brought_back || (import.is_some() && self.origin == import)
    }

    pub(crate) const fn has_new_values(&self) -> bool {
        self.changed != 0
    }

    pub(crate) const fn has_new_outlet(&self) -> bool {
        self.changed & (1 << OUTLET) != 0
    }

    /// Takes a row's values: an empty cell erases nothing, the first row that fills a field wins
    /// over later rows of the import, and a filled field wins over what was stored before.
    ///
    /// `fallback` is the kind for people of whom none is known; it never replaces one. A row
    /// without a kind has spoken for it, so that importing twice gives the same as once.
    pub(crate) fn take(&mut self, mut values: Values, fallback: Option<Kind>) -> Vec<FieldChange> {
        if let Some(kind) = fallback
            && values[KIND].is_empty()
            && self.given & (1 << KIND) == 0
        {
            let known = &self.values[KIND];
            values[KIND] = if known.is_empty() {
                kind.as_str().to_owned()
            } else {
                known.clone()
            };
        }
        let mut changes = Vec::new();
        for (field, new) in values.into_iter().enumerate() {
            if new.is_empty() {
                continue;
            }
            let old = &mut self.values[field];
            let is_same = if field == OUTLET {
                name::key(old) == name::key(&new)
            } else {
                *old == new
            };
            let is_first = self.given & (1 << field) == 0;
            self.given |= 1 << field;
            if is_same || is_first {
                self.said_fields |= 1 << field;
            }
            if is_same || !is_first {
                continue;
            }
            self.changed |= 1 << field;
            changes.push(FieldChange {
                field: FIELDS[field],
                old: std::mem::replace(old, new.clone()),
                new,
                old_id: self.outlet_id.filter(|_| field == OUTLET),
            });
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Person;
    use crate::domain::contact::Kind;
    use crate::store::contact::{KIND, StoredAddress, Values};

    fn person() -> Person {
        let address = StoredAddress {
            email: String::new(),
            key: String::new(),
            hash: String::new(),
            domain: String::new(),
            domain_hash: String::new(),
        };
        Person::new(-1, address, 2)
    }

    fn row(name: &str, outlet: &str, kind: &str) -> Values {
        let mut values = Values::default();
        values[0] = name.to_owned();
        values[3] = outlet.to_owned();
        values[KIND] = kind.to_owned();
        values
    }

    #[test]
    fn the_first_word_of_an_import_holds_and_an_empty_cell_erases_nothing() {
        let mut person = person();
        person.take(row("Ada Byrne", "", ""), None);
        person.take(row("Ada B.", "The Daily Example", ""), None);
        assert_eq!(person.values[0], "Ada Byrne");
        assert_eq!(person.values[3], "The Daily Example");
        assert!(person.take(row("", "", ""), None).is_empty());
        assert_eq!(person.values[0], "Ada Byrne");
    }

    #[test]
    fn the_next_import_may_change_what_was_stored_but_not_by_case_of_the_outlet() {
        let mut person = person();
        person.take(row("Ada Byrne", "The Daily Example", ""), None);
        person.given = 0;
        let changes = person.take(row("Ada Lovelace", "the daily  example", ""), None);
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (changes[0].field, changes[0].old.as_str()),
            ("name", "Ada Byrne")
        );
        assert_eq!(person.values[3], "The Daily Example");
    }

    #[test]
    fn a_kind_for_all_never_replaces_one_that_is_known() {
        let mut person = person();
        person.take(row("", "", "analyst"), Some(Kind::Media));
        person.given = 0;
        assert!(person.take(row("", "", ""), Some(Kind::Media)).is_empty());
        assert_eq!(person.values[KIND], "analyst");
        // The row without a kind has spoken: a later row cannot make it flip on every import.
        person.take(row("", "", "freelance"), Some(Kind::Media));
        assert_eq!(person.values[KIND], "analyst");
    }
}
