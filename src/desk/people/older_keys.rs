//! Opt-outs that were made with an older key: recognised wherever their address comes in again, and
//! moved to the key in force, so that every later question has to know one hash only.

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address::Address;
use crate::domain::suppression::SuppressionKey;
use crate::store::connection::ConnectionTrait;
use crate::store::contact::StoredAddress;
use crate::store::key_change::{self, HashedRow};

/// An address key and its domain, as they are hashed.
pub(crate) struct Hashable<'a> {
    pub(crate) key: &'a str,
    pub(crate) domain: &'a str,
}

impl<'a> From<&'a StoredAddress> for Hashable<'a> {
    fn from(address: &'a StoredAddress) -> Self {
        Self {
            key: &address.key,
            domain: &address.domain,
        }
    }
}

/// Moves what older keys know of these addresses and their domains to the key in force. To be
/// called before anything is asked by hash, in the same transaction.
pub(crate) async fn meet<'a>(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    addresses: impl IntoIterator<Item = Hashable<'a>>,
) -> Result<(), Problem> {
    if desk.older_keys.is_empty() {
        return Ok(());
    }
    let addresses: Vec<Hashable<'a>> = addresses.into_iter().collect();
    for older in &desk.older_keys {
        if !key_change::has_entries(connection, &older.fingerprint()).await? {
            continue;
        }
        let mut pairs = Vec::with_capacity(addresses.len() * 2);
        for address in &addresses {
            pairs.push((
                older.address_hash(address.key),
                desk.key.address_hash(address.key),
            ));
            pairs.push((
                older.domain_hash(address.domain),
                desk.key.domain_hash(address.domain),
            ));
        }
        pairs.sort_unstable();
        pairs.dedup();
        key_change::move_entries(connection, &pairs, &desk.key.fingerprint(), false).await?;
    }
    Ok(())
}

/// Whether the key file holds every key that opt-outs were made with: without one of them, nobody
/// could tell whose they are, and an import would bring those people back.
pub(crate) async fn none_is_missing(
    desk: &Desk,
    connection: &impl ConnectionTrait,
) -> Result<(), Problem> {
    let known: Vec<String> = std::iter::once(&desk.key)
        .chain(&desk.older_keys)
        .map(SuppressionKey::fingerprint)
        .collect();
    let Some(missing) = key_change::unknown_key(connection, &known).await? else {
        return Ok(());
    };
    let message = format!(
        "the key file {} has lost an older key ({missing}) that opt-outs in this database were made with, so those people could not be recognised",
        desk.config.desk.key_file.display()
    );
    Err(Problem::new(Exit::Config, "older-key-missing", message)
        .hint("put the file from your backup in its place: older keys have to stay in it"))
}

/// All hashes that may stop mail to an address, of every key, for where nothing is to be written.
pub(crate) fn hashes(desk: &Desk, address: &Address) -> Vec<String> {
    let keys = std::iter::once(&desk.key).chain(&desk.older_keys);
    keys.flat_map(|key| {
        [
            key.address_hash(&address.key()),
            key.domain_hash(address.domain()),
        ]
    })
    .collect()
}

/// The hashes of a stored address by another key: of the address, and of its domain.
pub(crate) fn hashed_anew(
    key: &SuppressionKey,
    row: &HashedRow,
    is_key: bool,
) -> Option<(String, String)> {
    if is_key {
        let (_, domain) = row.address.rsplit_once('@')?;
        return Some((key.address_hash(&row.address), key.domain_hash(domain)));
    }
    let read = crate::domain::address::parse(&row.address).ok()?;
    Some((
        key.address_hash(&read.key()),
        key.domain_hash(read.domain()),
    ))
}
