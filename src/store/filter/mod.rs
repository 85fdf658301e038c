//! Filters as SQL: which contacts a text such as `beat:iot country:DE -tag:trade` means, and who is
//! on a list, by hand or by its filter.

mod condition;
mod lists;
mod sizes;
mod terms;

pub use condition::Condition;
pub use lists::Lists;

use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;

use crate::domain::filter::Filter;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::sql;

/// What a filter's times are counted from.
#[derive(Clone, Debug)]
pub struct Today {
    pub now: Instant,
    /// Whose days are meant.
    pub zone: TimeZone,
}

impl Today {
    /// Today's date, such as `2026-03-12`.
    pub fn day(&self) -> String {
        let now = self.now.timestamp();
        self.zone.to_datetime(now).date().to_string()
    }
}

/// Why a filter cannot become a query.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It names a list that is not there.
    #[error("there is no list {0}")]
    NoList(String),
    /// It asks, by way of other lists, for itself.
    #[error("the filter of the list {0} asks for itself")]
    Circle(String),
    /// It asks for a list that asks for a list, too often.
    #[error("the filter of the list {0} stands behind too many others")]
    TooDeep(String),
    /// What is stored as the list's filter is none.
    #[error("the filter of the list {0} cannot be read")]
    Unreadable(String),
}

/// The SQL of a filter; the lists that it names are read now.
pub async fn compile(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    today: &Today,
) -> Result<Condition, FilterError> {
    let lists = Lists::read(connection, filter, today).await?;
    lists.condition(connection.get_database_backend(), filter)
}

/// Contacts as they are listed and counted: erased ones and those merged into others are never among
/// them.
const LIVING: &str = "c.erased_at IS NULL AND c.merged_into_id IS NULL";

/// How many contacts a condition means.
pub async fn count(
    connection: &impl ConnectionTrait,
    condition: &Condition,
) -> Result<i64, StoreError> {
    let select = format!(
        "SELECT COUNT(*) AS value FROM contact c WHERE {LIVING} AND {}",
        condition.sql(1)
    );
    sql::number(connection, &select, condition.values().to_vec()).await
}

/// The contacts that a condition means, by id, after an id and at most `limit`.
pub async fn ids(
    connection: &impl ConnectionTrait,
    condition: &Condition,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let select = format!(
        "SELECT c.id AS value FROM contact c WHERE {LIVING} AND c.id > {after} AND {} ORDER BY c.id LIMIT {limit}",
        condition.sql(1)
    );
    sql::numbers(connection, &select, condition.values().to_vec()).await
}
