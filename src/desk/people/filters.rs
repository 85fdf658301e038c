//! Filters at the desk: read, explained where they cannot be read, and made ready for a query.

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::domain::filter::{self, Field, Filter, FilterProblem};
use crate::domain::name;
use crate::store::connection::ConnectionTrait;
use crate::store::filter::{self as stored, FilterError, Today};
use crate::store::label::{self, LabelKind};
use crate::store::outlet;

pub use crate::store::filter::Condition;

/// A filter as a person writes it.
///
/// Errors: exit 2 `filter`, with the column and what was expected there.
pub fn read(text: &str) -> Result<Filter, Problem> {
    Ok(filter::parse(text)?)
}

impl From<FilterProblem> for Problem {
    fn from(problem: FilterProblem) -> Self {
        Self::new(Exit::Usage, "filter", problem.to_string())
            .hint(format!("{}\nall of it: docs/filters.md", problem.hint))
    }
}

/// What the times in filters are counted from: now, with the newsroom's days.
pub(crate) fn today(desk: &Desk) -> Today {
    let zone = desk
        .config
        .newsroom
        .time_zone
        .as_deref()
        .and_then(|zone| desk.zones.get(zone))
        .unwrap_or(jiff::tz::TimeZone::UTC);
    Today {
        now: desk.now(),
        zone,
    }
}

/// Why a filter cannot be asked for.
pub(crate) fn refused(error: FilterError) -> Problem {
    let message = error.to_string();
    match error {
        FilterError::Store(error) => error.into(),
        FilterError::NoList(_) => {
            Problem::new(Exit::Usage, "no-list", message).hint("see them all: dateline list list")
        }
        FilterError::Circle(_) => Problem::new(Exit::Usage, "filter-circle", message)
            .hint("take the list out of one of the filters on the way: dateline list show LIST"),
        FilterError::TooDeep(_) => Problem::new(Exit::Usage, "filter-depth", message)
            .hint("name the lists at the end of the chain in this filter itself"),
        FilterError::Unreadable(list) => Problem::new(Exit::Failed, "filter-unreadable", message)
            .hint(format!(
                "write it anew: dateline list edit {list} --where FILTER"
            )),
    }
}

/// The query of a filter, with the lists as they are now.
pub(crate) async fn condition_in(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Condition, Problem> {
    stored::compile(connection, filter, &today(desk))
        .await
        .map_err(refused)
}

/// The query of a filter.
pub async fn condition(desk: &Desk, filter: &Filter) -> Result<Condition, Problem> {
    condition_in(desk, desk.store.db(), filter).await
}

/// How many contacts a condition means.
pub async fn count(desk: &Desk, condition: &Condition) -> Result<i64, Problem> {
    Ok(stored::count(desk.store.db(), condition).await?)
}

/// What a filter asks for that nobody has: a slip in a name finds nobody, or with a minus everybody.
pub async fn remarks(desk: &Desk, filter: &Filter) -> Result<Vec<String>, Problem> {
    let connection = desk.store.db();
    let mut remarks = Vec::new();
    for (field, kind) in [(Field::Beat, LabelKind::Beat), (Field::Tag, LabelKind::Tag)] {
        let asked = filter.values_of(field);
        if asked.is_empty() {
            continue;
        }
        let known = label::keys(connection, kind).await?;
        for value in asked {
            remarks.extend(unknown(field, value, &known));
        }
    }
    let asked = filter.values_of(Field::Outlet);
    if !asked.is_empty() {
        let keys: Vec<String> = asked.iter().map(|value| name::key(value)).collect();
        let found = outlet::known_keys(connection, &keys).await?;
        for (value, key) in asked.iter().zip(&keys) {
            if !found.contains(key) {
                remarks.push(format!(
                    "there is no outlet {value:?}; see them: dateline outlet list"
                ));
            }
        }
    }
    Ok(remarks)
}

fn unknown(field: Field, value: &str, known: &[String]) -> Option<String> {
    let key = name::key(value);
    if known.contains(&key) {
        return None;
    }
    let near = name::nearest(&key, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Some(format!("nobody has the {} {value:?}{near}", field.as_str()))
}
