//! Whom a distribution is for: lists with their filters, contacts, and those excepted.

use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::people::filters;
use crate::desk::people::lists;
use crate::desk::people::who;
use crate::desk::problem::{Exit, Problem};
use crate::domain::release::Release;
use crate::store::audience::Audience;
use crate::store::connection::ConnectionTrait;
use crate::store::filter::Lists;
use crate::store::media_list;
use crate::store::release::StoredVersion;

/// The audience that was asked for, by ids and by the lists' filters; nothing is written.
pub async fn audience(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    request: &Request,
    organizations: Vec<i64>,
    rehearsal: bool,
) -> Result<Audience, Problem> {
    let mut languages = version.content.languages();
    if let Some(only) = &request.language {
        if !languages.contains(only) {
            return Err(Problem::new(
                Exit::Usage,
                "no-language",
                format!("{} has no text in {only:?}", release.slug),
            )
            .hint(format!("it has: {}", languages.join(", "))));
        }
        languages = vec![only.clone()];
    }
    let mut audience = Audience {
        release_id: release.id,
        organizations,
        languages,
        purpose: if request.terms.advance {
            "advance"
        } else {
            "general"
        }
        .to_owned(),
        skip_holders: request.terms.skip_holders,
        everyone: request.terms.everyone,
        rehearsal,
        at: desk.now(),
        ..Audience::default()
    };
    for slug in &request.lists {
        let list = lists::find(connection, slug).await?;
        audience.limits_outlets |= list.per_outlet.is_some();
        audience.rests |= list.rest_days.is_some();
        audience.lists.push(list.id);
    }
    for who in &request.to {
        audience.contacts.push(one_contact(connection, who).await?);
    }
    let mut excepted = Vec::new();
    for who in &request.except {
        match media_list::by_slug(connection, who).await? {
            Some(list) => {
                audience.except_lists.push(list.id);
                excepted.push(list.slug);
            }
            None => audience
                .except_contacts
                .push(one_contact(connection, who).await?),
        }
    }
    if audience.lists.is_empty() && audience.contacts.is_empty() && !audience.everyone {
        return Err(
            Problem::new(Exit::Usage, "no-audience", "nobody is named to send it to")
                .hint("give --list LIST or --to CONTACT"),
        );
    }
    by_filter(desk, connection, request, &excepted, &mut audience).await?;
    Ok(audience)
}

/// Whom the filters of the lists mean, and whom those of excluded lists take out.
async fn by_filter(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    request: &Request,
    excepted: &[String],
    audience: &mut Audience,
) -> Result<(), Problem> {
    let named = request.lists.iter().chain(excepted).cloned().collect();
    let known = Lists::with(connection, named, &filters::today(desk))
        .await
        .map_err(filters::refused)?;
    let backend = connection.get_database_backend();
    let mut out: Vec<&str> = excepted.iter().map(String::as_str).collect();
    for (id, slug) in audience.lists.iter().zip(&request.lists) {
        if let Some(meant) = known.filter(backend, slug).map_err(filters::refused)? {
            audience.filters.push((*id, meant));
        }
        let excluded = known.excluded(slug).map_err(filters::refused)?;
        out.extend(excluded.into_iter().map(|(_, slug)| slug));
    }
    for slug in out {
        // Those put there by hand are looked up by the list itself.
        if let Some(meant) = known.filter(backend, slug).map_err(filters::refused)? {
            audience.taken_out.push(meant);
        }
    }
    Ok(())
}

/// A contact by id or by any of its addresses.
pub async fn one_contact(connection: &impl ConnectionTrait, text: &str) -> Result<i64, Problem> {
    who::contact(connection, text).await
}
