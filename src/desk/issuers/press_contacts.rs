//! Press contacts: our people, printed under "Media contact:".

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::field;
use crate::desk::issuers::organizations;
use crate::desk::issuers::slug;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::instant::Instant;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;
use crate::store::press_contact::{self, PressContact};

/// One of our people, as typed and as shown.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct PressContactView {
    pub id: i64,
    pub slug: String,
    /// The organization's short name.
    pub organization: Option<String>,
    pub name: String,
    pub role: String,
    pub phone: String,
    pub email: String,
    pub language: String,
    pub archived_at: Option<Instant>,
}

impl From<PressContact> for PressContactView {
    fn from(row: PressContact) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            organization: row.organization,
            name: row.name,
            role: row.role,
            phone: row.phone,
            email: row.email,
            language: row.language,
            archived_at: row.archived_at.map(Instant::from_millis),
        }
    }
}

/// One of our people by short name, or a refusal that names the nearest one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<PressContact, Problem> {
    if let Some(found) = press_contact::by_slug(connection, slug).await? {
        return Ok(found);
    }
    let known: Vec<_> = press_contact::list(connection)
        .await?
        .into_iter()
        .map(|found| found.slug)
        .collect();
    let create = format!("dateline presscontact add {slug} --name NAME --email ADDRESS");
    Err(slug::unknown(
        "press contact",
        "no-press-contact",
        slug,
        &known,
        &create,
    ))
}

/// The row to be written, each field one line and the address one that can be written to.
fn row(view: &PressContactView) -> Result<PressContact, Problem> {
    slug::check("a press contact", &view.slug)?;
    let slug = &view.slug;
    if view.name.trim().is_empty() {
        let message = format!("the press contact {slug} needs a name");
        return Err(Problem::new(Exit::Usage, "no-name", message).hint("say it with --name"));
    }
    let fields = [&view.name, &view.role, &view.phone, &view.language];
    if fields
        .iter()
        .any(|field| field.chars().any(char::is_control))
    {
        let message = format!("every field of the press contact {slug} has to be one line");
        return Err(Problem::new(Exit::Usage, "not-one-line", message)
            .hint("take line breaks and control characters out"));
    }
    let email = if view.email.trim().is_empty() {
        String::new()
    } else {
        let read = address::parse(&view.email).map_err(|error| {
            let message = format!(
                "the address of the press contact {slug} cannot be used: {}",
                error.reason
            );
            Problem::new(Exit::Usage, error.code, message).hint("mend --email")
        })?;
        read.as_str().to_owned()
    };
    Ok(PressContact {
        id: view.id,
        slug: slug.clone(),
        organization: view.organization.clone(),
        name: view.name.trim().to_owned(),
        role: view.role.trim().to_owned(),
        phone: view.phone.trim().to_owned(),
        email,
        language: field::language(&view.language)?,
        archived_at: None,
    })
}

async fn organization_id(
    connection: &impl ConnectionTrait,
    slug: Option<&String>,
) -> Result<Option<i64>, Problem> {
    Ok(match slug {
        Some(slug) => Some(organizations::find(connection, slug).await?.id),
        None => None,
    })
}

/// Adds one of our people (`id` and `archived_at` are not read).
///
/// Errors: exit 2 where the short name is taken or a field cannot be used.
pub async fn add(desk: &Desk, view: &PressContactView) -> Result<PressContactView, Problem> {
    let person = row(view)?;
    let edit = format!("dateline presscontact edit {}", person.slug);
    let taken = || slug::taken("press contact", &person.slug, &edit);
    let transaction = begin_write(desk.store.db()).await?;
    let organization = organization_id(&transaction, person.organization.as_ref()).await?;
    if press_contact::by_slug(&transaction, &person.slug)
        .await?
        .is_some()
    {
        return Err(taken());
    }
    let id = match press_contact::insert(&transaction, &person, organization).await {
        Err(StoreError::Duplicate) => return Err(taken()),
        other => other?,
    };
    desk.log(
        &transaction,
        "presscontact.add",
        "press_contact",
        id,
        json!({}),
    )
    .await?;
    let found = find(&transaction, &person.slug).await?;
    commit(transaction).await?;
    Ok(found.into())
}

/// Changes one of our people: `change` gets them as they are and may set all but id, short name
/// and archiving. Releases that were approved keep what they were approved with.
pub async fn edit(
    desk: &Desk,
    slug: &str,
    change: impl FnOnce(&mut PressContactView),
) -> Result<PressContactView, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let old = PressContactView::from(find(&transaction, slug).await?);
    let mut new = old.clone();
    change(&mut new);
    new.id = old.id;
    new.slug.clone_from(&old.slug);
    let person = row(&new)?;
    let organization = organization_id(&transaction, person.organization.as_ref()).await?;
    press_contact::update(&transaction, &person, organization).await?;
    desk.log(
        &transaction,
        "presscontact.edit",
        "press_contact",
        old.id,
        json!({}),
    )
    .await?;
    let found = find(&transaction, slug).await?;
    commit(transaction).await?;
    Ok(found.into())
}

/// Archives one of our people; doing it twice changes nothing.
pub async fn archive(desk: &Desk, slug: &str) -> Result<PressContactView, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let found = find(&transaction, slug).await?;
    if press_contact::archive(&transaction, found.id, desk.now()).await? {
        desk.log(
            &transaction,
            "presscontact.archive",
            "press_contact",
            found.id,
            json!({}),
        )
        .await?;
    }
    let found = find(&transaction, slug).await?;
    commit(transaction).await?;
    Ok(found.into())
}

pub async fn list(desk: &Desk) -> Result<Vec<PressContactView>, Problem> {
    let people = press_contact::list(desk.store.db()).await?;
    Ok(people.into_iter().map(PressContactView::from).collect())
}

pub async fn show(desk: &Desk, slug: &str) -> Result<PressContactView, Problem> {
    Ok(find(desk.store.db(), slug).await?.into())
}
