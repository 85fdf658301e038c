//! Contacts one by one: found, shown, added, edited, archived; `contact import` has its own room.

mod edit;
mod many;
mod note;

use serde::Serialize;

use crate::desk::Desk;
pub use crate::desk::people::contacts::edit::{ContactEdit, add, archive, edit, revive};
pub use crate::desk::people::contacts::many::{Changed, Whom, archive_many, edit_many};
pub use crate::desk::people::contacts::note::note;
use crate::desk::people::filters;
use crate::desk::people::provenance::{self, Provenance};
use crate::desk::people::who;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::{Field, Filter as Words};
use crate::domain::instant::Instant;
use crate::store::card::{self, CardRow};
use crate::store::connection::ConnectionTrait;
use crate::store::filter::Condition;
use crate::store::{label, media_list};

/// Rows of a page where nobody says how many.
const PAGE: i64 = 1000;

/// Which contacts; an empty text means all. Erased contacts and those merged into others are
/// never among them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A list's short name: those put there by hand and by its filter, without those taken out.
    pub list: String,
    pub tag: String,
    pub beat: String,
    /// `active`, `bounced`, `archived` or `opted-out`.
    pub status: String,
    pub kind: String,
    /// Part of a name, an address, an outlet or a title, in any case.
    pub text: String,
    /// And what else is asked for, read by [`filters::read`].
    pub words: Option<Words>,
    /// The last id of the page before; 0 for the start.
    pub after: i64,
    /// How many at most; 0 means a thousand.
    pub limit: i64,
}

impl Filter {
    /// All that is asked for in words; None: everybody.
    pub fn in_words(&self) -> Option<Words> {
        let fields = [
            (Field::List, &self.list),
            (Field::Tag, &self.tag),
            (Field::Beat, &self.beat),
            (Field::Status, &self.status),
            (Field::Kind, &self.kind),
            (Field::Text, &self.text),
        ];
        let mut parts: Vec<Words> = fields
            .into_iter()
            .map(|(field, value)| (field, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| Words::is(field, value))
            .collect();
        parts.extend(self.words.clone());
        (!parts.is_empty()).then(|| Words::all(parts))
    }
}

/// The JSON contract of `contact list` and `contact export`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ContactView {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet: String,
    pub title: String,
    pub beats: Vec<String>,
    pub tags: Vec<String>,
    /// The lists' short names.
    pub lists: Vec<String>,
    pub kind: String,
    pub country: String,
    pub language: String,
    pub time_zone: String,
    pub phone: String,
    /// How they like files: `ok` (attached), `links` or `none`.
    pub attachments: String,
    /// `active`, `bounced`, `archived`, or `opted-out`, which is derived from the suppressions.
    pub status: String,
    pub opted_out: bool,
    pub source: String,
}

/// A contact's card: all that is known, and what they got last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ContactCard {
    #[serde(flatten)]
    pub contact: ContactView,
    pub further_addresses: Vec<String>,
    pub notes: String,
    pub legal_basis: String,
    /// Which import they come from, and from which line.
    pub import: Option<i64>,
    pub import_line: Option<i64>,
    pub jurisdiction: String,
    /// Where each field, beat, tag, list and further address comes from.
    pub provenance: Vec<Provenance>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deliveries: Vec<CardDelivery>,
}

/// One of the last mails to a contact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CardDelivery {
    pub id: i64,
    pub release: String,
    pub version: i64,
    pub purpose: String,
    pub rehearsal: bool,
    pub status: String,
    pub reason: Option<String>,
    pub sent_at: Option<Instant>,
}

/// A page of contacts: at most `filter.limit` after the id `filter.after`.
///
/// Errors: exit 2 where it names a list that does not exist.
pub async fn list(desk: &Desk, filter: &Filter) -> Result<Vec<ContactView>, Problem> {
    let condition = meant(desk, filter).await?;
    let limit = if filter.limit > 0 { filter.limit } else { PAGE };
    page(desk, &condition, filter.after, limit).await
}

/// The query of a filter.
pub async fn meant(desk: &Desk, filter: &Filter) -> Result<Condition, Problem> {
    match filter.in_words() {
        Some(words) => filters::condition(desk, &words).await,
        None => Ok(Condition::everybody()),
    }
}

async fn page(
    desk: &Desk,
    condition: &Condition,
    after: i64,
    limit: i64,
) -> Result<Vec<ContactView>, Problem> {
    let rows = card::page(desk.store.db(), condition, after, limit).await?;
    views(desk.store.db(), rows).await
}

/// All contacts that the filter lets through, page by page, so that a million take little memory:
/// `each` gets every page in turn.
pub async fn export(
    desk: &Desk,
    filter: &Filter,
    mut each: impl FnMut(Vec<ContactView>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let condition = meant(desk, filter).await?;
    let mut after = filter.after;
    loop {
        let page = page(desk, &condition, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        each(page)?;
    }
}

async fn views(
    connection: &impl ConnectionTrait,
    rows: Vec<CardRow>,
) -> Result<Vec<ContactView>, Problem> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut labels = label::of(connection, &ids).await?.into_iter().peekable();
    let mut lists = media_list::of(connection, &ids)
        .await?
        .into_iter()
        .peekable();
    let mut views = Vec::with_capacity(rows.len());
    // All three come in the order of the contacts' ids.
    for row in rows {
        let mut view = ContactView {
            id: row.id,
            opted_out: row.status == "opted-out",
            email: row.email,
            name: row.name,
            given_name: row.given_name,
            family_name: row.family_name,
            outlet: row.outlet,
            title: row.title,
            kind: row.kind,
            country: row.country,
            language: row.language,
            time_zone: row.time_zone,
            phone: row.phone,
            attachments: row.attachments,
            status: row.status,
            source: row.source,
            ..ContactView::default()
        };
        while let Some(label) = labels.next_if(|label| label.contact_id == row.id) {
            if label.kind == "beat" {
                view.beats.push(label.name);
            } else {
                view.tags.push(label.name);
            }
        }
        while let Some(member) = lists.next_if(|member| member.contact_id == row.id) {
            view.lists.push(member.slug);
        }
        views.push(view);
    }
    Ok(views)
}

/// A contact's id from what a person types: the id, or one of their addresses.
///
/// Errors: exit 2 `no-contact`.
pub async fn find(desk: &Desk, text: &str) -> Result<i64, Problem> {
    find_in(desk.store.db(), text).await
}

pub(crate) async fn find_in(connection: &impl ConnectionTrait, text: &str) -> Result<i64, Problem> {
    who::contact(connection, text).await
}

/// A contact's card, by id or address.
pub async fn show(desk: &Desk, text: &str) -> Result<ContactCard, Problem> {
    let id = find(desk, text).await?;
    card_of(desk.store.db(), id).await
}

pub(crate) async fn card_of(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<ContactCard, Problem> {
    let gone = || {
        Problem::new(
            Exit::Usage,
            "no-contact",
            format!("there is no contact {id}"),
        )
        .hint("see who is there: dateline contact list")
    };
    let row = card::by_id(connection, id).await?.ok_or_else(gone)?;
    let deliveries = card::last_deliveries(connection, id, 20).await?;
    let further_addresses = card::further_addresses(connection, id).await?;
    let (notes, legal_basis) = (row.notes.clone(), row.legal_basis.clone());
    let jurisdiction = row.jurisdiction.clone();
    let provenance = provenance::of(connection, &row).await?;
    let (import, import_line) = (row.origin_import_id, row.origin_line);
    let (created_at, updated_at) = (row.created_at, row.updated_at);
    let contact = views(connection, vec![row]).await?.pop().ok_or_else(gone)?;
    Ok(ContactCard {
        contact,
        further_addresses,
        notes,
        legal_basis,
        import,
        import_line,
        jurisdiction,
        provenance,
        created_at: Instant::from_millis(created_at),
        updated_at: Instant::from_millis(updated_at),
        deliveries: deliveries
            .into_iter()
            .map(|row| CardDelivery {
                id: row.delivery_id,
                release: row.release,
                version: row.version,
                purpose: row.purpose,
                rehearsal: row.rehearsal,
                status: row.status,
                reason: row.reason,
                sent_at: row.sent_at.map(Instant::from_millis),
            })
            .collect(),
    })
}
