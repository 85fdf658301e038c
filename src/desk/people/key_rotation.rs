//! Another key for the suppression list: everything that has an address is hashed anew, in one
//! transaction; what has none any more keeps its entry under the older key.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::opening::key;
use crate::desk::people::{older_keys, opt_out};
use crate::desk::problem::Problem;
use crate::desk::run::lock;
use crate::domain::suppression::SuppressionKey;
use crate::store::connection::{DatabaseTransaction, begin_write, commit};
use crate::store::key_change::{self, Hashed};
use crate::store::{contact, desk_row};

/// Rows hashed anew in one statement.
const PAGE: i64 = 5_000;

/// What a rotation did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rotated {
    /// Fingerprints of the key before and of the new one.
    pub from: String,
    pub to: String,
    /// Addresses of contacts, and mails, that were hashed anew.
    pub addresses: u64,
    pub mails: u64,
    /// Opt-outs that moved to the new key.
    pub moved: u64,
    /// Opt-outs of people whose address is not here any more: they stay under their older key.
    pub kept: u64,
}

/// Makes a new key, writes it into the key file, and puts it in force. The key file keeps the older
/// ones, which have to stay in it.
///
/// Errors: exit 4 `run-at-work`; 78 for a foreign key; 1 where the key file cannot be written.
pub async fn rotate(desk: &Desk) -> Result<Rotated, Problem> {
    let Some(held) = lock::alone(&desk.store).await? else {
        let why = "it compares hashes of the key that is in force now";
        return Err(lock::at_work(&desk.store, why, "dateline optout rotate-key").await);
    };
    // First the file: a crash after this leaves a key more, a crash before the file had it would
    // leave a database that nobody can open.
    let new = key::add_new(&desk.config.desk.key_file)?;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    key_change::hold_still(&transaction).await?;
    opt_out::key_must_fit_in(desk, &transaction).await?;
    let rotated = put_in_force(desk, &transaction, &new).await?;
    commit(transaction).await?;
    held.let_go().await;
    Ok(rotated)
}

async fn put_in_force(
    desk: &Desk,
    transaction: &DatabaseTransaction,
    new: &SuppressionKey,
) -> Result<Rotated, Problem> {
    let to = new.fingerprint();
    let (mut addresses, mut mails, mut moved) = (0, 0, 0);
    for hashed in Hashed::ALL {
        let mut after = 0;
        loop {
            let rows = key_change::page(transaction, hashed, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            let mut written = Vec::with_capacity(rows.len());
            let mut pairs: HashMap<String, String> = HashMap::new();
            for row in &rows {
                let anew = older_keys::hashed_anew(new, row, hashed != Hashed::Delivery);
                // What cannot be read any more keeps its hash, and its opt-outs their key.
                let Some((address, domain)) = anew else {
                    continue;
                };
                pairs.insert(row.address_hash.clone(), address.clone());
                pairs.insert(row.domain_hash.clone(), domain.clone());
                written.push((row.id, address, domain));
            }
            let pairs: Vec<_> = pairs.into_iter().collect();
            moved += key_change::move_entries(transaction, &pairs, &to, true).await?;
            let count = key_change::write(transaction, hashed, &written).await?;
            if hashed == Hashed::Delivery {
                mails += count;
            } else {
                addresses += count;
            }
        }
    }
    let kept = key_change::of_other_keys(transaction, &to).await?;
    desk_row::set_key(transaction, &to).await?;
    let rotated = Rotated {
        from: desk.key.fingerprint(),
        to,
        addresses,
        mails,
        moved,
        kept: u64::try_from(kept).unwrap_or(0),
    };
    let detail = json!(rotated);
    desk.log(transaction, "optout.rotate-key", "desk", 1, detail)
        .await?;
    Ok(rotated)
}
