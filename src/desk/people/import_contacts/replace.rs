//! `--replace`: a list becomes what the files say; who is not in them comes off, and stays a contact.

use std::collections::HashSet;

use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::import_contacts::ImportRequest;
use crate::desk::problem::Problem;
use crate::store::connection::{begin_write, commit};
use crate::store::{contact, import_undo, media_list};

/// Takes whoever these imports were not about off the list, in one transaction; tells how many.
pub(crate) async fn replace(desk: &Desk, list_id: i64, imports: &[i64]) -> Result<u64, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let removed = import_undo::replace_members(&transaction, list_id, imports).await?;
    if removed > 0 {
        let detail = json!({"removed": removed, "imports": imports});
        desk.log(&transaction, "list.replace", "list", list_id, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(removed)
}

/// How many a dry run would take off.
pub(crate) async fn would_remove(
    desk: &Desk,
    request: &ImportRequest,
    met: &HashSet<i64>,
) -> Result<u64, Problem> {
    let Some(slug) = &request.list else {
        return Ok(0);
    };
    let Some(list) = media_list::by_slug(desk.store.db(), slug).await? else {
        return Ok(0);
    };
    let members = media_list::members(desk.store.db(), list.id).await?;
    let removed = members.iter().filter(|member| !met.contains(member));
    Ok(removed.count() as u64)
}
