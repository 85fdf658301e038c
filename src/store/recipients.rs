//! Recipients one by one, as the database gives them: a million never stand in our memory together.

use futures_util::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, FromQueryResult, Statement, StreamTrait, Value,
};

use crate::store::audience::{self, Audience, Fate};
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// Somebody who gets the mail, and what his says that others' do not.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Recipient {
    pub contact_id: i64,
    pub language: String,
    /// JSON of the merge fields.
    pub slots: String,
}

/// Everybody who would get it.
pub async fn each(
    db: &DatabaseConnection,
    audience: &Audience,
    each: impl FnMut(Recipient),
) -> Result<(), StoreError> {
    let inner = audience::query(db, audience, audience::BEHIND, false);
    let sql = format!(
        "SELECT contact_id, language, slots FROM ({inner}) AS q WHERE reason IS NULL ORDER BY contact_id"
    );
    stream(db, &sql, audience::values(audience), each).await
}

/// Everybody of a distribution who gets it or got it.
pub async fn each_frozen(
    db: &DatabaseConnection,
    distribution_id: i64,
    each: impl FnMut(Recipient),
) -> Result<(), StoreError> {
    let sql = "SELECT contact_id, language, slots FROM delivery WHERE distribution_id = $1 \
               AND status NOT IN ('suppressed', 'canceled') ORDER BY id";
    stream(db, sql, vec![distribution_id.into()], each).await
}

/// One of each kind of recipient: same language, and the same in these columns (as for
/// [`audience::without`]).
pub async fn each_kind(
    db: &DatabaseConnection,
    audience: &Audience,
    fields: &[String],
    each: impl FnMut(Recipient),
) -> Result<(), StoreError> {
    let inner = audience::query(db, audience, audience::BEHIND, false);
    let mut values = audience::values(audience);
    if fields.is_empty() {
        // As many as there are languages: nothing has to be sorted for them.
        let sql = format!(
            "SELECT MIN(contact_id) AS value FROM ({inner}) AS q WHERE reason IS NULL GROUP BY language"
        );
        let first = sql::numbers(db, &sql, values.clone()).await?;
        let given = set::among_numbers(db, values.len() + 1);
        values.push(set::bind(&first));
        let sql = format!(
            "SELECT contact_id, language, slots FROM ({inner}) AS q WHERE contact_id {given} ORDER BY contact_id"
        );
        return stream(db, &sql, values, each).await;
    }
    let mut alike = "language".to_owned();
    for field in fields {
        alike.push_str(", ");
        alike.push_str(&audience::slot(db, field));
    }
    let sql = format!(
        "SELECT contact_id, language, slots FROM (SELECT contact_id, language, slots, \
         ROW_NUMBER() OVER (PARTITION BY {alike} ORDER BY contact_id) AS place \
         FROM ({inner}) AS q WHERE reason IS NULL) AS p WHERE place = 1 ORDER BY contact_id"
    );
    stream(db, &sql, values, each).await
}

/// How many rows of a distribution there are of each fate; `reason` empty: gets the mail.
pub async fn fates(
    connection: &impl ConnectionTrait,
    distribution_id: i64,
) -> Result<Vec<Fate>, StoreError> {
    let sql = "SELECT COALESCE(reason, '') AS reason, COUNT(*) AS value FROM delivery \
               WHERE distribution_id = $1 GROUP BY COALESCE(reason, '') ORDER BY 1";
    sql::all(connection, sql, vec![distribution_id.into()]).await
}

/// Hands row after row over. Nothing else may be asked of SQLite's one connection meanwhile, which
/// is why `each` cannot wait for anything.
async fn stream(
    db: &DatabaseConnection,
    sql: &str,
    values: Vec<Value>,
    mut each: impl FnMut(Recipient),
) -> Result<(), StoreError> {
    let backend = ConnectionTrait::get_database_backend(db);
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut rows = std::pin::pin!(db.stream_raw(statement).await?);
    while let Some(row) = rows.try_next().await? {
        each(Recipient::from_query_result(&row, "")?);
    }
    Ok(())
}
