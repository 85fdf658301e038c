//! Contacts changed by hand: added, edited, archived, revived.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::field;
use crate::desk::people::attachment_wish::{WISHES, wish};
use crate::desk::people::contacts::{ContactCard, card_of, find_in};
use crate::desk::people::import_contacts::stored;
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::people::opt_out;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::contact::Kind;
use crate::domain::name;
use crate::domain::zones::Zones;
use crate::store::card;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::contact::{
    self, ATTACHMENTS, FIELDS, KIND, NewValues, OUTLET, Provenance, Values,
};
use crate::store::contact_insert::{self, NewContact};
use crate::store::desk_row;
use crate::store::label::{self, LabelKind};
use crate::store::outlet;

/// What a person changes of a contact; `None` leaves it as it is, an empty text clears it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactEdit {
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub outlet: Option<String>,
    pub title: Option<String>,
    pub kind: Option<Kind>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    pub phone: Option<String>,
    pub notes: Option<String>,
    /// `ok`, `links` or `none`.
    pub attachments: Option<String>,
    pub add_beats: Vec<String>,
    pub remove_beats: Vec<String>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
}

/// In letters; a table of contacts is as wide as its longest name.
const LONGEST_VALUE: usize = 500;

impl ContactEdit {
    /// The fields it speaks of, for the log: a later undo of an import leaves them alone.
    pub(super) fn named(&self) -> Vec<&'static str> {
        let values = [
            self.name.is_some(),
            self.given_name.is_some(),
            self.family_name.is_some(),
            self.outlet.is_some(),
            self.title.is_some(),
            self.kind.is_some(),
            self.country.is_some(),
            self.language.is_some(),
            self.time_zone.is_some(),
            self.phone.is_some(),
            self.notes.is_some(),
            self.attachments.is_some(),
        ];
        let fields = FIELDS.into_iter().zip(values);
        fields
            .filter_map(|(field, is_given)| is_given.then_some(field))
            .collect()
    }

    /// Lays the edit over stored values.
    pub(super) fn apply(&self, zones: &Zones, values: &mut Values) -> Result<(), Problem> {
        let kind = self.kind.map(|kind| match kind {
            Kind::Unknown => String::new(),
            kind => kind.as_str().to_owned(),
        });
        let attachments = self.attachments.as_deref().map(wish).transpose()?;
        let edits = [
            &self.name,
            &self.given_name,
            &self.family_name,
            &self.outlet,
            &self.title,
            &kind,
            &self.country,
            &self.language,
            &self.time_zone,
            &self.phone,
            &self.notes,
            &attachments,
        ];
        for (index, edit) in edits.into_iter().enumerate() {
            let Some(edit) = edit else { continue };
            let is_notes = FIELDS[index] == "notes";
            // Names reach the mail's header: a line break there could write another one.
            if edit
                .chars()
                .any(|letter| letter.is_control() && !(is_notes && letter == '\n'))
            {
                let message = format!("{} has to be one line", FIELDS[index]);
                return Err(Problem::new(Exit::Usage, "not-one-line", message)
                    .hint("take line breaks and control characters out"));
            }
            if !is_notes && edit.chars().count() > LONGEST_VALUE {
                let message = format!(
                    "{} is longer than {LONGEST_VALUE} letters: is this the right text?",
                    FIELDS[index]
                );
                return Err(Problem::new(Exit::Usage, "too-long", message)
                    .hint("shorten it; what is longer has room in --notes"));
            }
            values[index] = match FIELDS[index] {
                "country" => field::country(edit)?,
                "language" => field::language(edit)?,
                "time_zone" => field::zone(zones, edit)?,
                _ => edit.trim().to_owned(),
            };
        }
        Ok(())
    }
}

/// Adds one contact by hand.
///
/// Errors: exit 2 for no address, a missing source, or an address that somebody holds already;
/// 78 for a foreign key. Somebody who opted out is added as opted-out: the card says so.
pub async fn add(
    desk: &Desk,
    email: &str,
    source: &str,
    edit: &ContactEdit,
) -> Result<ContactCard, Problem> {
    let read = address::parse(email).map_err(|error| {
        let message = format!(
            "this is no address that can be written to: {}",
            error.reason
        );
        Problem::new(Exit::Usage, error.code, message).hint("see: dateline address check ADDRESS")
    })?;
    if source.trim().is_empty() {
        let message = "a contact needs a source: where the address comes from";
        return Err(Problem::new(Exit::Usage, "no-source", message)
            .hint("say it in a few words: --source \"business card, Hannover 2026\""));
    }
    let mut values = Values::default();
    edit.apply(&desk.zones, &mut values)?;
    let address = stored(&desk.key, &read);
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    opt_out::key_must_fit_in(desk, &transaction).await?;
    older_keys::meet(desk, &transaction, [Hashable::from(&address)]).await?;
    if let Some(known) = contact::by_keys(&transaction, &[&address.key])
        .await?
        .first()
    {
        let message = format!("contact {} has that address already", known.id);
        return Err(Problem::new(Exit::Usage, "exists", message)
            .hint(format!("change it: dateline contact edit {}", known.id)));
    }
    let outlet_id = outlet_id(&transaction, &values[OUTLET]).await?;
    let new = NewContact {
        address: &address,
        outlet_id,
        values: &values,
        status: "active",
        origin_line: None,
    };
    let provenance = Provenance {
        source: source.trim(),
        legal_basis: "",
        jurisdiction: "",
        import_id: None,
        at: desk.now(),
    };
    let inserted = contact_insert::insert(&transaction, provenance, &[new]).await?;
    let id = inserted.first().copied().unwrap_or(0);
    set_labels(&transaction, id, edit).await?;
    desk.log(&transaction, "contact.add", "contact", id, json!({}))
        .await?;
    let card = card_of(&transaction, id).await?;
    commit(transaction).await?;
    Ok(card)
}

pub(super) async fn outlet_id(
    connection: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<i64>, Problem> {
    if name.is_empty() {
        return Ok(None);
    }
    let ids = outlet::get_or_create(connection, &[name.to_owned()]).await?;
    Ok(ids.into_values().next())
}

async fn set_labels(
    connection: &impl ConnectionTrait,
    id: i64,
    edit: &ContactEdit,
) -> Result<(), Problem> {
    let beats = edit
        .add_beats
        .iter()
        .map(|text| (LabelKind::Beat, text.clone()));
    let tags = edit
        .add_tags
        .iter()
        .map(|text| (LabelKind::Tag, text.clone()));
    let wanted: Vec<_> = beats
        .chain(tags)
        .filter(|(_, text)| !name::key(text).is_empty())
        .collect();
    if !wanted.is_empty() {
        let ids = label::get_or_create(connection, &wanted).await?;
        let pairs: Vec<_> = wanted
            .iter()
            .filter_map(|(kind, text)| Some((*ids.get(&(*kind, name::key(text)))?, id)))
            .collect();
        label::attach(connection, &pairs, None).await?;
    }
    for (kind, texts) in [
        (LabelKind::Beat, &edit.remove_beats),
        (LabelKind::Tag, &edit.remove_tags),
    ] {
        for text in texts {
            label::detach(connection, id, kind, text).await?;
        }
    }
    Ok(())
}

/// Changes a contact, by id or address; doing it twice changes nothing.
pub async fn edit(desk: &Desk, text: &str, edit: &ContactEdit) -> Result<ContactCard, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let id = find_in(&transaction, text).await?;
    let old = card_of(&transaction, id).await?;
    let mut values = values_of(&old);
    edit.apply(&desk.zones, &mut values)?;
    let outlet_id = match &edit.outlet {
        Some(_) => outlet_id(&transaction, &values[OUTLET]).await?,
        None => card::by_id(&transaction, id)
            .await?
            .and_then(|row| row.outlet_id),
    };
    let new = NewValues {
        id,
        outlet_id,
        values: &values,
    };
    contact::set_values(&transaction, desk.now(), &[new]).await?;
    set_labels(&transaction, id, edit).await?;
    let detail = json!({"fields": edit.named()});
    desk.log(&transaction, "contact.edit", "contact", id, detail)
        .await?;
    let card = card_of(&transaction, id).await?;
    commit(transaction).await?;
    Ok(card)
}

fn values_of(card: &ContactCard) -> Values {
    let contact = &card.contact;
    let mut values = [
        &contact.name,
        &contact.given_name,
        &contact.family_name,
        &contact.outlet,
        &contact.title,
        &contact.kind,
        &contact.country,
        &contact.language,
        &contact.time_zone,
        &contact.phone,
        &card.notes,
        &contact.attachments,
    ]
    .map(Clone::clone);
    for (field, default) in [(KIND, "unknown"), (ATTACHMENTS, WISHES[0])] {
        if values[field] == default {
            values[field].clear();
        }
    }
    values
}

/// Archives a contact: kept, but never written to, and no import brings them back. Tells whether
/// they were active.
pub async fn archive(desk: &Desk, text: &str) -> Result<bool, Problem> {
    set_status(
        desk,
        text,
        &["active", "bounced"],
        "archived",
        "contact.archive",
    )
    .await
}

/// Makes a contact active again, from the archive or after a bounce: only a person does that. An
/// opt-out stays what it is.
pub async fn revive(desk: &Desk, text: &str) -> Result<bool, Problem> {
    set_status(
        desk,
        text,
        &["archived", "bounced"],
        "active",
        "contact.revive",
    )
    .await
}

async fn set_status(
    desk: &Desk,
    text: &str,
    from: &[&str],
    to: &str,
    act: &str,
) -> Result<bool, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let id = find_in(&transaction, text).await?;
    let mut moved = 0;
    for status in from {
        moved += contact::set_status(&transaction, desk.now(), &[id], status, to).await?;
    }
    let is_said_anew = to == "archived" && contact::keep_archived(&transaction, &[id]).await? > 0;
    if moved > 0 || is_said_anew {
        // A run at work looks again: who is archived between claim and body gets nothing either.
        desk_row::touch(&transaction).await?;
        desk.log(&transaction, act, "contact", id, json!({}))
            .await?;
    }
    commit(transaction).await?;
    Ok(moved > 0)
}
