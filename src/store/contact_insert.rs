//! New contacts, thousands in one statement: only the columns in which anybody has anything travel.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Value};

use crate::store::contact::{ATTACHMENTS, FIELDS, KIND, OUTLET, Provenance, StoredAddress, Values};
use crate::store::error::StoreError;
use crate::store::jsonb::Jsonb;
use crate::store::sql;

/// A contact to be inserted. `values[OUTLET]` is not read: `outlet_id` is.
#[derive(Clone, Debug)]
pub struct NewContact<'a> {
    pub address: &'a StoredAddress,
    pub outlet_id: Option<i64>,
    pub values: &'a Values,
    pub status: &'a str,
    pub origin_line: Option<u64>,
}

/// Between the values of a column that travels to PostgreSQL as one text. No cell holds it: it is
/// one of the marks that are dropped at the door.
const APART: char = '\u{1f}';

/// A column that rows bring with them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Email,
    Key,
    Hash,
    Domain,
    DomainHash,
    Status,
    Line,
    Outlet,
    Field(usize),
}

enum Cell<'a> {
    Text(&'a str),
    Number(i64),
    /// What the table has where nothing is written.
    Default,
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Key => "email_key",
            Self::Hash => "address_hash",
            Self::Domain => "domain",
            Self::DomainHash => "domain_hash",
            Self::Status => "status",
            Self::Line => "origin_line",
            Self::Outlet => "outlet_id",
            Self::Field(position) => FIELDS[position],
        }
    }

    const fn is_number(self) -> bool {
        matches!(self, Self::Id | Self::Line | Self::Outlet)
    }

    /// What a row has that is without a value of its own.
    const fn default(self) -> &'static str {
        match self {
            Self::Id | Self::Line | Self::Outlet => "NULL",
            Self::Status => "'active'",
            Self::Field(KIND) => "'unknown'",
            Self::Field(ATTACHMENTS) => "'ok'",
            _ => "''",
        }
    }

    fn cell<'a>(self, id: i64, contact: &NewContact<'a>) -> Cell<'a> {
        let number = |number: Option<i64>| number.map_or(Cell::Default, Cell::Number);
        let text = match self {
            Self::Id => return Cell::Number(id),
            Self::Line => {
                let line = contact.origin_line;
                return number(line.and_then(|line| i64::try_from(line).ok()));
            }
            Self::Outlet => return number(contact.outlet_id),
            Self::Email => &contact.address.email,
            Self::Key => &contact.address.key,
            Self::Hash => &contact.address.hash,
            Self::Domain => &contact.address.domain,
            Self::DomainHash => &contact.address.domain_hash,
            Self::Status if contact.status == "active" => return Cell::Default,
            Self::Status => contact.status,
            Self::Field(position) => contact.values[position].as_str(),
        };
        if text.is_empty() {
            Cell::Default
        } else {
            Cell::Text(text)
        }
    }

    /// Those in which at least one of the contacts has something.
    fn used(contacts: &[NewContact<'_>]) -> Vec<Self> {
        let mut all = vec![
            Self::Id,
            Self::Email,
            Self::Key,
            Self::Hash,
            Self::Domain,
            Self::DomainHash,
            Self::Status,
            Self::Line,
            Self::Outlet,
        ];
        let fields = (0..FIELDS.len()).filter(|position| *position != OUTLET);
        all.extend(fields.map(Self::Field));
        let has = |column: &Self, contact| !matches!(column.cell(0, contact), Cell::Default);
        all.retain(|column| contacts.iter().any(|contact| has(column, contact)));
        all
    }
}

/// Inserts contacts and answers with their ids, in their order; `Duplicate` where a key is taken.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    provenance: Provenance<'_>,
    contacts: &[NewContact<'_>],
) -> Result<Vec<i64>, StoreError> {
    let ids = next_ids(connection, contacts.len()).await?;
    insert_as(connection, provenance, &ids, contacts).await?;
    Ok(ids)
}

/// Inserts contacts with ids from [`next_ids`], one for each; `Duplicate` where a key is taken.
pub(crate) async fn insert_as(
    connection: &impl ConnectionTrait,
    provenance: Provenance<'_>,
    ids: &[i64],
    contacts: &[NewContact<'_>],
) -> Result<(), StoreError> {
    let columns = Column::used(contacts);
    let is_postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    let (given, mut values) = if is_postgres {
        as_arrays(&columns, ids, contacts)
    } else {
        as_jsonb(&columns, ids, contacts)
    };
    let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
    let names = names.join(", ");
    let first = values.len() + 1;
    let [source, basis, import, at, law] = [first, first + 1, first + 2, first + 3, first + 4];
    let insert = format!(
        "INSERT INTO contact ({names}, source, legal_basis, origin_import_id, created_at, updated_at, jurisdiction) \
         SELECT {names}, ${source}, ${basis}, ${import}, ${at}, ${at}, ${law} FROM {given} AS given"
    );
    values.extend([
        provenance.source.into(),
        provenance.legal_basis.into(),
        provenance.import_id.into(),
        provenance.at.millis().into(),
        provenance.jurisdiction.into(),
    ]);
    sql::run(connection, &insert, values).await?;
    Ok(())
}

/// For SQLite: one array of arrays, null for what has no value.
fn as_jsonb(columns: &[Column], ids: &[i64], contacts: &[NewContact<'_>]) -> (String, Vec<Value>) {
    let mut rows = Jsonb::with_capacity(contacts.len() * 320);
    for (id, contact) in ids.iter().zip(contacts) {
        let row = rows.begin();
        for column in columns {
            match column.cell(*id, contact) {
                Cell::Default => rows.null(),
                Cell::Number(number) => rows.number(number),
                // Text with NUL is stripped at the door; SQLite would end it there.
                Cell::Text(text) if text.contains('\0') => rows.text(&text.replace('\0', "")),
                Cell::Text(text) => rows.text(text),
            }
        }
        rows.end(&row);
    }
    let cells = columns.iter().enumerate().map(|(position, column)| {
        let (name, default) = (column.name(), column.default());
        match default {
            "NULL" => format!("value->>{position} AS {name}"),
            _ => format!("COALESCE(value->>{position}, {default}) AS {name}"),
        }
    });
    let cells: Vec<_> = cells.collect();
    let given = format!("(SELECT {} FROM jsonb_each($1))", cells.join(", "));
    (given, vec![rows.finish().into()])
}

/// For PostgreSQL: each column as one text that is taken apart into an array, which costs it a
/// third of what JSON does.
fn as_arrays(columns: &[Column], ids: &[i64], contacts: &[NewContact<'_>]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    for column in columns {
        let mut text = String::with_capacity(contacts.len() * 24);
        for (position, (id, contact)) in ids.iter().zip(contacts).enumerate() {
            if position > 0 {
                text.push(APART);
            }
            match column.cell(*id, contact) {
                Cell::Default => {}
                Cell::Number(number) => push_number(&mut text, number),
                Cell::Text(cell) if cell.contains([APART, '\0']) => {
                    text.push_str(&cell.replace([APART, '\0'], ""));
                }
                Cell::Text(cell) => text.push_str(cell),
            }
        }
        values.push(text.into());
    }
    let cells = columns.iter().map(|column| {
        let (name, default) = (column.name(), column.default());
        if column.is_number() {
            format!("NULLIF({name}, '')::bigint AS {name}")
        } else if default == "''" {
            format!("COALESCE({name}, '') AS {name}")
        } else {
            format!("COALESCE(NULLIF({name}, ''), {default}) AS {name}")
        }
    });
    let cells: Vec<_> = cells.collect();
    let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
    let arrays = (1..=columns.len()).map(|number| format!("string_to_array(${number}, E'\\x1f')"));
    let arrays: Vec<_> = arrays.collect();
    let given = format!(
        "(SELECT {} FROM unnest({}) AS apart ({}))",
        cells.join(", "),
        arrays.join(", "),
        names.join(", "),
    );
    (given, values)
}

fn push_number(text: &mut String, number: i64) {
    // Writing to a text cannot fail.
    let _ = write!(text, "{number}");
}

#[derive(FromQueryResult)]
struct Ids {
    value: Option<String>,
}

/// Ids for so many new contacts, in growing order, for this transaction to use next.
pub(crate) async fn next_ids(
    connection: &impl ConnectionTrait,
    count: usize,
) -> Result<Vec<i64>, StoreError> {
    let wanted = i64::try_from(count).unwrap_or(i64::MAX);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let next = "SELECT string_agg(nextval(sequence)::text, ' ') AS value \
                    FROM (SELECT pg_get_serial_sequence('contact', 'id')::regclass AS sequence OFFSET 0) AS ids, \
                      generate_series(1, $1)";
        let found = sql::one::<Ids>(connection, next, vec![wanted.into()]).await?;
        let text = found.and_then(|ids| ids.value).unwrap_or_default();
        let mut ids: Vec<i64> = text.split(' ').filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        return Ok(ids);
    }
    // This transaction is the only writer, and the sequence follows the ids that it is given.
    let last = "SELECT MAX(COALESCE((SELECT MAX(id) FROM contact), 0), \
                  COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'contact'), 0)) AS value";
    let last = sql::number(connection, last, vec![]).await?;
    Ok((last + 1..=last + wanted).collect())
}
