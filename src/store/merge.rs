//! Two contacts that are one person, step by step. What was sent stays where it is; who was merged
//! away points at who was kept.

use sea_orm::ConnectionTrait;

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// Texts that the kept contact takes over where it has none.
const FILLED: [&str; 11] = [
    "name",
    "given_name",
    "family_name",
    "title",
    "country",
    "language",
    "time_zone",
    "phone",
    "source",
    "legal_basis",
    "jurisdiction",
];

/// Fills what is empty, joins the notes, and takes the stricter of the rest.
pub(crate) async fn unite_fields(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let filled = FILLED.map(|field| {
        format!("{field} = CASE WHEN contact.{field} = '' THEN o.{field} ELSE contact.{field} END")
    });
    // SQLite and PostgreSQL read the old row's values throughout.
    let update = format!(
        "UPDATE contact SET {}, \
         outlet_id = COALESCE(contact.outlet_id, o.outlet_id), consent_at = COALESCE(contact.consent_at, o.consent_at), \
         kind = CASE WHEN contact.kind = 'unknown' THEN o.kind ELSE contact.kind END, \
         notes = CASE WHEN contact.notes = '' THEN o.notes WHEN o.notes = '' OR o.notes = contact.notes THEN contact.notes \
           ELSE contact.notes || $4 || o.notes END, \
         attachments = CASE WHEN 'none' IN (contact.attachments, o.attachments) THEN 'none' \
           WHEN 'links' IN (contact.attachments, o.attachments) THEN 'links' ELSE 'ok' END, \
         updated_at = $3 FROM contact AS o WHERE contact.id = $1 AND o.id = $2",
        filled.join(", "),
    );
    let values = vec![keep.into(), other.into(), at.millis().into(), "\n".into()];
    sql::run(connection, &update, values).await?;
    Ok(())
}

/// Moves what hangs on a contact by a second number (`label_id`, `list_id`) and tells which are new
/// to the kept one.
async fn move_links(
    connection: &impl ConnectionTrait,
    table: &str,
    link: &str,
    more: &str,
    keep: i64,
    other: i64,
) -> Result<Vec<i64>, StoreError> {
    let insert = format!(
        "INSERT INTO {table} ({link}, contact_id{more}) SELECT {link}, $1{more} FROM {table} WHERE contact_id = $2 \
         ON CONFLICT ({link}, contact_id) DO NOTHING RETURNING {link} AS value"
    );
    let mut moved = sql::numbers(connection, &insert, vec![keep.into(), other.into()]).await?;
    let delete = format!("DELETE FROM {table} WHERE contact_id = $1");
    sql::run(connection, &delete, vec![other.into()]).await?;
    moved.sort_unstable();
    Ok(moved)
}

/// Moves beats and tags; tells which the kept contact had not.
pub(crate) async fn move_labels(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
) -> Result<Vec<i64>, StoreError> {
    move_links(connection, "contact_label", "label_id", "", keep, other).await
}

/// Moves memberships; tells on which lists the kept contact was not.
pub(crate) async fn move_lists(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
) -> Result<Vec<i64>, StoreError> {
    move_links(
        connection,
        "media_list_member",
        "list_id",
        ", import_id",
        keep,
        other,
    )
    .await
}

/// Makes all addresses of one contact further ones of the other; tells how many.
pub(crate) async fn move_addresses(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
) -> Result<u64, StoreError> {
    let both = || vec![keep.into(), other.into()];
    let further =
        "UPDATE contact_address SET contact_id = $1, import_id = NULL WHERE contact_id = $2";
    let mut moved = sql::run(connection, further, both()).await?;
    let primary = "INSERT INTO contact_address (contact_id, email, email_key, address_hash, domain_hash) \
                   SELECT $1, email, email_key, address_hash, domain_hash FROM contact WHERE id = $2 AND email_key IS NOT NULL \
                   ON CONFLICT (email_key) DO NOTHING";
    moved += sql::run(connection, primary, both()).await?;
    Ok(moved)
}

/// Hands mail that waits for one contact to the other, at the other's address, where nothing of the
/// same is there for them. Tells how many.
pub(crate) async fn hand_over(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
) -> Result<u64, StoreError> {
    let update = "UPDATE delivery SET contact_id = k.id, address = k.email, address_hash = k.address_hash, \
                  domain = k.domain, domain_hash = k.domain_hash FROM contact AS k \
                  WHERE k.id = $1 AND k.email IS NOT NULL AND delivery.contact_id = $2 \
                  AND delivery.status IN ('queued', 'deferred') \
                  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.contact_id = $1 AND e.distribution_id = delivery.distribution_id) \
                  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.address_hash = k.address_hash AND e.live \
                    AND e.version_id = delivery.version_id AND e.purpose = delivery.purpose AND e.round = delivery.round)";
    sql::run(connection, update, vec![keep.into(), other.into()]).await
}

/// Takes what still waits for a contact out of the queue: the kept one has it, or will.
pub(crate) async fn drop_waiting(
    connection: &impl ConnectionTrait,
    other: i64,
    at: Instant,
) -> Result<u64, StoreError> {
    let update = "UPDATE delivery SET status = 'suppressed', reason = 'already-has-it', due_at = NULL, live = FALSE, \
                  stage = 'none', lease_until = NULL, done_at = $2 \
                  WHERE contact_id = $1 AND status IN ('queued', 'deferred')";
    sql::run(connection, update, vec![other.into(), at.millis().into()]).await
}

/// The last step: from here on one contact stands for the other, and for whom the other stood for.
pub(crate) async fn point(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
    at: Instant,
) -> Result<(), StoreError> {
    let earlier = "UPDATE contact SET merged_into_id = $1 WHERE merged_into_id = $2";
    sql::run(connection, earlier, vec![keep.into(), other.into()]).await?;
    let update = "UPDATE contact SET merged_into_id = $1, status = 'archived', email = NULL, email_key = NULL, \
                  address_hash = NULL, domain = NULL, domain_hash = NULL, updated_at = $3 WHERE id = $2";
    let values = vec![keep.into(), other.into(), at.millis().into()];
    sql::run(connection, update, values).await?;
    Ok(())
}

/// Writes the merge down; `moved` holds numbers of rows only.
pub(crate) async fn note(
    connection: &impl ConnectionTrait,
    keep: i64,
    other: i64,
    moved: &str,
    by: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let insert =
        "INSERT INTO contact_merge (kept_id, merged_id, moved, by, at) VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        keep.into(),
        other.into(),
        moved.into(),
        by.into(),
        at.millis().into(),
    ];
    sql::run(connection, insert, values).await?;
    Ok(())
}

/// Who stands for a contact that was merged away; none: it was not, or there is no such one.
pub async fn merged_into(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<i64>, StoreError> {
    let select = "SELECT merged_into_id AS value FROM contact WHERE id = $1 AND merged_into_id IS NOT NULL AND erased_at IS NULL";
    let found = sql::numbers(connection, select, vec![id.into()]).await?;
    Ok(found.first().copied())
}
