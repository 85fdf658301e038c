//! Claiming due rows of the queue, within the share that each recipient domain has.

use sea_orm::{ConnectionTrait, DatabaseBackend, Value};

use crate::domain::instant::Instant;
use crate::store::delivery::Lease;
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// A claimed row with all that the mail needs, in the order of the columns that `claim` gathers.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Claimed {
    pub id: i64,
    pub contact_id: i64,
    pub list_id: Option<i64>,
    pub address: String,
    pub domain: String,
    pub language: String,
    pub slots: String,
    pub attempts: i64,
    pub fence: i64,
    pub first_attempt_at: i64,
    /// The copy that this mail answers.
    pub replies_to_id: Option<i64>,
}

/// How many rows each recipient domain may have in a claim.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// For domains that are not named; None: no limit per domain.
    pub usual: Option<i64>,
    pub left: Vec<(String, i64)>,
}

impl Share {
    /// A row of a domain was claimed: there is room for one less.
    pub fn take(&mut self, domain: &str) {
        let Some(usual) = self.usual else { return };
        match self.left.iter_mut().find(|(known, _)| known == domain) {
            Some((_, left)) => *left -= 1,
            None => self.left.push((domain.to_owned(), usual - 1)),
        }
    }
}

/// Claims up to `limit` due rows of a distribution. The caller's transaction has checked embargo,
/// status and stop just before, and drops who may not be written to just after. With `begin` the
/// rows count as started at once: the caller hands them out without asking again.
pub async fn due(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    limit: u64,
    share: &Share,
    begin: bool,
    lease: Lease,
) -> Result<Vec<Claimed>, StoreError> {
    let claimed = read(connection, distribution_id, limit, share, lease.now).await?;
    if claimed.is_empty() {
        return Ok(claimed);
    }
    let ids: Vec<i64> = claimed.iter().map(|row| row.id).collect();
    let stage = if begin { "started" } else { "claimed" };
    let sql = format!(
        "UPDATE delivery SET status = 'sending', stage = '{stage}', run_id = $1, fence = fence + 1, \
         lease_until = $2, due_at = NULL, first_attempt_at = COALESCE(first_attempt_at, $3) \
         WHERE status IN ('queued', 'deferred') AND id {}",
        set::among_numbers(connection, 4)
    );
    let values = vec![
        lease.run_id.into(),
        lease.until.millis().into(),
        lease.now.millis().into(),
        set::bind(&ids),
    ];
    let taken = sql::run(connection, &sql, values).await?;
    if usize::try_from(taken) != Ok(ids.len()) {
        // Nobody else can take them: SQLite has one writer, PostgreSQL has locked them.
        return Err(StoreError::Row {
            table: "delivery",
            column: "status",
            id: ids[0],
        });
    }
    Ok(claimed)
}

/// The due rows in the order in which they go.
async fn read(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    limit: u64,
    share: &Share,
    now: Instant,
) -> Result<Vec<Claimed>, StoreError> {
    // SQLite has one writer; PostgreSQL's other claimers skip what is locked here.
    let skip = match connection.get_database_backend() {
        DatabaseBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    };
    let head = format!(
        "SELECT id, domain, due_at, position FROM delivery WHERE distribution_id = $2 AND due_at IS NOT NULL \
         AND due_at <= $1 ORDER BY due_at, position, id LIMIT $3 {skip}"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values: Vec<Value> = vec![now.millis().into(), distribution_id.into()];
    let chosen = match share.usual {
        None => {
            values.push(limit.into());
            format!("SELECT id FROM ({head}) AS head")
        }
        Some(usual) => {
            // Looks further than the claim, so that a busy domain at the head does not stop the others.
            values.push(limit.saturating_mul(4).saturating_add(64).into());
            values.extend([set::bind(&share.left), usual.into(), limit.into()]);
            let left = set::rows(
                connection,
                4,
                &[set::Column::Text("domain"), set::Column::Number("room")],
            );
            format!(
                "SELECT ranked.id FROM (SELECT id, domain, due_at, position, ROW_NUMBER() OVER (PARTITION BY domain ORDER BY due_at, position, id) AS nth \
                 FROM ({head}) AS head) AS ranked LEFT JOIN {left} AS given ON given.domain = ranked.domain \
                 WHERE ranked.nth <= COALESCE(given.room, $5) ORDER BY ranked.due_at, ranked.position, ranked.id LIMIT $6"
            )
        }
    };
    let rows = set::gathered(
        connection,
        &[
            "chosen.id",
            "chosen.contact_id",
            "chosen.list_id",
            "chosen.address",
            "chosen.domain",
            "chosen.language",
            "chosen.slots",
            "chosen.attempts",
            "chosen.fence + 1",
            "COALESCE(chosen.first_attempt_at, $1)",
            "chosen.replies_to_id",
        ],
    );
    let fit = "status IN ('queued', 'deferred') AND address IS NOT NULL";
    let from = match connection.get_database_backend() {
        DatabaseBackend::Postgres => format!(
            "(SELECT * FROM delivery WHERE {fit} AND id IN ({chosen}) ORDER BY due_at, position, id) AS chosen"
        ),
        // SQLite goes through a CROSS JOIN in the order given, without sorting whole rows once more.
        _ => format!(
            "({chosen}) AS picked CROSS JOIN delivery AS chosen ON chosen.id = picked.id WHERE {fit}"
        ),
    };
    let sql = format!("SELECT {rows} AS value FROM {from}");
    set::ungathered(connection, &sql, values).await
}
