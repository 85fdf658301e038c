//! The suppression list: who must not be written to, kept as keyed hashes only.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::domain::suppression::Scope;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// A new entry. `source` says where the wish came from: `person`, `import:7`, `reply:9` …
#[derive(Clone, Debug)]
pub struct NewSuppression {
    pub hash: String,
    pub reason: String,
}

/// What the entries of one act have in common.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    pub key_id: &'a str,
    /// `address` or `domain`.
    pub target: &'a str,
    pub scope: Scope,
    pub source: &'a str,
    pub at: Instant,
    pub by: &'a str,
}

/// An entry as it stands in the list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SuppressionRow {
    pub id: i64,
    pub key_id: String,
    pub target: String,
    pub hash: String,
    pub scope: String,
    pub scope_id: i64,
    pub reason: String,
    pub source: String,
    pub at: i64,
    pub by: String,
    pub lifted_at: Option<i64>,
    pub lifted_by: Option<String>,
    /// A contact with that address, where there is one.
    pub contact_id: Option<i64>,
}

/// SQL that is true where a live entry stops mail to the contact row `contact`: an entry for its
/// address, its domain, or any of its further addresses and their domains. Scope: everything; one
/// of `organizations` (the release's issuers); the list that the SQL expression `list` names (NULL
/// where there is none). Made for sets: each row costs two probes of `suppression_live`, and two
/// more per further address.
pub(crate) fn suppressed_sql(contact: &str, organizations: &[i64], list: &str) -> String {
    let scope = scope_sql(organizations, list);
    format!(
        "(EXISTS (SELECT 1 FROM suppression s WHERE s.lifted_at IS NULL AND s.hash = {contact}.address_hash AND {scope}) \
          OR EXISTS (SELECT 1 FROM suppression s WHERE s.lifted_at IS NULL AND s.hash = {contact}.domain_hash AND {scope}) \
          OR EXISTS (SELECT 1 FROM contact_address further JOIN suppression s ON s.hash IN (further.address_hash, further.domain_hash) \
                     WHERE further.contact_id = {contact}.id AND s.lifted_at IS NULL AND {scope}))"
    )
}

/// The scope's part of the rule, on a suppression row `s`.
fn scope_sql(organizations: &[i64], list: &str) -> String {
    // Numbers only, so that nothing of a stranger's can get into the statement.
    let organizations = if organizations.is_empty() {
        "NULL".to_owned()
    } else {
        let ids: Vec<_> = organizations.iter().map(i64::to_string).collect();
        ids.join(", ")
    };
    format!(
        "(s.scope = 'everything' OR (s.scope = 'organization' AND s.scope_id IN ({organizations})) \
          OR (s.scope = 'list' AND s.scope_id = {list}))"
    )
}

#[derive(FromQueryResult)]
struct Reason {
    contact_id: i64,
    reason: String,
}

/// A query for `contact_id` and `reason` of every live entry that stops mail to the contacts in
/// parameter `$parameter`.
pub(crate) fn live_sql(
    connection: &impl ConnectionTrait,
    parameter: usize,
    organizations: &[i64],
    list: Option<i64>,
) -> String {
    let list = list.map_or_else(|| "NULL".to_owned(), |id| id.to_string());
    let scope = scope_sql(organizations, &list);
    let given = set::among_numbers(connection, parameter);
    format!(
        "SELECT c.id AS contact_id, s.reason FROM contact c JOIN suppression s ON s.hash = c.address_hash \
           WHERE c.id {given} AND s.lifted_at IS NULL AND {scope} \
         UNION ALL \
         SELECT c.id, s.reason FROM contact c JOIN suppression s ON s.hash = c.domain_hash \
           WHERE c.id {given} AND s.lifted_at IS NULL AND {scope} \
         UNION ALL \
         SELECT a.contact_id, s.reason FROM contact_address a JOIN suppression s ON s.hash IN (a.address_hash, a.domain_hash) \
           WHERE a.contact_id {given} AND s.lifted_at IS NULL AND {scope}"
    )
}

/// Those of `contacts` that must not be written to, each with the reason of an entry that says so.
pub async fn live_reason(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    organizations: &[i64],
    list: Option<i64>,
) -> Result<Vec<(i64, String)>, StoreError> {
    let live = live_sql(connection, 1, organizations, list);
    let select = format!(
        "SELECT contact_id, MIN(reason) AS reason FROM ({live}) AS found GROUP BY contact_id ORDER BY contact_id"
    );
    let rows = sql::all::<Reason>(connection, &select, vec![set::bind(contacts)]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.contact_id, row.reason))
        .collect())
}

#[derive(FromQueryResult)]
struct Hash {
    hash: String,
}

/// So many entries are read whole rather than asked for one by one.
const FEW: i64 = 500;

/// Those of `hashes` that a live entry of scope everything stops.
pub(crate) async fn live_everywhere(
    connection: &impl ConnectionTrait,
    hashes: &[&str],
) -> Result<Vec<String>, StoreError> {
    let count = "SELECT COUNT(*) AS value FROM (\
                   SELECT 1 AS one FROM suppression WHERE lifted_at IS NULL AND scope = 'everything' LIMIT $1) AS few";
    let count = sql::number(connection, count, vec![(FEW + 1).into()]).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let few = "SELECT hash FROM suppression WHERE lifted_at IS NULL AND scope = 'everything'";
    if count <= FEW && i64::try_from(hashes.len()).is_ok_and(|wanted| wanted > count) {
        let wanted: HashSet<&str> = hashes.iter().copied().collect();
        let rows = sql::all::<Hash>(connection, few, vec![]).await?;
        let live = rows.into_iter().map(|row| row.hash);
        return Ok(live.filter(|hash| wanted.contains(hash.as_str())).collect());
    }
    let select = format!("{few} AND hash {}", set::among_texts(connection, 1));
    let rows = sql::all::<Hash>(connection, &select, vec![set::bind(hashes)]).await?;
    Ok(rows.into_iter().map(|row| row.hash).collect())
}

/// Those of `hashes` that have a live entry in a scope.
pub(crate) async fn live_in(
    connection: &impl ConnectionTrait,
    hashes: impl Iterator<Item = &str>,
    scope: Scope,
) -> Result<Vec<String>, StoreError> {
    let hashes: Vec<_> = hashes.collect();
    let select = format!(
        "SELECT hash FROM suppression WHERE lifted_at IS NULL AND scope = $2 AND scope_id = $3 AND hash {}",
        set::among_texts(connection, 1),
    );
    let values = vec![set::bind(&hashes), scope.as_str().into(), scope.id().into()];
    let rows = sql::all::<Hash>(connection, &select, values).await?;
    Ok(rows.into_iter().map(|row| row.hash).collect())
}

/// Writes entries down and tells how many are new. One that is live in the same scope stays as it
/// is, and so does a wider one: a person who said no to everything needs no entry for a list.
pub(crate) async fn suppress(
    connection: &impl ConnectionTrait,
    origin: &Origin<'_>,
    entries: &[NewSuppression],
) -> Result<u64, StoreError> {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| (&entry.hash, &entry.reason))
        .collect();
    let insert = format!(
        "INSERT INTO suppression (key_id, target, hash, scope, scope_id, reason, source, at, by) \
         SELECT $2, $3, given.hash, $4, $5, given.reason, $6, $7, $8 FROM {} AS given \
         WHERE NOT EXISTS (SELECT 1 FROM suppression s WHERE s.hash = given.hash AND s.lifted_at IS NULL \
           AND (s.scope = 'everything' OR (s.scope = $4 AND s.scope_id = $5))) \
         ON CONFLICT (hash, scope, scope_id) WHERE lifted_at IS NULL DO NOTHING",
        set::rows(
            connection,
            1,
            &[Column::Text("hash"), Column::Text("reason")]
        ),
    );
    let values = vec![
        set::bind(&rows),
        origin.key_id.into(),
        origin.target.into(),
        origin.scope.as_str().into(),
        origin.scope.id().into(),
        origin.source.into(),
        origin.at.millis().into(),
        origin.by.into(),
    ];
    sql::run(connection, &insert, values).await
}

/// Lifts the live entry for a hash in one scope; its row stays, as a record.
pub(crate) async fn lift(
    connection: &impl ConnectionTrait,
    hash: &str,
    scope: Scope,
    at: Instant,
    by: &str,
) -> Result<u64, StoreError> {
    let update = "UPDATE suppression SET lifted_at = $1, lifted_by = $2 \
                  WHERE hash = $3 AND scope = $4 AND scope_id = $5 AND lifted_at IS NULL";
    let values = vec![
        at.millis().into(),
        by.into(),
        hash.into(),
        scope.as_str().into(),
        scope.id().into(),
    ];
    sql::run(connection, update, values).await
}

/// Takes what new entries stop out of the queue: mail that waits, and mail that is claimed but not
/// begun. A body that is on its way cannot be called back and keeps its row. An entry for an
/// organization is left to the claim, which knows whom a release speaks for.
pub(crate) async fn withdraw_deliveries(
    connection: &impl ConnectionTrait,
    origin: &Origin<'_>,
    hashes: &[&str],
) -> Result<u64, StoreError> {
    let given = set::among_texts(connection, 1);
    let reach = match origin.scope {
        Scope::Everything => String::new(),
        Scope::List(id) => format!(" AND list_id = {id}"),
        Scope::Organization(_) => return Ok(0),
    };
    let whose = if origin.target == "domain" {
        // No index by domain: this reads what is still to be sent, not what was.
        format!(
            "(due_at IS NOT NULL OR stage <> 'none') AND (domain_hash {given} OR contact_id IN \
               (SELECT contact_id FROM contact_address WHERE domain_hash {given}))"
        )
    } else {
        // Unions, not ORs: each part has its index, and a million other rows are not read.
        format!(
            "id IN (SELECT id FROM delivery WHERE address_hash {given} UNION \
             SELECT id FROM delivery WHERE contact_id IN \
               (SELECT id FROM contact WHERE address_hash {given} UNION \
                SELECT contact_id FROM contact_address WHERE address_hash {given}))"
        )
    };
    let update = format!(
        "UPDATE delivery SET status = 'suppressed', reason = 'opted-out', due_at = NULL, live = FALSE, \
         stage = 'none', lease_until = NULL, done_at = $2 \
         WHERE (status IN ('queued', 'deferred') OR stage = 'claimed') AND {whose}{reach}"
    );
    let values = vec![set::bind(hashes), origin.at.millis().into()];
    sql::run(connection, &update, values).await
}

/// How many entries are live.
pub async fn count(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let select = "SELECT COUNT(*) AS value FROM suppression WHERE lifted_at IS NULL";
    sql::number(connection, select, vec![]).await
}

/// Live entries, newest first; from `before` (an id, 0 for the start) on, `limit` at most.
pub async fn list(
    connection: &impl ConnectionTrait,
    before: i64,
    limit: i64,
) -> Result<Vec<SuppressionRow>, StoreError> {
    let select = "SELECT s.id, s.key_id, s.target, s.hash, s.scope, s.scope_id, s.reason, s.source, s.at, s.by, \
                  s.lifted_at, s.lifted_by, \
                  COALESCE((SELECT MIN(c.id) FROM contact c WHERE c.address_hash = s.hash), \
                           (SELECT MIN(a.contact_id) FROM contact_address a WHERE a.address_hash = s.hash)) AS contact_id \
                  FROM suppression s WHERE s.lifted_at IS NULL AND ($1 = 0 OR s.id < $1) \
                  ORDER BY s.id DESC LIMIT $2";
    sql::all(connection, select, vec![before.into(), limit.into()]).await
}
