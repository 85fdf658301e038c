//! Media lists: made, filled, renamed, and dropped only while nothing was sent to them.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::issuers::organizations;
use crate::desk::issuers::slug;
use crate::desk::people::filters;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::{Field, Filter, parse};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;
use crate::store::filter::{self as stored, Lists};
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
    /// Nobody who got a mail within so many days.
    pub rest_days: Option<i64>,
    /// Who is on it besides those put there by hand.
    pub filter: Option<String>,
    /// Lists whose people are taken out.
    pub excluded: Vec<String>,
    /// Those put there by hand.
    pub by_hand: i64,
    /// By hand and by filter, without those taken out; as of now.
    pub members: i64,
}

/// A list with its members counted.
async fn view(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    row: MediaList,
) -> Result<ListView, Problem> {
    let lists = Lists::with(connection, vec![row.slug.clone()], &filters::today(desk))
        .await
        .map_err(filters::refused)?;
    let excluded: Vec<String> = lists
        .excluded(&row.slug)
        .map_err(filters::refused)?
        .into_iter()
        .map(|(_, slug)| slug.to_owned())
        .collect();
    let members = if row.filter.is_none() && excluded.is_empty() {
        row.members
    } else {
        let backend = connection.get_database_backend();
        let meant = lists
            .condition(backend, &Filter::is(Field::List, row.slug.as_str()))
            .map_err(filters::refused)?;
        stored::count(connection, &meant).await?
    };
    Ok(ListView {
        id: row.id,
        slug: row.slug,
        name: row.name,
        organization: row.organization,
        per_outlet: row.per_outlet,
        rest_days: row.rest_days,
        filter: row.filter,
        excluded,
        by_hand: row.members,
        members,
    })
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
    let rules = ListEdit {
        per_outlet: Some(per_outlet),
        ..ListEdit::default()
    };
    create_with(desk, slug, name, organization, &rules).await
}

/// The same, with a filter, a rest and excluded lists.
pub async fn create_with(
    desk: &Desk,
    slug: &str,
    name: &str,
    organization: Option<&str>,
    rules: &ListEdit,
) -> Result<ListView, Problem> {
    slug::check("a list", slug)?;
    rules.check()?;
    let per_outlet = rules.per_outlet.flatten();
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
    set_rules(desk, &transaction, &find(&transaction, slug).await?, rules).await?;
    desk.log(&transaction, "list.create", "list", id, json!({}))
        .await?;
    let list = find(&transaction, slug).await?;
    let list = view(desk, &transaction, list).await?;
    commit(transaction).await?;
    Ok(list)
}

/// Writes filter, rest and excluded lists, and sees that they mean somebody who can be found.
async fn set_rules(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    list: &MediaList,
    rules: &ListEdit,
) -> Result<(), Problem> {
    let filter = rules.filter.clone().unwrap_or_else(|| list.filter.clone());
    // As it is written here, whoever typed it.
    let filter = match filter {
        Some(text) => Some(filters::read(&text)?.to_string()),
        None => None,
    };
    let rest_days = rules.rest_days.unwrap_or(list.rest_days);
    media_list::set_rules(connection, list.id, filter.as_deref(), rest_days).await?;
    if let Some(excluded) = &rules.excluded {
        let mut ids = Vec::with_capacity(excluded.len());
        for one in excluded {
            let found = find(connection, one).await?;
            if found.id == list.id {
                let message = format!("the list {one} cannot be taken out of itself");
                return Err(Problem::new(Exit::Usage, "excludes-itself", message)
                    .hint("name another list with --exclude"));
            }
            ids.push(found.id);
        }
        media_list::set_excluded(connection, list.id, &ids).await?;
    }
    // Before it is kept: a filter that asks for itself would stop every later look at the list.
    let lists = Lists::with(connection, vec![list.slug.clone()], &filters::today(desk))
        .await
        .map_err(filters::refused)?;
    lists
        .condition(
            connection.get_database_backend(),
            &Filter::is(Field::List, list.slug.as_str()),
        )
        .map_err(filters::refused)?;
    Ok(())
}

/// The filters of other lists that name one that gets another short name.
async fn rename_in_filters(
    connection: &impl ConnectionTrait,
    old: &str,
    new: &str,
) -> Result<(), Problem> {
    for other in media_list::list(connection).await? {
        let Some(filter) = other.filter.as_deref().and_then(|text| parse(text).ok()) else {
            continue;
        };
        if filter.values_of(Field::List).contains(&old) {
            let renamed = filter.renamed(Field::List, old, new).to_string();
            media_list::set_rules(connection, other.id, Some(&renamed), other.rest_days).await?;
        }
    }
    Ok(())
}

/// Somebody else took the short name between the look and the write (PostgreSQL only).
fn raced(error: StoreError, slug: &str) -> Problem {
    match error {
        StoreError::Duplicate => slug::taken("list", slug, &format!("dateline list edit {slug}")),
        other => other.into(),
    }
}

impl ListEdit {
    fn check(&self) -> Result<(), Problem> {
        if self.per_outlet.flatten().is_some_and(|limit| limit < 1) {
            let message = "a limit per outlet has to be 1 or more";
            return Err(Problem::new(Exit::Usage, "per-outlet", message)
                .hint("leave --per-outlet away for no limit"));
        }
        if self
            .rest_days
            .flatten()
            .is_some_and(|days| !(1..=LONGEST_REST).contains(&days))
        {
            let message = format!("a rest has to be between 1 and {LONGEST_REST} days");
            return Err(
                Problem::new(Exit::Usage, "rest", message).hint("leave --rest away for none")
            );
        }
        Ok(())
    }
}

/// Ten years.
const LONGEST_REST: i64 = 3660;

/// What an edit changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct ListEdit {
    pub slug: Option<String>,
    pub name: Option<String>,
    /// `Some(None)` takes the limit away.
    pub per_outlet: Option<Option<i64>>,
    /// In days; `Some(None)` takes it away.
    pub rest_days: Option<Option<i64>>,
    /// In the filter language; `Some(None)` takes it away.
    pub filter: Option<Option<String>>,
    /// The short names of all lists that are taken out.
    pub excluded: Option<Vec<String>>,
}

pub async fn edit(desk: &Desk, slug: &str, edit: &ListEdit) -> Result<ListView, Problem> {
    if let Some(new) = &edit.slug {
        slug::check("a list", new)?;
    }
    edit.check()?;
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
    if new_slug != list.slug {
        rename_in_filters(&transaction, &list.slug, new_slug).await?;
    }
    let now = find(&transaction, new_slug).await?;
    set_rules(desk, &transaction, &now, edit).await?;
    desk.log(&transaction, "list.edit", "list", list.id, json!({}))
        .await?;
    let list = find(&transaction, new_slug).await?;
    let list = view(desk, &transaction, list).await?;
    commit(transaction).await?;
    Ok(list)
}

pub async fn list(desk: &Desk) -> Result<Vec<ListView>, Problem> {
    let connection = desk.store.db();
    let mut views = Vec::new();
    for row in media_list::list(connection).await? {
        views.push(view(desk, connection, row).await?);
    }
    Ok(views)
}

pub async fn show(desk: &Desk, slug: &str) -> Result<ListView, Problem> {
    let connection = desk.store.db();
    view(desk, connection, find(connection, slug).await?).await
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
    if let Some(other) = media_list::rules(&transaction)
        .await?
        .into_iter()
        .find(|rule| {
            let filter = rule.filter.as_deref().and_then(|text| parse(text).ok());
            rule.excluded.contains(&list.id)
                || filter.is_some_and(|filter| {
                    rule.id != list.id && filter.values_of(Field::List).contains(&slug)
                })
        })
    {
        let message = format!("the list {} asks for the list {slug}", other.slug);
        return Err(
            Problem::new(Exit::Forbidden, "list-in-use", message).hint(format!(
                "change that one first: dateline list show {}",
                other.slug
            )),
        );
    }
    media_list::delete(&transaction, list.id).await?;
    desk.log(&transaction, "list.drop", "list", list.id, json!({}))
        .await?;
    commit(transaction).await?;
    Ok(())
}
