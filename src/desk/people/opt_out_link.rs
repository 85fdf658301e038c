//! A no that comes by a link: who it is from, how far it may reach, and writing it down.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::letter::compose::bare_address;
use crate::desk::problem::Problem;
use crate::domain::opt_out_token::OptOutToken;
use crate::domain::suppression::{Scope, SuppressionKey};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::opt_out::{self, Linked};
use crate::store::suppression::{self, NewSuppression, Origin};
use crate::store::{contact, desk_row, organization, release};

/// How far the person wants it to reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    Everything,
    /// Whoever the release spoke for.
    Organization,
    /// The list by which the mail reached them.
    List,
}

/// What a link stands for, as its page may show it: no address but a masked one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    pub language: String,
    /// `a…@example.com`; none where the contact was erased.
    pub masked: Option<String>,
    /// Name of the list, where the mail came by one.
    pub list: Option<String>,
    /// Name of whom the release spoke for; several are joined.
    pub organization: Option<String>,
    /// Where to write instead.
    pub write_to: String,
    /// The mail never went to the press: its link changes nothing.
    pub rehearsal: bool,
}

/// Looks a link's token up; none: it is none of ours. Changes nothing.
///
/// `keys` are those of [`keys`](crate::desk::letter::opt_out_link::keys).
pub async fn look(
    desk: &Desk,
    keys: &[SuppressionKey],
    token: &str,
) -> Result<Option<Offer>, Problem> {
    let connection = desk.store.db();
    let Some((_, linked)) = find(connection, keys, token).await? else {
        return Ok(None);
    };
    let issuers = issuers(connection, linked.version_id).await?;
    let names: Vec<_> = issuers.into_iter().map(|(_, name)| name).collect();
    let write_to = if linked.mailto.is_empty() {
        &linked.reply_to
    } else {
        &linked.mailto
    };
    Ok(Some(Offer {
        masked: mask(&linked.address),
        list: (!linked.list.is_empty()).then_some(linked.list),
        organization: (!names.is_empty()).then(|| names.join(", ")),
        write_to: bare_address(write_to),
        language: linked.language,
        rehearsal: linked.rehearsal,
    }))
}

/// Writes the no down and takes what it stops out of the queue, in one transaction: from its commit
/// on nothing more is begun to that person. Doing it twice changes nothing; a token that is none of
/// ours, or a rehearsal's, changes nothing either.
///
/// `how` is `page` or `one-click`. A wish that the mail does not allow for (a list it did not come
/// by) is taken at its widest.
pub async fn opt_out(
    desk: &Desk,
    keys: &[SuppressionKey],
    token: &str,
    choice: Choice,
    how: &str,
) -> Result<(), Problem> {
    let Some((id, linked)) = find(desk.store.db(), keys, token).await? else {
        return Ok(());
    };
    if linked.rehearsal {
        return Ok(());
    }
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let scopes = scopes(&transaction, &linked, choice).await?;
    let source = format!("{how}:{id}");
    leave_out(desk, &transaction, id, &scopes, "unsubscribed", &source).await?;
    commit(transaction).await?;
    Ok(())
}

/// Writes down a no of whoever got a delivery, and takes back what waits for them; twice changes
/// nothing. `source` says where the wish came from: `page:7`, `mail:9`.
pub(crate) async fn leave_out(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    delivery_id: i64,
    scopes: &[Scope],
    reason: &str,
    source: &str,
) -> Result<(), Problem> {
    let hashes = opt_out::hashes(connection, delivery_id).await?;
    let texts: Vec<_> = hashes.iter().map(String::as_str).collect();
    // The rows' own hashes, so their key counts and not ours: a page that was opened before the key
    // was changed still takes every no.
    let key_id = desk_row::read(connection)
        .await?
        .map_or_else(|| desk.key.fingerprint(), |row| row.key_fingerprint);
    let (mut added, mut withdrawn) = (0, 0);
    for scope in scopes {
        let origin = Origin {
            key_id: &key_id,
            target: "address",
            scope: *scope,
            source,
            at: desk.now(),
            by: &desk.actor,
        };
        let entries: Vec<_> = hashes
            .iter()
            .map(|hash| NewSuppression {
                hash: hash.clone(),
                reason: reason.to_owned(),
            })
            .collect();
        added += suppression::suppress(connection, &origin, &entries).await?;
        withdrawn += suppression::withdraw_deliveries(connection, &origin, &texts).await?;
    }
    if added > 0 || withdrawn > 0 {
        desk_row::touch(connection).await?;
        let scope = scopes.first().map_or("everything", |scope| scope.as_str());
        let detail = json!({
            "target": "address", "scope": scope, "reason": reason, "source": source, "withdrawn": withdrawn,
        });
        desk.log(connection, "optout.add", "delivery", delivery_id, detail)
            .await?;
    }
    Ok(())
}

/// The delivery of a token, if we signed it. A row that is not there costs the same comparison.
async fn find(
    connection: &impl ConnectionTrait,
    keys: &[SuppressionKey],
    token: &str,
) -> Result<Option<(i64, Linked)>, Problem> {
    let Some(token) = OptOutToken::parse(token) else {
        return Ok(None);
    };
    let linked = opt_out::linked(connection, token.delivery_id).await?;
    let nonce = linked.as_ref().map_or("none", |linked| &linked.nonce);
    let ours = token.is_signed_by(keys, nonce);
    Ok(linked
        .filter(|_| ours)
        .map(|linked| (token.delivery_id, linked)))
}

async fn scopes(
    connection: &impl ConnectionTrait,
    linked: &Linked,
    choice: Choice,
) -> Result<Vec<Scope>, Problem> {
    let found = match (choice, linked.list_id) {
        (Choice::List, Some(id)) => vec![Scope::List(id)],
        (Choice::Organization, _) => issuers(connection, linked.version_id)
            .await?
            .into_iter()
            .map(|(id, _)| Scope::Organization(id))
            .collect(),
        _ => Vec::new(),
    };
    Ok(if found.is_empty() {
        vec![Scope::Everything]
    } else {
        found
    })
}

/// Whom a version spoke for: id and name of each organization that we still know.
async fn issuers(
    connection: &impl ConnectionTrait,
    version_id: i64,
) -> Result<Vec<(i64, String)>, Problem> {
    let Some(version) = release::version(connection, version_id).await? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for issuer in &version.content.original().issuers {
        if let Some(row) = organization::by_slug(connection, &issuer.slug).await? {
            found.push((row.id, row.name));
        }
    }
    Ok(found)
}

/// Enough to know one's own address again, too little to learn somebody else's.
fn mask(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let first = local.chars().next().filter(|_| local.chars().count() > 1);
    Some(format!(
        "{}…@{domain}",
        first.map(String::from).unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn an_address_is_masked() {
        assert_eq!(mask("mara@outlet.example").unwrap(), "m…@outlet.example");
        assert_eq!(mask("m@outlet.example").unwrap(), "…@outlet.example");
        assert_eq!(mask(""), None);
    }
}
