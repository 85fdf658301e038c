//! Contacts and their addresses, read and written as sets.

use sea_orm::{ConnectionTrait, DatabaseBackend};
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// The fields that files and people fill, by the names that changes are recorded under.
pub const FIELDS: [&str; 12] = [
    "name",
    "given_name",
    "family_name",
    "outlet",
    "title",
    "kind",
    "country",
    "language",
    "time_zone",
    "phone",
    "notes",
    "attachments",
];
/// One text per field of `FIELDS`; empty where nothing is known, so also for kind `unknown` and
/// for attachments that are `ok`.
pub type Values = [String; 12];
/// Where `outlet`, `kind` and `attachments` stand in `FIELDS`.
pub const OUTLET: usize = 3;
pub const KIND: usize = 5;
pub const ATTACHMENTS: usize = 11;

/// Those who write contacts take turns on PostgreSQL; SQLite has one writer anyway. Two imports
/// of the same file would otherwise meet at the unique key.
const CONTACT_LOCK: i64 = 0x6461_7465_7065_6f70;

/// Waits until this transaction alone may write contacts, until its end.
pub(crate) async fn lock(connection: &impl ConnectionTrait) -> Result<(), StoreError> {
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let lock = "SELECT pg_advisory_xact_lock($1)";
        sql::run(connection, lock, vec![CONTACT_LOCK.into()]).await?;
    }
    Ok(())
}

/// Whether there is any contact.
pub(crate) async fn any(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let select = "SELECT id AS value FROM contact LIMIT 1";
    Ok(!sql::numbers(connection, select, vec![]).await?.is_empty())
}

/// A contact that holds a given address, as its primary or as a further one.
#[derive(Clone, Debug)]
pub struct Known {
    /// The address key that was asked for.
    pub key: String,
    pub is_primary: bool,
    pub id: i64,
    pub status: String,
    pub outlet_id: Option<i64>,
    pub origin_import_id: Option<i64>,
    pub origin_line: Option<i64>,
    /// Where the undo of their import archived them: the status they had.
    pub undone_status: Option<String>,
    /// The row of a further address.
    pub address_id: Option<i64>,
    pub values: Values,
}

#[derive(Deserialize)]
struct KnownRow {
    key: String,
    is_primary: i64,
    id: i64,
    status: String,
    outlet_id: Option<i64>,
    origin_import_id: Option<i64>,
    origin_line: Option<i64>,
    undone_status: Option<String>,
    address_id: i64,
    name: String,
    given_name: String,
    family_name: String,
    outlet: String,
    title: String,
    kind: String,
    country: String,
    language: String,
    time_zone: String,
    phone: String,
    notes: String,
    attachments: String,
}

/// The columns of such a row, in the order of its fields.
fn known_columns() -> Vec<&'static str> {
    let own = [
        "key",
        "is_primary",
        "id",
        "status",
        "outlet_id",
        "origin_import_id",
        "origin_line",
        "undone_status",
        "address_id",
    ];
    own.into_iter().chain(FIELDS).collect()
}

impl From<KnownRow> for Known {
    fn from(row: KnownRow) -> Self {
        let unless = |default: &str, value: String| {
            if value == default {
                String::new()
            } else {
                value
            }
        };
        Self {
            key: row.key,
            is_primary: row.is_primary == 1,
            id: row.id,
            status: row.status,
            outlet_id: row.outlet_id,
            origin_import_id: row.origin_import_id,
            origin_line: row.origin_line,
            undone_status: row.undone_status,
            address_id: (row.address_id > 0).then_some(row.address_id),
            values: [
                row.name,
                row.given_name,
                row.family_name,
                row.outlet,
                row.title,
                unless("unknown", row.kind),
                row.country,
                row.language,
                row.time_zone,
                row.phone,
                row.notes,
                unless("ok", row.attachments),
            ],
        }
    }
}

/// The columns of a known contact `c` with its outlet `o`.
const KNOWN: &str = "c.id, c.status, c.outlet_id, c.origin_import_id, c.origin_line, c.undone_status, c.name, c.given_name, c.family_name, \
    COALESCE(o.name, '') AS outlet, c.title, c.kind, c.country, c.language, c.time_zone, c.phone, c.notes, c.attachments";

fn one(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DatabaseBackend::Postgres => "1::bigint",
        _ => "1",
    }
}

/// Who holds these address keys, in either table.
pub(crate) async fn by_keys(
    connection: &impl ConnectionTrait,
    keys: &[&str],
) -> Result<Vec<Known>, StoreError> {
    let given = set::among_texts(connection, 1);
    let one = one(connection);
    let select = format!(
        "SELECT c.email_key AS key, {one} AS is_primary, {one} - 1 AS address_id, {KNOWN} FROM contact c \
         LEFT JOIN outlet o ON o.id = c.outlet_id WHERE c.email_key {given} \
         UNION ALL \
         SELECT a.email_key AS key, 1 - {one} AS is_primary, a.id AS address_id, {KNOWN} FROM contact_address a \
         JOIN contact c ON c.id = a.contact_id LEFT JOIN outlet o ON o.id = c.outlet_id \
         WHERE a.email_key {given}"
    );
    let values = vec![set::bind(keys)];
    let rows: Vec<KnownRow> =
        set::all_at_once(connection, &known_columns(), &select, values).await?;
    Ok(rows.into_iter().map(Known::from).collect())
}

/// Those of these contacts that are neither erased nor merged into others.
pub(crate) async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<Vec<Known>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let one = one(connection);
    let select = format!(
        "SELECT c.email_key AS key, {one} AS is_primary, {one} - 1 AS address_id, {KNOWN} FROM contact c \
         LEFT JOIN outlet o ON o.id = c.outlet_id \
         WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND c.email_key IS NOT NULL AND c.id {given}"
    );
    let values = vec![set::bind(ids)];
    let rows: Vec<KnownRow> =
        set::all_at_once(connection, &known_columns(), &select, values).await?;
    Ok(rows.into_iter().map(Known::from).collect())
}

/// An address as the tables hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAddress {
    pub email: String,
    pub key: String,
    pub hash: String,
    pub domain: String,
    pub domain_hash: String,
}

/// What all contacts of one act have in common.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    pub source: &'a str,
    pub legal_basis: &'a str,
    pub jurisdiction: &'a str,
    pub import_id: Option<i64>,
    pub at: Instant,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Text(&'a str),
    Number(Option<i64>),
}

/// The cells of the fields, with the outlet's id in the outlet's place.
fn cells(values: &Values, outlet_id: Option<i64>) -> impl Iterator<Item = Cell<'_>> {
    values
        .iter()
        .enumerate()
        .map(move |(position, value)| match position {
            OUTLET => Cell::Number(outlet_id),
            KIND if value.is_empty() => Cell::Text("unknown"),
            ATTACHMENTS if value.is_empty() => Cell::Text("ok"),
            _ => Cell::Text(value),
        })
}

const COLUMNS: [Column; 12] = [
    Column::Text("name"),
    Column::Text("given_name"),
    Column::Text("family_name"),
    Column::Number("outlet_id"),
    Column::Text("title"),
    Column::Text("kind"),
    Column::Text("country"),
    Column::Text("language"),
    Column::Text("time_zone"),
    Column::Text("phone"),
    Column::Text("notes"),
    Column::Text("attachments"),
];
const COLUMN_NAMES: &str = "name, given_name, family_name, outlet_id, title, kind, country, language, time_zone, phone, notes, attachments";

/// New values of a contact that is there; `values[OUTLET]` is not read: `outlet_id` is.
#[derive(Clone, Debug)]
pub struct NewValues<'a> {
    pub id: i64,
    pub outlet_id: Option<i64>,
    pub values: &'a Values,
}

impl Serialize for NewValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let head = [Cell::Number(Some(self.id))];
        serializer.collect_seq(head.into_iter().chain(cells(self.values, self.outlet_id)))
    }
}

/// Sets the fields of contacts; status and addresses are never touched by this.
pub(crate) async fn set_values(
    connection: &impl ConnectionTrait,
    at: Instant,
    contacts: &[NewValues<'_>],
) -> Result<u64, StoreError> {
    let mut columns = vec![Column::Number("id")];
    columns.extend(COLUMNS);
    let assignments: Vec<_> = COLUMN_NAMES
        .split(", ")
        .map(|column| format!("{column} = given.{column}"))
        .collect();
    let update = format!(
        "UPDATE contact SET {}, updated_at = $2 FROM {} AS given WHERE contact.id = given.id",
        assignments.join(", "),
        set::rows(connection, 1, &columns),
    );
    sql::run(
        connection,
        &update,
        vec![set::bind(contacts), at.millis().into()],
    )
    .await
}

/// Moves contacts from one status to another; those of any other status stay as they are.
pub(crate) async fn set_status(
    connection: &impl ConnectionTrait,
    at: Instant,
    contacts: &[i64],
    from: &str,
    to: &str,
) -> Result<u64, StoreError> {
    let update = format!(
        "UPDATE contact SET status = $2, undone_status = NULL, updated_at = $3 WHERE status = $4 AND id {}",
        set::among_numbers(connection, 1),
    );
    let values = vec![
        set::bind(contacts),
        to.into(),
        at.millis().into(),
        from.into(),
    ];
    let moved = sql::run(connection, &update, values).await?;
    if to == "bounced" {
        // Whom an import brings back from the archive is as dead as the address is.
        let update = format!(
            "UPDATE contact SET undone_status = 'bounced' WHERE undone_status = 'active' AND id {}",
            set::among_numbers(connection, 1),
        );
        sql::run(connection, &update, vec![set::bind(contacts)]).await?;
    }
    Ok(moved)
}

/// Makes contacts whom the undo of an import archived stay in the archive, as a person wants it.
pub(crate) async fn keep_archived(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<u64, StoreError> {
    let update = format!(
        "UPDATE contact SET undone_status = NULL WHERE undone_status IS NOT NULL AND id {}",
        set::among_numbers(connection, 1)
    );
    sql::run(connection, &update, vec![set::bind(contacts)]).await
}

/// Gives contacts further addresses; one that somebody holds already stays where it is.
pub(crate) async fn add_addresses(
    connection: &impl ConnectionTrait,
    addresses: &[(i64, &StoredAddress)],
    import_id: Option<i64>,
) -> Result<u64, StoreError> {
    let rows: Vec<_> = addresses
        .iter()
        .map(|(id, address)| {
            (
                id,
                &address.email,
                &address.key,
                &address.hash,
                &address.domain_hash,
            )
        })
        .collect();
    let columns = [
        Column::Number("contact_id"),
        Column::Text("email"),
        Column::Text("email_key"),
        Column::Text("address_hash"),
        Column::Text("domain_hash"),
    ];
    let insert = format!(
        "INSERT INTO contact_address (contact_id, email, email_key, address_hash, domain_hash, import_id) \
         SELECT contact_id, email, email_key, address_hash, domain_hash, $2 FROM {} AS given \
         WHERE true ON CONFLICT (email_key) DO NOTHING",
        set::rows(connection, 1, &columns),
    );
    let values = vec![set::bind(&rows), import_id.into()];
    sql::run(connection, &insert, values).await
}

/// Brings contacts back whom the undo of an import had archived, as if this import had made them:
/// (id, line). What they are called by now is set like everybody's.
pub(crate) async fn bring_back(
    connection: &impl ConnectionTrait,
    provenance: Provenance<'_>,
    contacts: &[(i64, u64)],
) -> Result<u64, StoreError> {
    let update = format!(
        "UPDATE contact SET status = undone_status, undone_status = NULL, source = $2, legal_basis = $3, jurisdiction = $4, \
         origin_import_id = $5, origin_line = given.line, updated_at = $6 FROM {} AS given \
         WHERE contact.id = given.id AND undone_status IS NOT NULL",
        set::rows(
            connection,
            1,
            &[Column::Number("id"), Column::Number("line")]
        ),
    );
    let values = vec![
        set::bind(contacts),
        provenance.source.into(),
        provenance.legal_basis.into(),
        provenance.jurisdiction.into(),
        provenance.import_id.into(),
        provenance.at.millis().into(),
    ];
    sql::run(connection, &update, values).await
}
