//! Two contacts that are one person: one stays, the other points at it; both histories are kept, and
//! the stricter no counts.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::contacts::{ContactCard, card_of, find_in};
use crate::desk::people::opt_out::key_must_fit_in;
use crate::desk::problem::{Exit, Problem};
use crate::domain::suppression::Scope;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::suppression::{self, Origin};
use crate::store::{contact, desk_row, merge as rows, rights};

/// What a merge did, or would do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Merged {
    pub dry_run: bool,
    pub kept: i64,
    pub merged: i64,
    /// Fields that were empty and are not any more, and `notes` where they were joined.
    pub filled: Vec<String>,
    /// Addresses that became further ones of the kept contact.
    pub addresses: u64,
    pub labels: u64,
    pub lists: u64,
    /// Mails that waited for the other one and go to the kept one now.
    pub handed_over: u64,
    /// Mails that waited and will not be sent: the kept one has them, or has opted out.
    pub withdrawn: u64,
    /// The kept contact as it is now; its status is the stricter one where either had opted out.
    pub status: String,
    pub warnings: Vec<String>,
}

/// Merges `other` into `keep` (each an address or a number), in one transaction. A dry run takes
/// everything back at the end.
///
/// Errors: exit 2 for unknown contacts or one and the same; 4 `on-its-way` while a mail to the other
/// one is being sent; 78 for a foreign key.
pub async fn merge(desk: &Desk, keep: &str, other: &str, dry_run: bool) -> Result<Merged, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    key_must_fit_in(desk, &transaction).await?;
    let keep = find_in(&transaction, keep).await?;
    let other = find_in(&transaction, other).await?;
    if keep == other {
        let message = format!("both are contact {keep} already");
        return Err(Problem::new(Exit::Usage, "same-contact", message)
            .hint("name two contacts; see who may be one: dateline contact duplicates"));
    }
    let before = card_of(&transaction, keep).await?;
    let gone = card_of(&transaction, other).await?;
    let now = desk.now();
    rows::unite_fields(&transaction, keep, other, now).await?;
    let labels = rows::move_labels(&transaction, keep, other).await?;
    let lists = rows::move_lists(&transaction, keep, other).await?;
    let addresses = rows::move_addresses(&transaction, keep, other).await?;
    let handed_over = rows::hand_over(&transaction, keep, other).await?;
    let mut withdrawn = rows::drop_waiting(&transaction, other, now).await?;
    // A body that is on its way needs the row as it was claimed.
    if rights::on_the_way(&transaction, &[other]).await? > 0 {
        let message = format!(
            "a mail to contact {other} is being sent at this moment, so nothing was merged"
        );
        return Err(
            Problem::new(Exit::Forbidden, "on-its-way", message).hint("do it again in a minute")
        );
    }
    rows::point(&transaction, keep, other, now).await?;
    withdrawn += heed_no(desk, &transaction, keep).await?;
    let after = card_of(&transaction, keep).await?;
    let moved =
        json!({"labels": labels, "lists": lists, "addresses": addresses, "mails": handed_over});
    rows::note(
        &transaction,
        keep,
        other,
        &moved.to_string(),
        &desk.actor,
        now,
    )
    .await?;
    desk_row::touch(&transaction).await?;
    let mut detail = moved;
    detail["merged"] = other.into();
    desk.log(&transaction, "contact.merge", "contact", keep, detail)
        .await?;
    if !dry_run {
        commit(transaction).await?;
    }
    let count = |all: &[i64]| u64::try_from(all.len()).unwrap_or(u64::MAX);
    Ok(Merged {
        dry_run,
        kept: keep,
        merged: other,
        filled: filled(&before, &after),
        addresses,
        labels: count(&labels),
        lists: count(&lists),
        handed_over,
        withdrawn,
        warnings: warnings(&before, &gone),
        status: after.contact.status,
    })
}

/// Where one of the two had said no to everything, what waits for the one that stays is taken back.
async fn heed_no(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    keep: i64,
) -> Result<u64, Problem> {
    if suppression::live_reason(connection, &[keep], &[], None)
        .await?
        .is_empty()
    {
        return Ok(0);
    }
    let hashes = rights::hashes(connection, &[keep]).await?;
    let hashes: Vec<_> = hashes.iter().map(String::as_str).collect();
    let origin = Origin {
        key_id: "",
        target: "address",
        scope: Scope::Everything,
        source: "",
        at: desk.now(),
        by: &desk.actor,
    };
    Ok(suppression::withdraw_deliveries(connection, &origin, &hashes).await?)
}

fn filled(before: &ContactCard, after: &ContactCard) -> Vec<String> {
    let fields = |card: &ContactCard| {
        let contact = &card.contact;
        [
            ("name", contact.name.clone()),
            ("given_name", contact.given_name.clone()),
            ("family_name", contact.family_name.clone()),
            ("outlet", contact.outlet.clone()),
            ("title", contact.title.clone()),
            ("kind", contact.kind.clone()),
            ("country", contact.country.clone()),
            ("language", contact.language.clone()),
            ("time_zone", contact.time_zone.clone()),
            ("phone", contact.phone.clone()),
            ("notes", card.notes.clone()),
            ("attachments", contact.attachments.clone()),
        ]
    };
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|(old, new)| old.1 != new.1)
        .map(|(old, _)| old.0.to_owned())
        .collect()
}

fn warnings(kept: &ContactCard, gone: &ContactCard) -> Vec<String> {
    let (stays, goes) = (&kept.contact, &gone.contact);
    let mut warnings = Vec::new();
    if goes.status == "active" && matches!(stays.status.as_str(), "bounced" | "archived") {
        warnings.push(format!(
            "contact {} is {} and gets nothing, while contact {} could be written to: keep that one instead, or revive: dateline contact edit {} --revive",
            stays.id, stays.status, goes.id, stays.id
        ));
    }
    if goes.status == "opted-out" && stays.status != "opted-out" {
        warnings.push(format!(
            "contact {} had opted out, so contact {} has too from now on",
            goes.id, stays.id
        ));
    }
    warnings
}
