//! Organizations: the issuers that releases speak for.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::field;
use crate::desk::issuers::slug;
use crate::desk::problem::{Exit, Problem};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;
use crate::store::organization;
pub use crate::store::organization::Organization;

/// An organization by its short name, or a refusal that names the nearest one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Organization, Problem> {
    if let Some(found) = organization::by_slug(connection, slug).await? {
        return Ok(found);
    }
    let known: Vec<_> = organization::list(connection)
        .await?
        .into_iter()
        .map(|found| found.slug)
        .collect();
    let create = format!("dateline organization add {slug} --name NAME");
    Err(slug::unknown(
        "organization",
        "no-organization",
        slug,
        &known,
        &create,
    ))
}

/// The organization as it is stored. What may stand in the mail's header must not be able to add
/// another one (RFC 5322, 2.2).
fn checked(desk: &Desk, organization: &Organization) -> Result<Organization, Problem> {
    slug::check("an organization", &organization.slug)?;
    if organization.name.trim().is_empty() {
        let message = format!("the organization {} needs a name", organization.slug);
        return Err(Problem::new(Exit::Usage, "no-name", message).hint("say it with --name"));
    }
    let lines = [
        ("name", Some(&organization.name)),
        ("from", organization.from_header.as_ref()),
        ("reply-to", organization.reply_to.as_ref()),
    ];
    for (field, value) in lines {
        if value.is_some_and(|value| value.chars().any(char::is_control)) {
            let message = format!("{field} of {} has to be one line", organization.slug);
            return Err(Problem::new(Exit::Usage, "not-one-line", message)
                .hint("take line breaks and control characters out"));
        }
    }
    for (field, value) in [
        ("from", &organization.from_header),
        ("reply-to", &organization.reply_to),
    ] {
        if let Some(value) = value {
            field::sender(&format!("{field} of {}", organization.slug), value)?;
        }
    }
    let mut checked = organization.clone();
    if let Some(zone) = &organization.time_zone {
        checked.time_zone = Some(field::zone(&desk.zones, zone)?);
    }
    if let Some(language) = &organization.language {
        checked.language = Some(field::language(language)?);
    }
    Ok(checked)
}

/// Adds an organization (`id` is not read).
///
/// Errors: exit 2 where the short name is taken or a field cannot be used.
pub async fn add(desk: &Desk, organization: &Organization) -> Result<Organization, Problem> {
    let fresh = Organization {
        id: 0,
        ..checked(desk, organization)?
    };
    let edit = format!("dateline organization edit {}", organization.slug);
    let taken = || slug::taken("organization", &organization.slug, &edit);
    let transaction = begin_write(desk.store.db()).await?;
    if organization::by_slug(&transaction, &organization.slug)
        .await?
        .is_some()
    {
        return Err(taken());
    }
    let id = match organization::insert(&transaction, &fresh).await {
        Err(StoreError::Duplicate) => return Err(taken()),
        other => other?,
    };
    desk.log(
        &transaction,
        "organization.add",
        "organization",
        id,
        json!({}),
    )
    .await?;
    commit(transaction).await?;
    Ok(Organization { id, ..fresh })
}

/// Changes an organization: `change` gets it as it is and may set all but its id and short name.
pub async fn edit(
    desk: &Desk,
    slug: &str,
    change: impl FnOnce(&mut Organization),
) -> Result<Organization, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let old = find(&transaction, slug).await?;
    let mut new = old.clone();
    change(&mut new);
    new.id = old.id;
    new.slug.clone_from(&old.slug);
    let new = checked(desk, &new)?;
    if new != old {
        organization::update(&transaction, &new).await?;
        desk.log(
            &transaction,
            "organization.edit",
            "organization",
            old.id,
            json!({}),
        )
        .await?;
    }
    commit(transaction).await?;
    Ok(new)
}

pub async fn list(desk: &Desk) -> Result<Vec<Organization>, Problem> {
    Ok(organization::list(desk.store.db()).await?)
}

pub async fn show(desk: &Desk, slug: &str) -> Result<Organization, Problem> {
    find(desk.store.db(), slug).await
}
