//! Sets of rows handed to a statement as one JSON value: one text, one bound value, both databases.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Value};

use crate::store::error::StoreError;
use crate::store::sql;

/// What a column of a set is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Column {
    Text(&'static str),
    Number(&'static str),
}

/// A value that holds the whole set: a JSON array, of arrays where the rows have several columns.
/// One bound value instead of thousands keeps clear of both databases' limits (32,766 and 65,535).
pub(crate) fn bind(rows: &[impl serde::Serialize]) -> Value {
    as_json(rows)
}

/// A value that holds the whole set as a JSON object, for rows that are looked up by their key.
pub(crate) fn bind_map(rows: &BTreeMap<String, impl serde::Serialize>) -> Value {
    as_json(rows)
}

fn as_json(rows: &(impl serde::Serialize + ?Sized)) -> Value {
    // Text, numbers and tuples of them always serialise; an empty set would match nothing.
    let text = serde_json::to_string(rows).unwrap_or_else(|_| "[]".to_owned());
    // PostgreSQL's jsonb cannot hold NUL; text with NUL is stripped at the door.
    text.replace("\\u0000", "").into()
}

/// A sub-select with one row per array of parameter `$parameter`, to stand behind FROM.
pub(crate) fn rows(
    connection: &impl ConnectionTrait,
    parameter: usize,
    columns: &[Column],
) -> String {
    let postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    let mut fields = Vec::with_capacity(columns.len());
    for (position, column) in columns.iter().enumerate() {
        fields.push(match column {
            Column::Number(name) if postgres => format!("(value->>{position})::bigint AS {name}"),
            Column::Text(name) | Column::Number(name) => format!("value->>{position} AS {name}"),
        });
    }
    let fields = fields.join(", ");
    if postgres {
        format!("(SELECT {fields} FROM jsonb_array_elements(${parameter}::jsonb) AS given (value))")
    } else {
        // jsonb_each: a row as text would be parsed anew for every column.
        format!("(SELECT {fields} FROM jsonb_each(${parameter}))")
    }
}

/// An expression that gathers rows into one text, a JSON array of arrays: a row that travels by
/// itself wakes two threads, which for a mail's few columns costs more than reading them.
pub(crate) fn gathered(connection: &impl ConnectionTrait, columns: &[&str]) -> String {
    let columns = columns.join(", ");
    match connection.get_database_backend() {
        DatabaseBackend::Postgres => {
            format!("COALESCE(json_agg(json_build_array({columns})), '[]')::text")
        }
        _ => format!("json_group_array(json_array({columns}))"),
    }
}

/// The rows of a query whose only column `value` was [`gathered`].
pub(crate) async fn ungathered<T: serde::de::DeserializeOwned>(
    connection: &impl ConnectionTrait,
    statement: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    let found = sql::one::<Gathered>(connection, statement, values).await?;
    let text = found.map_or_else(|| "[]".to_owned(), |found| found.value);
    serde_json::from_str(&text).map_err(|problem| StoreError::Refused(problem.to_string()))
}

/// All rows of a query in one text; `columns` are the query's, in the order of the type's fields.
pub(crate) async fn all_at_once<T: serde::de::DeserializeOwned>(
    connection: &impl ConnectionTrait,
    columns: &[&str],
    select: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    let rows = gathered(connection, columns);
    let statement = format!("SELECT {rows} AS value FROM ({select}) AS each_row");
    ungathered(connection, &statement, values).await
}

#[derive(FromQueryResult)]
struct Gathered {
    value: String,
}

/// `IN (…)` for the texts in parameter `$parameter`, to stand behind a column.
pub(crate) fn among_texts(connection: &impl ConnectionTrait, parameter: usize) -> String {
    among(connection, parameter, "value")
}

/// `IN (…)` for the numbers in parameter `$parameter`, to stand behind a column.
pub(crate) fn among_numbers(connection: &impl ConnectionTrait, parameter: usize) -> String {
    among(connection, parameter, "value::bigint")
}

/// On PostgreSQL an array, which is looked up in the index whatever the statistics say: behind a
/// plain IN a table that has just been filled is read from end to end for every chunk (measured).
fn among(connection: &impl ConnectionTrait, parameter: usize, value: &str) -> String {
    match connection.get_database_backend() {
        DatabaseBackend::Postgres => format!(
            "= ANY (ARRAY(SELECT {value} FROM jsonb_array_elements_text(${parameter}::jsonb) AS given (value)))"
        ),
        _ => format!("IN (SELECT value FROM json_each(${parameter}))"),
    }
}
