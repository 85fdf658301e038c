//! Contacts that were there before the import: they get back what it changed, unless more was said since.

use std::collections::{HashMap, HashSet};

use crate::desk::people::undo_import::Page;
use crate::desk::people::undo_import::made::take_off;
use crate::desk::problem::Problem;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::{self, FIELDS, Known, NewValues, OUTLET};
use crate::store::import_undo::{self, Changed, Said};
use crate::store::outlet;
use crate::store::provenance::{self, Edit};

/// Takes the next page of them back; answers with the last id, or nothing where all are done.
pub(super) async fn page(
    page: &mut Page<'_>,
    connection: &impl ConnectionTrait,
    after: i64,
) -> Result<Option<i64>, Problem> {
    let contacts = import_undo::met(connection, page.id, after).await?;
    let Some(last) = contacts.last().copied() else {
        return Ok(None);
    };
    take_off(page, connection, &contacts, true).await?;
    let people = contact::by_ids(connection, &contacts).await?;
    let mut settling = Settling {
        people: people.into_iter().map(|one| (one.id, one)).collect(),
        dead: import_undo::truly_dead(connection, &contacts)
            .await?
            .into_iter()
            .collect(),
        said: import_undo::said_later(connection, page.id, &contacts).await?,
        edits: provenance::edits_since(connection, &contacts, page.id).await?,
        changed: HashSet::new(),
        revived: Vec::new(),
        rebased: Vec::new(),
        handed_over: Vec::new(),
    };
    let mut changes = import_undo::changes_since(connection, page.id, &contacts).await?;
    resolve_outlets(connection, &mut changes).await?;
    for (at, change) in changes.iter().enumerate() {
        if change.import_id == page.id {
            settling.settle(page, change, &changes[at + 1..]);
        }
    }
    settling.write(page, connection).await?;
    import_undo::forget(connection, page.id, &contacts).await?;
    Ok(Some(last))
}

/// Lets changes speak of the outlets that there are: an old name may have been merged into another.
async fn resolve_outlets(
    connection: &impl ConnectionTrait,
    changes: &mut [Changed],
) -> Result<(), Problem> {
    let outlets = changes.iter_mut().filter(|one| one.field == FIELDS[OUTLET]);
    let mut ids: Vec<&mut i64> = outlets
        .flat_map(|one| [&mut one.old_id, &mut one.new_id])
        .flatten()
        .collect();
    let named: Vec<i64> = ids.iter().map(|id| **id).collect();
    let merged = outlet::merged(connection, &named).await?;
    for id in &mut ids {
        if let Some(into) = merged.get(id) {
            **id = *into;
        }
    }
    Ok(())
}

/// What a page of contacts has to be given back.
struct Settling {
    people: HashMap<i64, Known>,
    dead: HashSet<i64>,
    said: Vec<Said>,
    /// What people did to them since.
    edits: Vec<Edit>,
    changed: HashSet<i64>,
    revived: Vec<i64>,
    /// Later changes that begin where the undone one did: change, value, outlet.
    rebased: Vec<(i64, String, Option<i64>)>,
    /// Changes that a later import said too: change, import, line.
    handed_over: Vec<(i64, i64, i64)>,
}

impl Settling {
    /// Takes one change back, or tells why it stays.
    fn settle(&mut self, page: &mut Page<'_>, change: &Changed, later: &[Changed]) {
        let contact = change.contact_id;
        // Erased or merged since: nothing is theirs any more.
        let (Some(person), Some(old), Some(new)) =
            (self.people.get_mut(&contact), &change.old, &change.new)
        else {
            return;
        };
        if change.field == "status" {
            if person.status != *new {
                page.undone.keep(contact, "status", "changed-later");
            } else if self.dead.contains(&contact) {
                page.undone.keep(contact, "status", "bounced");
            } else {
                self.revived.push(contact);
                page.undone.restored += 1;
            }
            return;
        }
        let Some(field) = FIELDS.iter().position(|field| *field == change.field) else {
            // Labels and addresses bear the import's number themselves.
            return;
        };
        let next = later
            .iter()
            .find(|next| next.contact_id == contact && next.field == change.field);
        if let Some(next) = next.filter(|next| next.import_id != page.id) {
            // Undoing that one, too, must not bring this one's value back.
            if next.old.as_ref() == Some(new) && next.old_id == change.new_id {
                self.rebased.push((next.id, old.clone(), change.old_id));
            }
            page.undone.keep(contact, FIELDS[field], "changed-later");
            return;
        }
        let again = self
            .said
            .iter()
            .find(|said| said.contact_id == contact && said.fields & (1 << field) != 0);
        if let Some(again) = again {
            self.handed_over
                .push((change.id, again.import_id, again.line));
            page.undone.keep(contact, FIELDS[field], "said-again");
            return;
        }
        let is_as_set = if field == OUTLET && change.new_id.is_some() {
            person.outlet_id == change.new_id
        } else {
            person.values[field] == *new
        };
        // A person who says the same as the import makes it theirs.
        let is_a_persons = self
            .edits
            .iter()
            .any(|edit| edit.contact_id == contact && edit.speaks_of(FIELDS[field]));
        if !is_as_set || is_a_persons {
            page.undone.keep(contact, FIELDS[field], "changed-later");
            return;
        }
        person.values[field].clone_from(old);
        if field == OUTLET {
            person.outlet_id = change.old_id;
        }
        self.changed.insert(contact);
        page.undone.restored += 1;
    }

    async fn write(
        &self,
        page: &Page<'_>,
        connection: &impl ConnectionTrait,
    ) -> Result<(), Problem> {
        let now = page.desk.now();
        let rows: Vec<_> = self
            .people
            .values()
            .filter(|person| self.changed.contains(&person.id))
            .map(|person| NewValues {
                id: person.id,
                outlet_id: person.outlet_id,
                values: &person.values,
            })
            .collect();
        if !rows.is_empty() {
            contact::set_values(connection, now, &rows).await?;
        }
        if !self.revived.is_empty() {
            contact::set_status(connection, now, &self.revived, "bounced", "active").await?;
        }
        if !self.rebased.is_empty() {
            import_undo::rebase(connection, &self.rebased).await?;
        }
        if !self.handed_over.is_empty() {
            import_undo::hand_over(connection, &self.handed_over).await?;
        }
        Ok(())
    }
}

/// Puts the next page of those back whom `--replace` took off the list.
pub(super) async fn lists(
    page: &mut Page<'_>,
    connection: &impl ConnectionTrait,
    after: i64,
) -> Result<Option<i64>, Problem> {
    let removed = import_undo::changes_of(connection, page.id, "list", after).await?;
    let Some(end) = removed.last() else {
        return Ok(None);
    };
    let mut back = Vec::new();
    let mut handed_over = Vec::new();
    let list = end.old_id.unwrap_or_default();
    // A later import that made the list equal its own file did not want them either.
    let later = import_undo::replaced_later(connection, page.id, list).await?;
    for change in &removed {
        match later {
            Some(later) => handed_over.push((change.id, later, 0)),
            None => back.push(change.id),
        }
    }
    if !handed_over.is_empty() {
        import_undo::hand_over(connection, &handed_over).await?;
    }
    if !back.is_empty() {
        page.undone.back_on_lists += import_undo::put_back(connection, &back).await?;
    }
    Ok(Some(end.id))
}
