//! `db check`: whether the database is whole, and whether what it promises still holds.

use sha2::{Digest as _, Sha256};

use crate::desk::Desk;
use crate::desk::journal;
use crate::desk::people::opt_out;
use crate::desk::problem::Problem;
use crate::domain::hex;
use crate::store::{backup, contact_index, ledger_check};

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Checked {
    pub database: String,
    pub looked_at: Vec<&'static str>,
    /// A sentence each; none: all is well.
    pub faults: Vec<String>,
}

/// Looks through the whole database; changes nothing. On a large one it takes minutes.
pub async fn check(desk: &Desk) -> Result<Checked, Problem> {
    let connection = desk.store.db();
    let mut faults = Vec::new();
    let mut looked_at = Vec::new();
    if desk.store.is_sqlite() {
        looked_at.push("pages, indexes and references");
        faults.extend(backup::faults(connection).await?);
    }
    if !contact_index::missing(connection).await?.is_empty() {
        faults.push(
            "indexes of the contacts are missing, so that filters are slow: an import was killed; dateline db migrate makes them"
                .to_owned(),
        );
    }
    looked_at.push("the log's chain");
    let verified = journal::verify(desk).await?;
    if let Some(id) = verified.broken_at {
        faults.push(format!(
            "the log was changed: entry {id} does not follow the one before it"
        ));
    }
    looked_at.push("attached files");
    let mut after = String::new();
    while let Some((sha256, bytes)) = ledger_check::next_blob(connection, &after).await? {
        if hex::encode(&Sha256::digest(&bytes)) != sha256 {
            faults.push(format!("the attached file {sha256} is not what it was"));
        }
        after = sha256;
    }
    looked_at.push("distributions and their recipients");
    faults.extend(ledger_check::contradictions(connection).await?);
    looked_at.push("the keys of the opt-outs");
    if let Err(problem) = opt_out::key_must_fit(desk).await {
        faults.push(problem.message);
    }
    Ok(Checked {
        database: desk.store.shown().to_owned(),
        looked_at,
        faults,
    })
}
