//! How many contacts a filter's terms speak of, as far as a plan depends on it: counting ends early.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, Value};

use crate::domain::filter::{Event, Field, Filter, Wanted};
use crate::domain::name;
use crate::store::error::StoreError;
use crate::store::filter::Today;
use crate::store::filter::terms::Size;
use crate::store::{set, sql};

/// From so many on each contact is asked in turn: among a million every twentieth has it, so a page
/// of a thousand is full after twenty thousand.
const MANY: i64 = 50_000;

/// The sizes of terms, by how they are written, and of lists, by id.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    terms: HashMap<String, Size>,
    lists: HashMap<i64, Size>,
}

impl Sizes {
    pub(super) fn of(&self, term: &Filter) -> Size {
        self.terms
            .get(&term.to_string())
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn of_list(&self, id: i64) -> Size {
        self.lists.get(&id).copied().unwrap_or_default()
    }

    /// Looks up how many were put on a list by hand.
    pub(super) async fn learn_list(
        &mut self,
        connection: &impl ConnectionTrait,
        id: i64,
    ) -> Result<(), StoreError> {
        let rows = "SELECT 1 AS one FROM media_list_member WHERE list_id = $1";
        if is_many(connection, rows, vec![id.into()]).await? {
            self.lists.insert(id, Size::Many);
        }
        Ok(())
    }

    /// Looks the terms of a filter up.
    pub(super) async fn learn(
        &mut self,
        connection: &impl ConnectionTrait,
        filter: &Filter,
        today: &Today,
    ) -> Result<(), StoreError> {
        let mut open = vec![filter];
        while let Some(next) = open.pop() {
            match next {
                Filter::All(parts) | Filter::Any(parts) => open.extend(parts),
                Filter::Not(part) => open.push(part),
                term => {
                    if let Some((rows, values)) = rows(connection, term, today)
                        && is_many(connection, &rows, values).await?
                    {
                        self.terms.insert(term.to_string(), Size::Many);
                    }
                }
            }
        }
        Ok(())
    }
}

async fn is_many(
    connection: &impl ConnectionTrait,
    rows: &str,
    values: Vec<Value>,
) -> Result<bool, StoreError> {
    let count = format!("SELECT COUNT(*) AS value FROM ({rows} LIMIT {MANY}) AS found");
    Ok(sql::number(connection, &count, values).await? >= MANY)
}

/// A query of the rows behind a term, where its size matters.
fn rows(
    connection: &impl ConnectionTrait,
    term: &Filter,
    today: &Today,
) -> Option<(String, Vec<Value>)> {
    match term {
        Filter::Is(field @ (Field::Beat | Field::Tag), wanted) => {
            let keys: Vec<String> = values(wanted).map(name::key).collect();
            let select = format!(
                "SELECT 1 AS one FROM label f CROSS JOIN contact_label fl WHERE fl.label_id = f.id AND f.kind = '{}' AND f.name_key {}",
                field.as_str(),
                set::among_texts(connection, 1)
            );
            Some((select, vec![set::bind(&keys)]))
        }
        Filter::Is(Field::Language, wanted) => {
            // The first letters are enough to tell few from many.
            let keys: Vec<String> = values(wanted).map(str::to_owned).collect();
            let select = format!(
                "SELECT 1 AS one FROM contact fc WHERE fc.erased_at IS NULL AND fc.merged_into_id IS NULL AND fc.language {}",
                set::among_texts(connection, 1)
            );
            Some((select, vec![set::bind(&keys)]))
        }
        Filter::When(event, when) => {
            let span = when.span(today.now, &today.zone)?;
            let from = span.from.or(span.until)?.millis();
            let select = match event {
                Event::Created => format!(
                    "SELECT 1 AS one FROM contact fc WHERE fc.erased_at IS NULL AND fc.merged_into_id IS NULL AND fc.created_at {} {from}",
                    if span.from.is_some() { ">=" } else { "<" }
                ),
                Event::LastSent => format!(
                    "SELECT 1 AS one FROM distribution fx CROSS JOIN delivery fd WHERE fd.distribution_id = fx.id \
                     AND (fx.finished_at IS NULL OR fx.finished_at >= {from})"
                ),
            };
            Some((select, vec![]))
        }
        _ => None,
    }
}

fn values(wanted: &[Wanted]) -> impl Iterator<Item = &str> {
    wanted.iter().filter_map(|one| match one {
        Wanted::Value(value) => Some(value.as_str()),
        Wanted::Nothing => None,
    })
}
