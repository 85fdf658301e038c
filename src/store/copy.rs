//! Whole tables from one database into another, a page at a time, every value as text on the way.
//!
//! Both databases describe their tables themselves, so that a new table or column is copied without
//! a line here.

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Value};

use crate::store::error::StoreError;
use crate::store::{set, sql};

/// Rows in one step; pictures go one by one.
const PAGE: usize = 500;

/// A row as texts, the same on both databases: numbers in decimal, truth as 1 and 0, bytes in hex.
pub type Row = Vec<Option<String>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Truth,
    Bytes,
    Text,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    kind: Kind,
    /// Place in the primary key, from 1; 0: not in it.
    key: i64,
}

/// A table with its columns.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    columns: Vec<Column>,
    /// Columns that point at rows of the same table: they are filled in last.
    own: Vec<String>,
}

#[derive(FromQueryResult)]
struct Name {
    value: String,
}

#[derive(FromQueryResult)]
struct Described {
    name: String,
    kind: String,
    key: i64,
}

/// All tables of Dateline, in the order they were made: no row comes before one it points at.
pub async fn tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>, StoreError> {
    let names = match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT relname::text AS value FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace \
             AND relname <> 'seaql_migrations' ORDER BY oid"
        }
        _ => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name <> 'seaql_migrations' ORDER BY rowid"
        }
    };
    let mut tables = Vec::new();
    for Name { value: name } in sql::all(connection, names, vec![]).await? {
        let columns = columns(connection, &name).await?;
        let own = own_references(connection, &name).await?;
        tables.push(Table { name, columns, own });
    }
    Ok(tables)
}

async fn columns(
    connection: &impl ConnectionTrait,
    table: &str,
) -> Result<Vec<Column>, StoreError> {
    let describe = match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT c.column_name::text AS name, c.data_type::text AS kind, \
             COALESCE((SELECT k.ordinal_position::bigint FROM information_schema.table_constraints t \
               JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name, table_name) \
               WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = current_schema() \
               AND t.table_name = c.table_name AND k.column_name = c.column_name), 0) AS key \
             FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.column_name"
        }
        _ => "SELECT name, type AS kind, pk AS key FROM pragma_table_info($1) ORDER BY name",
    };
    let found = sql::all::<Described>(connection, describe, vec![table.into()]).await?;
    Ok(found
        .into_iter()
        .map(|column| Column {
            kind: match column.kind.to_ascii_lowercase().as_str() {
                "bigint" | "integer" => Kind::Number,
                "boolean" => Kind::Truth,
                "blob" | "bytea" => Kind::Bytes,
                _ => Kind::Text,
            },
            name: column.name,
            key: column.key,
        })
        .collect())
}

async fn own_references(
    connection: &impl ConnectionTrait,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let pointing = match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT a.attname::text AS value FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND c.conrelid = c.confrelid AND c.conrelid = $1::regclass ORDER BY 1"
        }
        _ => {
            "SELECT \"from\" AS value FROM pragma_foreign_key_list($1) WHERE \"table\" = $1 ORDER BY 1"
        }
    };
    let found = sql::all::<Name>(connection, pointing, vec![table.into()]).await?;
    Ok(found.into_iter().map(|name| name.value).collect())
}

impl Table {
    fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self
            .columns
            .iter()
            .filter(|column| column.key > 0)
            .collect();
        key.sort_by_key(|column| column.key);
        key
    }

    fn page_size(&self) -> usize {
        let has_bytes = self.columns.iter().any(|column| column.kind == Kind::Bytes);
        if has_bytes { 1 } else { PAGE }
    }

    /// The key of a row, as it is handed to [`page`] for the rows behind it.
    fn key_of(&self, row: &Row) -> Vec<String> {
        self.key()
            .iter()
            .filter_map(|key| {
                self.columns
                    .iter()
                    .position(|column| column.name == key.name)
            })
            .filter_map(|at| row.get(at).cloned().flatten())
            .collect()
    }

    /// Keeps everybody from writing to it until the transaction ends. SQLite's writing transaction
    /// does that for all tables at once.
    pub async fn hold_still(&self, connection: &impl ConnectionTrait) -> Result<(), StoreError> {
        if connection.get_database_backend() == DatabaseBackend::Postgres {
            let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", self.name);
            sql::run(connection, &lock, vec![]).await?;
        }
        Ok(())
    }

    /// How many rows it has.
    pub async fn count(&self, connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
        let count = format!("SELECT COUNT(*) AS value FROM {}", self.name);
        sql::number(connection, &count, vec![]).await
    }

    /// The next rows behind a key, in the key's order, and the key of the last; none: that was all.
    pub async fn page(
        &self,
        connection: &impl ConnectionTrait,
        after: Option<&[String]>,
    ) -> Result<Option<(Vec<Row>, Vec<String>)>, StoreError> {
        let backend = connection.get_database_backend();
        let read: Vec<String> = self
            .columns
            .iter()
            .map(|column| as_text(column, backend))
            .collect();
        let read: Vec<&str> = read.iter().map(String::as_str).collect();
        let key: Vec<String> = self
            .key()
            .iter()
            .map(|column| bytewise(column, backend))
            .collect();
        let mut values: Vec<Value> = Vec::new();
        let behind = match after {
            None => String::new(),
            Some(after) => {
                let mut bound = Vec::new();
                for (at, (column, text)) in self.key().iter().zip(after).enumerate() {
                    values.push(text.as_str().into());
                    bound.push(match column.kind {
                        Kind::Text => format!("${}", at + 1),
                        _ => format!("CAST(${} AS BIGINT)", at + 1),
                    });
                }
                format!("WHERE ({}) > ({})", key.join(", "), bound.join(", "))
            }
        };
        let gathered = set::gathered(connection, &read);
        let select = format!(
            "SELECT {gathered} AS value FROM (SELECT * FROM {} {behind} ORDER BY {} LIMIT {}) AS page",
            self.name,
            key.join(", "),
            self.page_size()
        );
        let mut rows: Vec<Row> = set::ungathered(connection, &select, values).await?;
        // Gathering promises no order on PostgreSQL.
        rows.sort_by_cached_key(|row| self.sort_key(row));
        Ok(rows
            .last()
            .map(|row| self.key_of(row))
            .map(|key| (rows, key)))
    }

    fn sort_key(&self, row: &Row) -> Vec<(i64, String)> {
        self.key_of(row)
            .into_iter()
            .map(|text| (text.parse().unwrap_or(0), text))
            .collect()
    }

    /// Writes rows; what points at rows of the same table stays empty until [`Table::point`].
    pub async fn insert(
        &self,
        connection: &impl ConnectionTrait,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        let backend = connection.get_database_backend();
        if self.columns.len() > LETTERS.len() {
            return Err(StoreError::Refused(format!(
                "table {} has too many columns to copy",
                self.name
            )));
        }
        let given: Vec<set::Column> = LETTERS[..self.columns.len()]
            .iter()
            .map(|name| set::Column::Text(name))
            .collect();
        let write: Vec<String> = self
            .columns
            .iter()
            .zip(LETTERS)
            .map(|(column, letter)| {
                if self.own.contains(&column.name) {
                    "NULL".to_owned()
                } else {
                    from_text(letter, column.kind, backend)
                }
            })
            .collect();
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let from = set::rows(connection, 1, &given);
        let insert = format!(
            "INSERT INTO {} ({}) SELECT {} FROM {from} AS given",
            self.name,
            names.join(", "),
            write.join(", ")
        );
        sql::run(connection, &insert, vec![set::bind(rows)]).await?;
        Ok(())
    }

    /// Fills in what points at rows of the same table, now that all of them are there.
    pub async fn point(
        &self,
        connection: &impl ConnectionTrait,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        let Some(id) = self.columns.iter().position(|column| column.name == "id") else {
            return Ok(());
        };
        for own in &self.own {
            let Some(at) = self.columns.iter().position(|column| &column.name == own) else {
                continue;
            };
            let pairs: Vec<[&Option<String>; 2]> = rows
                .iter()
                .filter(|row| row[at].is_some())
                .map(|row| [&row[id], &row[at]])
                .collect();
            if pairs.is_empty() {
                continue;
            }
            let from = set::rows(
                connection,
                1,
                &[set::Column::Number("row_id"), set::Column::Number("target")],
            );
            let update = format!(
                "UPDATE {} SET {own} = given.target FROM {from} AS given WHERE {}.id = given.row_id",
                self.name, self.name
            );
            sql::run(connection, &update, vec![set::bind(&pairs)]).await?;
        }
        Ok(())
    }

    /// Lets new ids begin behind those that were copied.
    pub async fn advance(&self, connection: &impl ConnectionTrait) -> Result<(), StoreError> {
        let has_id = self
            .columns
            .iter()
            .any(|column| column.name == "id" && column.key == 1);
        // SQLite keeps count by itself; the desk's one row has no sequence.
        if connection.get_database_backend() != DatabaseBackend::Postgres || !has_id {
            return Ok(());
        }
        let next = format!(
            "SELECT setval(pg_get_serial_sequence('{0}', 'id'), COALESCE(MAX(id), 0) + 1, false) AS value FROM {0} \
             HAVING pg_get_serial_sequence('{0}', 'id') IS NOT NULL",
            self.name
        );
        sql::number(connection, &next, vec![]).await?;
        Ok(())
    }
}

/// Names for the columns of a page on its way; no table has more.
const LETTERS: [&str; 48] = [
    "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14",
    "c15", "c16", "c17", "c18", "c19", "c20", "c21", "c22", "c23", "c24", "c25", "c26", "c27",
    "c28", "c29", "c30", "c31", "c32", "c33", "c34", "c35", "c36", "c37", "c38", "c39", "c40",
    "c41", "c42", "c43", "c44", "c45", "c46", "c47",
];

fn as_text(column: &Column, backend: DatabaseBackend) -> String {
    let name = &column.name;
    match (column.kind, backend) {
        (Kind::Number, _) => format!("CAST({name} AS TEXT)"),
        (Kind::Truth, _) => format!("CASE WHEN {name} THEN '1' WHEN NOT {name} THEN '0' END"),
        (Kind::Bytes, DatabaseBackend::Postgres) => format!("upper(encode({name}, 'hex'))"),
        (Kind::Bytes, _) => format!("hex({name})"),
        (Kind::Text, _) => name.clone(),
    }
}

fn from_text(text: &str, kind: Kind, backend: DatabaseBackend) -> String {
    match (kind, backend) {
        (Kind::Number, _) => format!("CAST({text} AS BIGINT)"),
        (Kind::Truth, DatabaseBackend::Postgres) => format!("CAST({text} AS BOOLEAN)"),
        (Kind::Truth, _) => format!("CAST({text} AS INTEGER)"),
        (Kind::Bytes, DatabaseBackend::Postgres) => format!("decode({text}, 'hex')"),
        (Kind::Bytes, _) => format!("unhex({text})"),
        (Kind::Text, _) => text.to_owned(),
    }
}

/// Text keys in the order of their bytes, which both databases share.
fn bytewise(column: &Column, backend: DatabaseBackend) -> String {
    match (column.kind, backend) {
        (Kind::Text, DatabaseBackend::Postgres) => format!("{} COLLATE \"C\"", column.name),
        _ => column.name.clone(),
    }
}
