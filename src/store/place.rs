//! Where a database lives, so that a copy elsewhere is not taken for the one that sends.

use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::domain::hex;
use crate::store::connection::Store;
use crate::store::error::StoreError;
use crate::store::sql;

#[derive(FromQueryResult)]
struct Server {
    system: String,
    name: String,
}

/// A fingerprint of the place: machine id and path on SQLite, the cluster's identifier, the database's
/// name and the table's number on PostgreSQL. A restored snapshot on another machine has another one,
/// and so has a dump that was restored over the database it came from, as its tables are new ones.
pub async fn fingerprint(store: &Store) -> Result<String, StoreError> {
    let place = if let Some(file) = store.file() {
        let machine = [
            "/etc/machine-id",
            "/var/lib/dbus/machine-id",
            "/proc/sys/kernel/hostname",
        ]
        .iter()
        .find_map(|path| {
            std::fs::read_to_string(path)
                .ok()
                .filter(|text| !text.trim().is_empty())
        })
        .unwrap_or_default();
        let path = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        format!("sqlite\0{}\0{}", machine.trim(), path.display())
    } else {
        let sql = "SELECT system_identifier::text AS system, current_database() || COALESCE(chr(1) || to_regclass('desk')::oid, '') AS name FROM pg_control_system()";
        let server = sql::one::<Server>(store.db(), sql, vec![]).await?;
        server
            .map(|row| format!("postgres\0{}\0{}", row.system, row.name))
            .unwrap_or_default()
    };
    Ok(hex::encode(&Sha256::digest(place.as_bytes())[..12]))
}
