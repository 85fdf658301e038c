//! Questions whose answers must be empty: what no act of the desk can have written.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

#[derive(FromQueryResult)]
struct Blob {
    sha256: String,
    bytes: Vec<u8>,
}

/// The next attached file behind `after`, in the order of their hashes.
pub async fn next_blob(
    connection: &impl ConnectionTrait,
    after: &str,
) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let sql = "SELECT sha256, bytes FROM blob WHERE sha256 > $1 ORDER BY sha256 LIMIT 1";
    let found = sql::one::<Blob>(connection, sql, vec![after.into()]).await?;
    Ok(found.map(|blob| (blob.sha256, blob.bytes)))
}

/// What contradicts a promise, a sentence each.
pub async fn contradictions(connection: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let questions = [
        (
            "SELECT COUNT(*) AS value FROM distribution x WHERE x.status = 'finished' AND EXISTS \
             (SELECT 1 FROM delivery d WHERE d.distribution_id = x.id AND d.status IN ('queued', 'sending', 'deferred'))",
            "distributions are called finished and still have open recipients",
        ),
        (
            "SELECT COUNT(*) AS value FROM (SELECT 1 FROM delivery WHERE status = 'sent' AND NOT rehearsal AND purpose <> 'test' \
             GROUP BY version_id, address_hash, purpose, round HAVING COUNT(*) > 1) AS twice",
            "mailboxes have the same version twice",
        ),
        (
            "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent' AND sent_at IS NULL",
            "mails are called sent and have no time",
        ),
        (
            "SELECT COUNT(*) AS value FROM contact WHERE email IS NOT NULL AND (email_key IS NULL OR address_hash IS NULL)",
            "contacts have an address that opt-outs cannot be compared with",
        ),
        (
            "SELECT COUNT(*) AS value FROM contact c JOIN contact k ON k.id = c.merged_into_id \
             WHERE c.email IS NOT NULL OR c.status <> 'archived' OR k.merged_into_id IS NOT NULL",
            "contacts that were merged into others could still be written to",
        ),
    ];
    let mut found = Vec::new();
    for (question, words) in questions {
        let count = sql::number(connection, question, vec![]).await?;
        if count > 0 {
            found.push(format!("{count} {words}"));
        }
    }
    Ok(found)
}
