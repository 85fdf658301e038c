//! One contact or outlet from what a person types, or a refusal that names the nearest.

use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::name;
use crate::store::card;
use crate::store::connection::ConnectionTrait;
use crate::store::contact;
use crate::store::merge;
use crate::store::neighbour;

/// A contact's id from the id, or from one of their addresses.
///
/// Errors: exit 2 `no-contact`. It repeats no address, as it may end in a mail from cron, and names the
/// nearest contact by its number.
pub(crate) async fn contact(connection: &impl ConnectionTrait, text: &str) -> Result<i64, Problem> {
    let text = text.trim();
    let unknown = |what: &str, hint: String| {
        let message = format!("there is no contact {what}");
        Problem::new(Exit::Usage, "no-contact", message).hint(hint)
    };
    if let Ok(id) = text.parse::<i64>() {
        // Who was merged into somebody is that somebody.
        let id = merge::merged_into(connection, id).await?.unwrap_or(id);
        let found = card::existing(connection, &[id]).await?;
        return found.first().copied().ok_or_else(|| {
            let hint = "see who is there: dateline contact list".to_owned();
            unknown(&id.to_string(), hint)
        });
    }
    let read = address::parse(text).map_err(|error| {
        let message = format!(
            "this is neither a contact's number nor an address: {}",
            error.reason
        );
        Problem::new(Exit::Usage, error.code, message)
            .hint("give one of the two; by a name they are found with: dateline contact list --search NAME")
    })?;
    let key = read.key();
    let known = contact::by_keys(connection, &[&key]).await?;
    if let Some(known) = known.first() {
        return Ok(known.id);
    }
    let add = "dateline contact add ADDRESS";
    let around = neighbour::addresses(connection, &key).await?;
    let around = around.iter().map(|row| (row.key.as_str(), row.id));
    Err(unknown(
        "with that address",
        match name::nearest_address(&key, around) {
            Some(id) => format!(
                "did you mean contact {id}? See: dateline contact show {id}. Otherwise add one: {add}"
            ),
            None => format!("see who is there: dateline contact list, or add one: {add}"),
        },
    ))
}

/// The refusal of an outlet's name that nobody knows.
///
/// Errors: those of the database.
pub(crate) async fn no_outlet(
    connection: &impl ConnectionTrait,
    who: &str,
) -> Result<Problem, Problem> {
    let key = name::key(who);
    let around = neighbour::outlets(connection, &key).await?;
    let near = name::nearest(&key, around.iter().map(|row| row.key.as_str()));
    let near = near.and_then(|near| around.iter().find(|row| row.key == near));
    let see = "see them: dateline outlet list --search WORD";
    let hint = match near {
        Some(row) => format!("did you mean {:?}? Otherwise {see}", row.name),
        None => see.to_owned(),
    };
    let message = format!("there is no outlet {:?}", who.trim());
    Ok(Problem::new(Exit::Usage, "no-outlet", message).hint(hint))
}
