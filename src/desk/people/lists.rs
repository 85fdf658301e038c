//! Media lists: made, filled, renamed, and dropped only while nothing was sent to them.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::issuers::organizations;
use crate::desk::issuers::slug;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;
use crate::store::media_list::{self, MediaList};
use crate::store::{card, contact};

/// A list, as people see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ListView {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub organization: Option<String>,
    pub per_outlet: Option<i64>,
    pub members: i64,
}

impl From<MediaList> for ListView {
    fn from(row: MediaList) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            organization: row.organization,
            per_outlet: row.per_outlet,
            members: row.members,
        }
    }
}

/// A list by its short name, or a refusal that names the nearest one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<MediaList, Problem> {
    if let Some(list) = media_list::by_slug(connection, slug).await? {
        return Ok(list);
    }
    let known: Vec<_> = media_list::list(connection)
        .await?
        .into_iter()
        .map(|list| list.slug)
        .collect();
    let create = format!("dateline list create {slug}");
    Err(slug::unknown("list", "no-list", slug, &known, &create))
}

/// Errors: exit 2 where the short name is taken or cannot be one, or the organization is unknown.
pub async fn create(
    desk: &Desk,
    slug: &str,
    name: &str,
    organization: Option<&str>,
    per_outlet: Option<i64>,
) -> Result<ListView, Problem> {
    slug::check("a list", slug)?;
    check_per_outlet(per_outlet)?;
    let transaction = begin_write(desk.store.db()).await?;
    let organization_id = match organization {
        Some(organization) => Some(organizations::find(&transaction, organization).await?.id),
        None => None,
    };
    if media_list::by_slug(&transaction, slug).await?.is_some() {
        return Err(slug::taken(
            "list",
            slug,
            &format!("dateline list edit {slug}"),
        ));
    }
    let name = if name.trim().is_empty() {
        slug
    } else {
        name.trim()
    };
    let id = media_list::create(&transaction, slug, name, organization_id, per_outlet)
        .await
        .map_err(|error| raced(error, slug))?;
    desk.log(&transaction, "list.create", "list", id, json!({}))
        .await?;
    let list = find(&transaction, slug).await?;
    commit(transaction).await?;
    Ok(list.into())
}

/// Somebody else took the short name between the look and the write (PostgreSQL only).
fn raced(error: StoreError, slug: &str) -> Problem {
    match error {
        StoreError::Duplicate => slug::taken("list", slug, &format!("dateline list edit {slug}")),
        other => other.into(),
    }
}

fn check_per_outlet(per_outlet: Option<i64>) -> Result<(), Problem> {
    if per_outlet.is_some_and(|limit| limit < 1) {
        let message = "a limit per outlet has to be 1 or more";
        return Err(Problem::new(Exit::Usage, "per-outlet", message)
            .hint("leave --per-outlet away for no limit"));
    }
    Ok(())
}

/// What an edit changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct ListEdit {
    pub slug: Option<String>,
    pub name: Option<String>,
    /// `Some(None)` takes the limit away.
    pub per_outlet: Option<Option<i64>>,
}

pub async fn edit(desk: &Desk, slug: &str, edit: &ListEdit) -> Result<ListView, Problem> {
    if let Some(new) = &edit.slug {
        slug::check("a list", new)?;
    }
    check_per_outlet(edit.per_outlet.flatten())?;
    let transaction = begin_write(desk.store.db()).await?;
    let list = find(&transaction, slug).await?;
    let new_slug = edit.slug.as_deref().unwrap_or(&list.slug);
    if new_slug != list.slug && media_list::by_slug(&transaction, new_slug).await?.is_some() {
        return Err(slug::taken(
            "list",
            new_slug,
            &format!("dateline list edit {new_slug}"),
        ));
    }
    let name = edit.name.as_deref().unwrap_or(&list.name);
    let per_outlet = edit.per_outlet.unwrap_or(list.per_outlet);
    media_list::update(&transaction, list.id, new_slug, name, per_outlet)
        .await
        .map_err(|error| raced(error, new_slug))?;
    desk.log(&transaction, "list.edit", "list", list.id, json!({}))
        .await?;
    let list = find(&transaction, new_slug).await?;
    commit(transaction).await?;
    Ok(list.into())
}

pub async fn list(desk: &Desk) -> Result<Vec<ListView>, Problem> {
    let lists = media_list::list(desk.store.db()).await?;
    Ok(lists.into_iter().map(ListView::from).collect())
}

pub async fn show(desk: &Desk, slug: &str) -> Result<ListView, Problem> {
    Ok(find(desk.store.db(), slug).await?.into())
}

/// Puts contacts on a list, all or none, and tells how many were not on it yet.
///
/// Errors: exit 2 where the list or one of the contacts does not exist.
pub async fn add(desk: &Desk, slug: &str, contacts: &[i64]) -> Result<u64, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let list = find(&transaction, slug).await?;
    let known = card::existing(&transaction, contacts).await?;
    if let Some(missing) = contacts.iter().find(|id| !known.contains(id)) {
        let message = format!("there is no contact {missing}; nobody was added");
        return Err(Problem::new(Exit::Usage, "no-contact", message)
            .hint("see who is there: dateline contact list"));
    }
    let added = media_list::add_members(&transaction, list.id, contacts, None).await?;
    if added > 0 {
        desk.log(
            &transaction,
            "list.add",
            "list",
            list.id,
            json!({"added": added}),
        )
        .await?;
    }
    commit(transaction).await?;
    Ok(added)
}

/// Takes contacts off a list and tells how many were on it. What is scheduled stays: recipients
/// are frozen.
pub async fn remove(desk: &Desk, slug: &str, contacts: &[i64]) -> Result<u64, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let list = find(&transaction, slug).await?;
    let removed = media_list::remove_members(&transaction, list.id, contacts).await?;
    if removed > 0 {
        desk.log(
            &transaction,
            "list.remove",
            "list",
            list.id,
            json!({"removed": removed}),
        )
        .await?;
    }
    commit(transaction).await?;
    Ok(removed)
}

/// Drops a list that nothing was ever sent or scheduled to; its contacts stay.
///
/// Errors: exit 4 `list-in-use`, because the ledger names the list as the reason of its mails.
pub async fn drop(desk: &Desk, slug: &str) -> Result<(), Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let list = find(&transaction, slug).await?;
    if media_list::uses(&transaction, list.id).await? > 0 {
        let message =
            format!("the list {slug} was used by a distribution, and its ledger names it");
        return Err(Problem::new(Exit::Forbidden, "list-in-use", message).hint(format!(
            "keep it; to send nothing more to it take its members off: dateline list remove {slug}"
        )));
    }
    media_list::delete(&transaction, list.id).await?;
    desk.log(&transaction, "list.drop", "list", list.id, json!({}))
        .await?;
    commit(transaction).await?;
    Ok(())
}
