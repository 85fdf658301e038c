//! Who a distribution reaches and who not, with the reason: one rule for the plan and for the freeze.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Value};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::filter::Condition;
use crate::store::holders::{holders_sql, holds_advance_sql};
use crate::store::set::{self, Column};
use crate::store::sql;
use crate::store::suppression::suppressed_sql;

/// Whom a distribution is for.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers another question about who is meant"
)]
pub struct Audience {
    /// Lists in the order given: a contact on several counts for the first.
    pub lists: Vec<i64>,
    /// Whether one of the lists allows only so many contacts of an outlet.
    pub limits_outlets: bool,
    pub contacts: Vec<i64>,
    pub except_lists: Vec<i64>,
    pub except_contacts: Vec<i64>,
    /// Those who hold a copy of the release, and nobody else: lists and contacts are not looked at.
    pub holders: bool,
    /// Every contact, besides the lists and contacts named.
    pub everyone: bool,
    /// Leaves out who holds an advance copy.
    pub skip_holders: bool,
    /// The filters of lists, as (list, who is meant): evaluated with the query, so when it is frozen.
    pub filters: Vec<(i64, Condition)>,
    /// The filters of lists that are taken out.
    pub taken_out: Vec<Condition>,
    /// Whether one of the lists lets people rest after a mail.
    pub rests: bool,
    /// When it is to be sent: what rest is counted from.
    pub at: Instant,
    /// Contacts that a rule outside of this query refuses, with its reason.
    pub refused: Vec<(i64, &'static str)>,
    pub release_id: i64,
    /// Where one version is meant (a second correction): only copies of it count as "has it".
    pub version_id: Option<i64>,
    /// The issuers, for opt-outs from one client.
    pub organizations: Vec<i64>,
    /// Languages of the version's texts; the first is the original and serves everybody else.
    pub languages: Vec<String>,
    pub purpose: String,
    pub round: i64,
    pub rehearsal: bool,
    /// The privacy notice that those are told of who were never written to.
    pub notice: Option<String>,
}

/// Ids go into the statement as numbers: nothing of a stranger's can get in that way.
fn ids(numbers: &[i64]) -> String {
    if numbers.is_empty() {
        return "(NULL)".to_owned();
    }
    format!(
        "({})",
        numbers
            .iter()
            .map(i64::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    )
}

/// A query of every contact in the audience with `reason` (NULL: gets the mail). `$1` is the
/// purpose, `$2` the round, `$3` who is refused; from `$first` on stand the filters' values. Only a
/// `placed` one has positions: whoever merely counts need not sort them all by domain.
#[expect(
    clippy::too_many_lines,
    reason = "one query, easier to read in one piece"
)]
pub(super) fn query(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    first: usize,
    placed: bool,
) -> String {
    let backend = connection.get_database_backend();
    let order = cases(
        audience
            .lists
            .iter()
            .enumerate()
            .map(|(place, id)| format!("{id} THEN {place}")),
    );
    let back = cases(
        audience
            .lists
            .iter()
            .enumerate()
            .map(|(place, id)| format!("{place} THEN {id}")),
    );
    let (order, back) = if audience.lists.is_empty() {
        (
            "CAST(NULL AS BIGINT)".to_owned(),
            "CAST(NULL AS BIGINT)".to_owned(),
        )
    } else {
        (
            format!("CASE m.list_id{order} END"),
            format!("CASE a.place{back} ELSE NULL END"),
        )
    };
    let language = language(&audience.languages);
    let suppressed = suppressed_sql("c", &audience.organizations, "a.list_id");
    let lists = ids(&audience.lists);
    let except_lists = ids(&audience.except_lists);
    let except_contacts = ids(&audience.except_contacts);
    let contacts = ids(&audience.contacts);
    let release = audience.release_id;
    // A rehearsal counts for nothing later, and nothing earlier stands in its way.
    let of_version = audience
        .version_id
        .map_or_else(String::new, |id| format!(" AND d.version_id = {id}"));
    let same = format!(
        "x.release_id = {release} AND d.purpose = $1 AND d.round = $2 AND d.live{of_version}"
    );
    // At a further address, too: after a merge that is where the other one's mail went.
    let has_it = if audience.rehearsal {
        "FALSE".to_owned()
    } else {
        format!(
            "(EXISTS (SELECT 1 FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
             WHERE d.address_hash = c.address_hash AND {same}) \
             OR EXISTS (SELECT 1 FROM contact_address f JOIN delivery d ON d.address_hash = f.address_hash \
             JOIN distribution x ON x.id = d.distribution_id WHERE f.contact_id = c.id AND {same}))"
        )
    };
    let object = match backend {
        DatabaseBackend::Postgres => "json_build_object",
        _ => "json_object",
    };
    let everyone = if audience.everyone {
        "UNION ALL SELECT id, NULL FROM contact"
    } else {
        ""
    };
    let skipped = if audience.skip_holders {
        format!(
            "WHEN {} THEN 'already-has-it' ",
            holds_advance_sql("c", release)
        )
    } else {
        String::new()
    };
    let (by_filter, taken_out) = filtered(audience, first);
    let rests = if audience.rests {
        format!(
            "WHEN {} THEN 'recently-written' ",
            rests_sql(release, audience.at)
        )
    } else {
        String::new()
    };
    let refused = set::rows(
        connection,
        3,
        &[Column::Number("contact_id"), Column::Text("why")],
    );
    let asked = if audience.holders {
        holders_sql(release)
    } else {
        format!(
            "SELECT contact_id, CAST({back} AS BIGINT) AS list_id, CAST(NULL AS BIGINT) AS replies_to_id FROM (SELECT contact_id, MIN(place) AS place FROM (\
             SELECT m.contact_id, {order} AS place FROM media_list_member m WHERE m.list_id IN {lists} \
             {by_filter}UNION ALL SELECT id, NULL FROM contact WHERE id IN {contacts} {everyone}) AS asked GROUP BY contact_id) AS a"
        )
    };
    let (asked, position) = match backend {
        _ if !placed => (asked, "CAST(0 AS BIGINT)"),
        // Its memory is bounded by itself, and it would read those placed anew for each contact.
        DatabaseBackend::Postgres => (
            asked,
            "ROW_NUMBER() OVER (PARTITION BY c.domain ORDER BY c.id)",
        ),
        _ => (self::placed(&asked), "a.position"),
    };
    let notice = audience.notice.as_deref().map_or_else(String::new, notice);
    let judged = format!(
        "SELECT c.id AS contact_id, a.list_id, a.replies_to_id, c.outlet_id, l.per_outlet, c.email, c.address_hash, c.domain, c.domain_hash, c.name, c.time_zone, \
         COALESCE(o.name, '') AS outlet, {language} AS language, \
         CAST({object}('name', c.name, 'given_name', c.given_name, 'family_name', c.family_name, \
           'outlet', COALESCE(o.name, ''), 'title', c.title, 'time_zone', c.time_zone, 'list', COALESCE(l.name, ''), 'source', c.source, 'attachments', c.attachments{notice}) AS TEXT) AS slots, \
         CASE WHEN c.id IN {except_contacts} OR EXISTS (SELECT 1 FROM media_list_member e WHERE e.contact_id = c.id \
              AND (e.list_id IN {except_lists} OR e.list_id IN (SELECT excluded_id FROM media_list_exclude WHERE list_id IN {lists}))){taken_out} \
              THEN 'excluded' \
              WHEN c.status = 'archived' THEN 'archived' WHEN c.status = 'bounced' THEN 'bounced' \
              WHEN {suppressed} THEN 'opted-out' WHEN {has_it} THEN 'already-has-it' {skipped}{rests}ELSE refused.why END AS reason, \
         {position} AS position \
         FROM ({asked}) AS a \
         CROSS JOIN contact c LEFT JOIN outlet o ON o.id = c.outlet_id \
         LEFT JOIN media_list l ON l.id = a.list_id \
         LEFT JOIN {refused} AS refused ON refused.contact_id = c.id \
         WHERE c.id = a.contact_id AND c.email IS NOT NULL AND c.merged_into_id IS NULL AND c.erased_at IS NULL"
    );
    if audience.limits_outlets {
        within_outlets(&judged)
    } else {
        judged
    }
}

/// Those asked for with their positions: the first of each domain, then the second, and so on. Only
/// numbers are sorted here; with all that goes into a row a million would be sorted in half a gigabyte.
fn placed(asked: &str) -> String {
    // SQLite joins the rest in this order, and drops an order that nothing seems to need but the limit.
    format!(
        "SELECT b.contact_id AS contact_id, b.list_id, b.replies_to_id, ROW_NUMBER() OVER (PARTITION BY k.domain ORDER BY k.id) AS position \
         FROM ({asked}) AS b CROSS JOIN contact k WHERE k.id = b.contact_id \
         AND k.email IS NOT NULL AND k.merged_into_id IS NULL AND k.erased_at IS NULL ORDER BY position, contact_id LIMIT -1"
    )
}

/// Those whom the lists' filters mean, and the condition of those whom a filter takes out; their
/// parameters begin at `$first`.
fn filtered(audience: &Audience, first: usize) -> (String, String) {
    let mut next = first;
    let mut number = |condition: &Condition| {
        let sql = condition.sql(next);
        next += condition.values().len();
        sql
    };
    let mut by_filter = String::new();
    for (list, condition) in &audience.filters {
        if let Some(place) = audience.lists.iter().position(|id| id == list) {
            let place = place.to_string();
            by_filter.extend(["UNION ALL SELECT c.id, ", &place, " FROM contact c WHERE "]);
            by_filter.extend([number(condition).as_str(), " "]);
        }
    }
    let mut taken_out = String::new();
    for condition in &audience.taken_out {
        taken_out.extend([" OR ", number(condition).as_str()]);
    }
    (by_filter, taken_out)
}

/// SQL that is true where the contact's mailbox got mail about another release so lately that the
/// list `l` lets it rest, or is to get some before this one.
fn rests_sql(release_id: i64, at: Instant) -> String {
    let at = at.millis();
    format!(
        "EXISTS (SELECT 1 FROM delivery rd JOIN distribution rx ON rx.id = rd.distribution_id \
         WHERE rd.address_hash = c.address_hash AND rd.live AND rd.status <> 'failed' AND rx.release_id <> {release_id} \
         AND COALESCE(rd.sent_at, rx.send_at) > {at} - l.rest_days * {DAY} AND COALESCE(rd.sent_at, rx.send_at) <= {at})"
    )
}

/// In milliseconds.
const DAY: i64 = 86_400_000;

/// The filters' values, in the order of their parameters.
fn filter_values(audience: &Audience) -> impl Iterator<Item = Value> {
    let lists = &audience.lists;
    audience
        .filters
        .iter()
        .filter(move |(list, _)| lists.contains(list))
        .map(|(_, condition)| condition)
        .chain(&audience.taken_out)
        .flat_map(|condition| condition.values().iter().cloned())
}

/// Leaves of each outlet as many as its list allows: those who have the mail already count first,
/// so that scheduling again does not add another handful; then the longest known.
fn within_outlets(judged: &str) -> String {
    format!(
        "SELECT contact_id, list_id, replies_to_id, email, address_hash, domain, domain_hash, name, time_zone, outlet, language, slots, position, \
         CASE WHEN reason IS NULL AND outlet_id IS NOT NULL AND nth > per_outlet THEN 'outlet-limit' ELSE reason END AS reason \
         FROM (SELECT judged.*, ROW_NUMBER() OVER (PARTITION BY list_id, outlet_id, \
           CASE WHEN reason IS NULL OR reason = 'already-has-it' THEN 1 ELSE 0 END \
           ORDER BY CASE WHEN reason IS NULL THEN 1 ELSE 0 END, contact_id) AS nth FROM ({judged}) AS judged) AS ranked"
    )
}

/// One more pair of the slots: the address of the notice for who gets a first mail. Mail that waits
/// is first already; a refused one never was.
fn notice(url: &str) -> String {
    let url = url.replace('\'', "''");
    let written = "NOT p.rehearsal AND p.purpose <> 'test' \
                   AND p.status IN ('queued', 'sending', 'deferred', 'sent', 'unknown')";
    format!(
        ", 'notice', CASE WHEN NOT EXISTS (SELECT 1 FROM delivery p WHERE p.contact_id = c.id AND {written}) \
         AND NOT EXISTS (SELECT 1 FROM contact k JOIN delivery p ON p.contact_id = k.id WHERE k.merged_into_id = c.id AND {written}) \
         THEN '{url}' ELSE '' END"
    )
}

/// The arms of a CASE.
fn cases(arms: impl Iterator<Item = String>) -> String {
    arms.fold(String::new(), |all, arm| all + " WHEN " + &arm)
}

/// The text's language for a contact: its own where there is one, else the original's.
fn language(languages: &[String]) -> String {
    let quoted = |language: &str| format!("'{}'", language.replace('\'', "''"));
    let original = quoted(languages.first().map_or("en", String::as_str));
    if languages.len() < 2 {
        return original;
    }
    let cases = cases(languages.iter().map(|language| {
        let low = language.to_lowercase();
        let (exact, wider) = (quoted(&low), quoted(&format!("{low}-%")));
        format!(
            "lower(c.language) = {exact} OR lower(c.language) LIKE {wider} THEN {}",
            quoted(language)
        )
    }));
    format!("CASE{cases} ELSE {original} END")
}

/// One contact of the audience.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Planned {
    pub contact_id: i64,
    pub list_id: Option<i64>,
    pub email: String,
    pub name: String,
    pub outlet: String,
    pub language: String,
    pub slots: String,
    /// The copy that this mail answers, of a holder.
    pub replies_to_id: Option<i64>,
    pub reason: Option<String>,
}

/// Everybody in the audience, for looking at before it is frozen.
pub async fn plan(
    connection: &impl ConnectionTrait,
    audience: &Audience,
) -> Result<Vec<Planned>, StoreError> {
    let sql = format!(
        "SELECT * FROM ({}) AS q ORDER BY contact_id",
        query(connection, audience, BEHIND, false)
    );
    sql::all(connection, &sql, values(audience)).await
}

/// Where the filters' values stand in a query of nothing else.
pub(super) const BEHIND: usize = 4;

fn own_values(audience: &Audience) -> Vec<Value> {
    vec![
        audience.purpose.clone().into(),
        audience.round.into(),
        set::bind(&audience.refused),
    ]
}

pub(super) fn values(audience: &Audience) -> Vec<Value> {
    let mut values = own_values(audience);
    values.extend(filter_values(audience));
    values
}

/// How many there are of each fate; `reason` empty: gets the mail.
#[derive(Clone, Debug, FromQueryResult, serde::Serialize)]
pub struct Fate {
    pub reason: String,
    pub value: i64,
}

pub async fn fates(
    connection: &impl ConnectionTrait,
    audience: &Audience,
) -> Result<Vec<Fate>, StoreError> {
    let inner = query(connection, audience, BEHIND, false);
    let sql = format!(
        "SELECT COALESCE(reason, '') AS reason, COUNT(*) AS value FROM ({inner}) AS q GROUP BY COALESCE(reason, '') ORDER BY 1"
    );
    sql::all(connection, &sql, values(audience)).await
}

#[derive(FromQueryResult)]
struct Zone {
    zone: String,
}

/// The time zones of those who get it, for showing the instant as they see it (EMB-03).
pub async fn zones(
    connection: &impl ConnectionTrait,
    audience: &Audience,
) -> Result<Vec<String>, StoreError> {
    let inner = query(connection, audience, BEHIND, false);
    let sql = format!(
        "SELECT time_zone AS zone FROM ({inner}) AS q WHERE reason IS NULL AND time_zone <> '' GROUP BY time_zone ORDER BY COUNT(*) DESC, 1 LIMIT 12"
    );
    Ok(sql::all::<Zone>(connection, &sql, values(audience))
        .await?
        .into_iter()
        .map(|row| row.zone)
        .collect())
}

/// How many who get it have nothing in one of these columns (`name`, `given_name`, `family_name`,
/// `outlet`, `title`).
pub async fn without(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    field: &str,
) -> Result<i64, StoreError> {
    let value = slot(connection, field);
    let inner = query(connection, audience, BEHIND, false);
    let sql = format!(
        "SELECT COUNT(*) AS value FROM ({inner}) AS q WHERE reason IS NULL AND COALESCE({value}, '') = ''"
    );
    sql::number(connection, &sql, values(audience)).await
}

/// A merge field's value in a row of the audience.
pub(super) fn slot(connection: &impl ConnectionTrait, field: &str) -> String {
    match connection.get_database_backend() {
        DatabaseBackend::Postgres => format!("(slots::json ->> '{field}')"),
        _ => format!("json_extract(slots, '$.{field}')"),
    }
}

/// The distribution's own facts, as they go into each row.
#[derive(Clone, Copy, Debug)]
pub struct Freeze {
    pub distribution_id: i64,
    pub version_id: i64,
    pub due: Instant,
    pub now: Instant,
}

/// Writes one row per contact of the audience, suppressed ones with their reason, in one
/// statement: whatever happens, everybody is in it or nobody. Recipient domains interleave by
/// `position`: the first of each domain, then the second, so that no domain gets a burst. They are
/// written in that order, too: neighbours in the queue share a page, and a claim touches few.
pub async fn freeze(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    freeze: Freeze,
) -> Result<u64, StoreError> {
    // Four values of its own stand before the filters'.
    let inner = query(connection, audience, BEHIND + 4, true);
    let rehearsal = if audience.rehearsal { "TRUE" } else { "FALSE" };
    // On SQLite they come in this order already, unless limits per outlet needed another.
    let is_sqlite = connection.get_database_backend() == DatabaseBackend::Sqlite;
    let order = if is_sqlite && !audience.limits_outlets {
        ""
    } else {
        " ORDER BY position, contact_id"
    };
    let sql = format!(
        "INSERT INTO delivery (distribution_id, version_id, purpose, round, rehearsal, contact_id, list_id, address, \
         address_hash, domain, domain_hash, language, slots, position, replies_to_id, live, status, reason, due_at, done_at) \
         SELECT $4, $5, $1, $2, {rehearsal}, contact_id, list_id, email, address_hash, domain, domain_hash, language, slots, position, replies_to_id, \
         reason IS NULL AND NOT {rehearsal} AND $1 <> 'test', CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, reason, \
         CASE WHEN reason IS NULL THEN CAST($6 AS BIGINT) ELSE NULL END, CASE WHEN reason IS NULL THEN NULL ELSE CAST($7 AS BIGINT) END \
         FROM ({inner}) AS q{order}"
    );
    let mut values = own_values(audience);
    values.extend([
        Value::from(freeze.distribution_id),
        freeze.version_id.into(),
        freeze.due.millis().into(),
        freeze.now.millis().into(),
    ]);
    values.extend(filter_values(audience));
    sql::run(connection, &sql, values).await
}
