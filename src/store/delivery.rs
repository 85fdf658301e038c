//! The queue: how rows are claimed, begun, settled and counted. Every UPDATE carries the state it
//! starts from, so that two runs, a cancel and a crash can only ever agree.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use sha2::{Digest, Sha256};

use crate::domain::hex;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::{set, sql, suppression};

/// Who claims, and until when the claim holds without renewal.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub run_id: i64,
    pub now: Instant,
    pub until: Instant,
}

/// What the Message-IDs of deliveries are made of.
#[derive(Clone, Debug, FromQueryResult)]
pub struct IdParts {
    pub id: i64,
    pub nonce: String,
    pub message_domain: String,
}

/// The parts of these deliveries' Message-IDs, for mails that answer them.
pub async fn id_parts(
    connection: &impl ConnectionTrait,
    deliveries: &[i64],
) -> Result<Vec<IdParts>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let sql = format!(
        "SELECT d.id, x.nonce, x.message_domain FROM delivery d JOIN distribution x ON x.id = d.distribution_id WHERE d.id {given}"
    );
    sql::all(connection, &sql, vec![set::bind(deliveries)]).await
}

/// Grants the start of a body: from here on only the server's words or a person decide. False
/// where the row is no longer this run's (canceled, opted out, settled by another).
pub async fn start(
    connection: &impl ConnectionTrait,
    id: i64,
    fence: i64,
    lease: Lease,
) -> Result<bool, StoreError> {
    let sql = "UPDATE delivery SET stage = 'started', lease_until = $1 \
               WHERE id = $2 AND fence = $3 AND run_id = $4 AND stage = 'claimed'";
    let values = vec![
        lease.until.millis().into(),
        id.into(),
        fence.into(),
        lease.run_id.into(),
    ];
    Ok(sql::run(connection, sql, values).await? == 1)
}

/// Gives a claimed row back: its body was never begun. `due` says when it may be claimed again.
pub async fn release(
    connection: &impl ConnectionTrait,
    id: i64,
    fence: i64,
    run_id: i64,
    due: Instant,
) -> Result<bool, StoreError> {
    let sql = "UPDATE delivery SET status = 'queued', stage = 'none', lease_until = NULL, due_at = $1 \
               WHERE id = $2 AND fence = $3 AND run_id = $4 AND status = 'sending'";
    Ok(sql::run(
        connection,
        sql,
        vec![due.millis().into(), id.into(), fence.into(), run_id.into()],
    )
    .await?
        == 1)
}

/// A verdict as it goes into the row.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// `sent`, `deferred`, `failed` or `unknown`.
    pub status: &'static str,
    pub reason: Option<&'static str>,
    pub due_at: Option<Instant>,
    pub code: Option<u16>,
    pub enhanced: Option<String>,
    pub text: String,
    pub queue_id: Option<String>,
    /// The step that was answered, for the attempts' history.
    pub step: &'static str,
}

/// A row and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    pub id: i64,
    pub fence: i64,
    pub verdict: &'a Verdict,
}

/// Records what became of rows, and gives the ids that still were this run's.
pub async fn record(
    connection: &impl ConnectionTrait,
    run_id: i64,
    at: Instant,
    rows: &[Recorded<'_>],
) -> Result<HashSet<i64>, StoreError> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let is_sqlite = connection.get_database_backend() == DatabaseBackend::Sqlite;
    let (sent, other): (Vec<_>, Vec<_>) = rows
        .iter()
        .partition(|row| is_sqlite && row.verdict.status == "sent");
    let mut recorded = 0;
    if !sent.is_empty() {
        recorded += record_sent(connection, run_id, at, &sent).await?;
    }
    if !other.is_empty() {
        recorded += record_any(connection, run_id, at, &other).await?;
    }
    let mut done: HashSet<i64> = rows.iter().map(|row| row.id).collect();
    if usize::try_from(recorded) != Ok(done.len()) {
        // Rarely: somebody else settled a row meanwhile. Asking always would cost a wake-up per row.
        let values: Vec<_> = rows
            .iter()
            .map(|row| (row.id, row.fence, row.verdict.status))
            .collect();
        let given = set::rows(connection, 1, &COLUMNS[..3]);
        let sql = format!(
            "SELECT delivery.id AS value FROM {given} AS given JOIN delivery ON delivery.id = given.id \
             WHERE delivery.fence = given.fence AND delivery.run_id = $2 AND delivery.status = given.status \
             AND delivery.stage = 'none'"
        );
        let still_ours = sql::numbers(connection, &sql, vec![set::bind(&values), run_id.into()]);
        done = still_ours.await?.into_iter().collect();
    }
    for row in rows
        .iter()
        .filter(|row| row.verdict.status == "deferred" && done.contains(&row.id))
    {
        let sql = "INSERT INTO attempt (delivery_id, number, run_id, at, stage, code, enhanced, text) \
                   SELECT id, attempts, run_id, $1, $2, code, enhanced, text FROM delivery WHERE id = $3";
        sql::run(
            connection,
            sql,
            vec![at.millis().into(), row.verdict.step.into(), row.id.into()],
        )
        .await?;
    }
    Ok(done)
}

/// What a verdict sets, as it stands in a set of rows.
const COLUMNS: [set::Column; 9] = [
    set::Column::Number("id"),
    set::Column::Number("fence"),
    set::Column::Text("status"),
    set::Column::Text("reason"),
    set::Column::Number("due_at"),
    set::Column::Number("code"),
    set::Column::Text("enhanced"),
    set::Column::Text("text"),
    set::Column::Text("queue_id"),
];

/// Any verdicts, in one statement; how many rows still were this run's.
async fn record_any(
    connection: &impl ConnectionTrait,
    run_id: i64,
    at: Instant,
    rows: &[&Recorded<'_>],
) -> Result<u64, StoreError> {
    let values: Vec<_> = rows
        .iter()
        .map(|row| {
            let verdict = row.verdict;
            (
                row.id,
                row.fence,
                verdict.status,
                verdict.reason,
                verdict.due_at.map(Instant::millis),
                verdict.code,
                &verdict.enhanced,
                &verdict.text,
                &verdict.queue_id,
            )
        })
        .collect();
    let given = set::rows(connection, 1, &COLUMNS);
    let sql = format!(
        "UPDATE delivery SET status = given.status, stage = 'none', lease_until = NULL, due_at = given.due_at, \
         reason = given.reason, code = given.code, enhanced = given.enhanced, text = given.text, \
         queue_id = given.queue_id, attempts = attempts + 1, \
         sent_at = CASE WHEN given.status = 'sent' THEN $2 ELSE sent_at END, \
         done_at = CASE WHEN given.status = 'deferred' THEN NULL ELSE $2 END FROM {given} AS given \
         WHERE delivery.id = given.id AND delivery.fence = given.fence AND delivery.run_id = $3 \
         AND delivery.status = 'sending'"
    );
    let values = vec![set::bind(&values), at.millis().into(), run_id.into()];
    sql::run(connection, &sql, values).await
}

/// Mails that were sent, on SQLite, where an UPDATE … FROM costs twice what looking the few values
/// up by the row's id does (measured: 22 and 10 us a mail).
async fn record_sent(
    connection: &impl ConnectionTrait,
    run_id: i64,
    at: Instant,
    rows: &[&Recorded<'_>],
) -> Result<u64, StoreError> {
    let given: BTreeMap<String, _> = rows
        .iter()
        .map(|row| {
            let said = row.verdict;
            let values = (
                row.fence,
                said.code,
                &said.enhanced,
                &said.text,
                &said.queue_id,
            );
            (row.id.to_string(), values)
        })
        .collect();
    let value = |position: usize| format!("$1 ->> ('$.' || id || '[{position}]')");
    let sql = format!(
        "UPDATE delivery SET status = 'sent', stage = 'none', lease_until = NULL, due_at = NULL, reason = NULL, \
         code = {}, enhanced = {}, text = {}, queue_id = {}, attempts = attempts + 1, sent_at = $2, done_at = $2 \
         WHERE id IN (SELECT CAST(key AS INTEGER) FROM json_each($1)) AND fence = {} AND run_id = $3 \
         AND status = 'sending'",
        value(1),
        value(2),
        value(3),
        value(4),
        value(0),
    );
    let values = vec![set::bind_map(&given), at.millis().into(), run_id.into()];
    sql::run(connection, &sql, values).await
}

/// Takes a row whose body was not begun out for good, with the reason why this recipient gets nothing.
pub async fn suppress_claimed(
    connection: &impl ConnectionTrait,
    id: i64,
    fence: i64,
    at: Instant,
    reason: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE delivery SET status = 'suppressed', live = FALSE, stage = 'none', lease_until = NULL, reason = $1, done_at = $2 \
               WHERE id = $3 AND fence = $4 AND status = 'sending'";
    let values = vec![reason.into(), at.millis().into(), id.into(), fence.into()];
    Ok(sql::run(connection, sql, values).await? == 1)
}

/// What was left by runs that are no more: how many rows went back to the queue, and how many
/// nobody can judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    pub requeued: u64,
    pub unknown: u64,
}

/// Settles rows of a dead run: those whose body was not begun go back to the queue; the others
/// are unknown, or, where `resend_at` says so and it is their first time, wait for a second try.
pub async fn settle(
    connection: &impl ConnectionTrait,
    run_id: i64,
    now: Instant,
    resend_at: Option<Instant>,
) -> Result<Settled, StoreError> {
    let back = "UPDATE delivery SET status = 'queued', stage = 'none', lease_until = NULL, due_at = $1 \
                WHERE run_id = $2 AND stage = 'claimed'";
    let requeued = sql::run(connection, back, vec![now.millis().into(), run_id.into()]).await?;
    let why = "text = 'the run ended after the body was begun'";
    if let Some(at) = resend_at {
        let again = format!(
            "UPDATE delivery SET status = 'deferred', stage = 'none', lease_until = NULL, due_at = $1, \
             attempts = attempts + 1, {why} WHERE run_id = $2 AND stage = 'started' AND attempts = 0"
        );
        sql::run(connection, &again, vec![at.millis().into(), run_id.into()]).await?;
    }
    let lost = format!(
        "UPDATE delivery SET status = 'unknown', stage = 'none', lease_until = NULL, done_at = $1, \
         attempts = attempts + 1, {why} WHERE run_id = $2 AND stage = 'started'"
    );
    let unknown = sql::run(connection, &lost, vec![now.millis().into(), run_id.into()]).await?;
    Ok(Settled { requeued, unknown })
}

/// Runs that hold rows at the moment.
pub async fn staged_runs(connection: &impl ConnectionTrait) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT DISTINCT run_id AS value FROM delivery WHERE stage <> 'none' AND lease_until IS NOT NULL";
    sql::numbers(connection, sql, vec![]).await
}

/// Renews all leases of a run.
pub async fn renew(connection: &impl ConnectionTrait, lease: Lease) -> Result<(), StoreError> {
    let sql = "UPDATE delivery SET lease_until = $1 WHERE stage <> 'none' AND run_id = $2";
    sql::run(
        connection,
        sql,
        vec![lease.until.millis().into(), lease.run_id.into()],
    )
    .await?;
    Ok(())
}

/// When the next row of a distribution falls due; None: no row waits.
pub async fn next_due(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT due_at AS value FROM delivery WHERE distribution_id = $1 AND due_at IS NOT NULL \
               ORDER BY due_at LIMIT 1";
    let found = sql::numbers(connection, sql, vec![distribution_id.into()]).await?;
    Ok(found.first().copied().map(Instant::from_millis))
}

/// Whether any row of a distribution is still open, claimed ones included. It looks only into the
/// two small indexes of open rows: by status it would read past everybody who has the mail already,
/// a little longer with each mail (measured: a third of all the work).
pub async fn is_open(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT CAST(1 AS BIGINT) AS value WHERE {}",
        open_rows("$1")
    );
    Ok(sql::number(connection, &sql, vec![distribution_id.into()]).await? == 1)
}

/// A condition: rows wait for their time, or are with a run. The plus keeps SQLite from the index
/// of the distribution, which holds all of its rows.
pub(crate) fn open_rows(distribution: &str) -> String {
    format!(
        "(EXISTS (SELECT 1 FROM delivery WHERE distribution_id = {distribution} AND due_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM delivery WHERE +distribution_id = {distribution} AND stage <> 'none' AND lease_until IS NOT NULL))"
    )
}

/// A status and how many rows have it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Count {
    pub status: String,
    pub value: i64,
}

pub async fn counts(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<Count>, StoreError> {
    let sql = "SELECT status, COUNT(*) AS value FROM delivery WHERE distribution_id = $1 GROUP BY status ORDER BY status";
    sql::all(connection, sql, vec![distribution_id.into()]).await
}

/// Cancels what was not begun. Rows whose body is under way end as the server says.
pub async fn cancel(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    at: Instant,
) -> Result<u64, StoreError> {
    let sql = "UPDATE delivery SET status = 'canceled', live = FALSE, stage = 'none', lease_until = NULL, due_at = NULL, \
               reason = 'canceled', done_at = $1 \
               WHERE distribution_id = $2 AND (status IN ('queued', 'deferred') OR stage = 'claimed')";
    sql::run(
        connection,
        sql,
        vec![at.millis().into(), distribution_id.into()],
    )
    .await
}

/// Whether any body of a distribution was ever begun.
pub async fn has_begun(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<bool, StoreError> {
    let sql = "SELECT CAST(1 AS BIGINT) AS value FROM delivery WHERE distribution_id = $1 AND (attempts > 0 OR stage = 'started') LIMIT 1";
    Ok(sql::number(connection, sql, vec![distribution_id.into()]).await? == 1)
}

/// Whether rows wait that were never tried and are due by their first instant: a gap in the work
/// made them late.
pub async fn waits_untried(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<bool, StoreError> {
    let sql = "SELECT CAST(1 AS BIGINT) AS value FROM delivery WHERE distribution_id = $1 AND status = 'queued' AND attempts = 0 LIMIT 1";
    Ok(sql::number(connection, sql, vec![distribution_id.into()]).await? == 1)
}

/// Those of `contacts` who must not be written to after all, each with the reason that its row gets:
/// `opted-out`, or the state of a contact that is no longer active. One question, because at a claim
/// each of them holds up the next mails.
pub async fn barred(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    organizations: &[i64],
    list: Option<i64>,
) -> Result<Vec<(i64, String)>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let live = suppression::live_sql(connection, 1, organizations, list);
    let columns = set::gathered(connection, &["contact_id", "reason"]);
    let sql = format!(
        "SELECT {columns} AS value FROM (\
           SELECT contact_id, CASE MAX(no) WHEN 1 THEN 'opted-out' ELSE MAX(status) END AS reason FROM (\
             SELECT id AS contact_id, 0 AS no, status FROM contact WHERE status <> 'active' AND id {given} \
             UNION ALL SELECT contact_id, 1, '' FROM ({live}) AS found) AS each_one \
           GROUP BY contact_id) AS barred"
    );
    set::ungathered(connection, &sql, vec![set::bind(contacts)]).await
}

/// Those of `contacts` that are no longer active, each with its state.
pub async fn inactive(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<(i64, String)>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let columns = set::gathered(connection, &["id", "status"]);
    let sql =
        format!("SELECT {columns} AS value FROM contact WHERE status <> 'active' AND id {given}");
    set::ungathered(connection, &sql, vec![set::bind(contacts)]).await
}

#[derive(FromQueryResult)]
struct DigestRow {
    id: i64,
    contact_id: i64,
    address_hash: String,
    status: String,
    reason: Option<String>,
    code: Option<i64>,
    sent_at: Option<i64>,
}

/// One SHA-256 over all rows of a distribution, for the log: what became of everybody, provable
/// later without a name in the log.
pub async fn digest(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<String, StoreError> {
    let sql = "SELECT id, contact_id, address_hash, status, reason, code, sent_at FROM delivery \
               WHERE distribution_id = $1 AND id > $2 ORDER BY id LIMIT 1000";
    let (mut digest, mut after) = (Sha256::new(), 0);
    loop {
        let rows =
            sql::all::<DigestRow>(connection, sql, vec![distribution_id.into(), after.into()])
                .await?;
        let Some(last) = rows.last() else {
            return Ok(hex::encode(&digest.finalize()));
        };
        after = last.id;
        for row in &rows {
            let line = format!(
                "{}|{}|{}|{}|{}|{:?}|{:?}\n",
                row.id,
                row.contact_id,
                row.address_hash,
                row.status,
                row.reason.as_deref().unwrap_or(""),
                row.code,
                row.sent_at
            );
            digest.update(line);
        }
    }
}
