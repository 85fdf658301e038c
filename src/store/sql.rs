//! Three short ways to run a statement; `$1` placeholders work on both databases.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use crate::store::error::StoreError;

fn statement(connection: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// All rows.
pub(crate) async fn all<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    let rows = connection
        .query_all_raw(statement(connection, sql, values))
        .await?;
    rows.iter()
        .map(|row| T::from_query_result(row, ""))
        .collect::<Result<_, DbErr>>()
        .map_err(Into::into)
}

/// The first row, if any.
pub(crate) async fn one<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, StoreError> {
    let row = connection
        .query_one_raw(statement(connection, sql, values))
        .await?;
    row.map(|row| T::from_query_result(&row, ""))
        .transpose()
        .map_err(Into::into)
}

#[derive(FromQueryResult)]
struct Number {
    value: i64,
}

/// One number, from a query with a column `value`; 0 where there is no row.
pub(crate) async fn number(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<i64, StoreError> {
    Ok(one::<Number>(connection, sql, values)
        .await?
        .map_or(0, |row| row.value))
}

/// All numbers, from a query with a column `value`.
pub(crate) async fn numbers(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<i64>, StoreError> {
    Ok(all::<Number>(connection, sql, values)
        .await?
        .into_iter()
        .map(|row| row.value)
        .collect())
}

/// Sets something of SQLite, which answers with a row.
pub(crate) async fn pragma(connection: &impl ConnectionTrait, sql: &str) -> Result<(), StoreError> {
    let backend = connection.get_database_backend();
    let statement = Statement::from_string(backend, sql);
    connection.query_all_raw(statement).await?;
    Ok(())
}

/// Runs a statement and tells how many rows it touched.
pub(crate) async fn run(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<u64, StoreError> {
    Ok(connection
        .execute_raw(statement(connection, sql, values))
        .await?
        .rows_affected())
}
