//! How many contacts a filter's terms speak of, as far as a plan depends on it: counting ends early.

use std::collections::{HashMap, HashSet};

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
    terms: HashMap<String, i64>,
    /// Those whose contacts are exactly the rows that were counted.
    sets: HashSet<String>,
    lists: HashMap<i64, i64>,
}

impl Sizes {
    pub(super) fn of(&self, term: &Filter) -> Size {
        size(self.terms.get(&term.to_string()).copied())
    }

    pub(super) fn of_list(&self, id: i64) -> Size {
        size(self.lists.get(&id).copied())
    }

    /// Of terms that all have to hold the one that fewest contacts have, where few have it.
    pub(super) fn fewest<'f>(&self, filter: &'f Filter) -> Option<&'f Filter> {
        let parts = match filter {
            Filter::All(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        parts
            .iter()
            .filter_map(|part| {
                let written = part.to_string();
                let count = *self.terms.get(&written)?;
                (count < MANY && self.sets.contains(&written)).then_some((count, part))
            })
            .min_by_key(|(count, _)| *count)
            .map(|(_, part)| part)
    }

    /// Looks up how many were put on a list by hand.
    pub(super) async fn learn_list(
        &mut self,
        connection: &impl ConnectionTrait,
        id: i64,
    ) -> Result<(), StoreError> {
        let rows = "SELECT 1 AS one FROM media_list_member WHERE list_id = $1";
        let count = count(connection, rows, vec![id.into()]).await?;
        self.lists.insert(id, count);
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
                    if let Some((rows, values)) = rows(connection, term, today) {
                        let count = count(connection, &rows, values).await?;
                        self.terms.insert(term.to_string(), count);
                        if is_set(term, today) {
                            self.sets.insert(term.to_string());
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a term means those who have something, not those who lack it.
fn is_set(term: &Filter, today: &Today) -> bool {
    match term {
        Filter::Is(_, wanted) => !wanted.contains(&Wanted::Nothing),
        Filter::When(Event::LastSent, when) => when
            .span(today.now, &today.zone)
            .is_some_and(|span| span.until.is_none()),
        _ => true,
    }
}

fn size(count: Option<i64>) -> Size {
    if count.is_some_and(|count| count >= MANY) {
        Size::Many
    } else {
        Size::Few
    }
}

/// Counts to `MANY` and no further.
async fn count(
    connection: &impl ConnectionTrait,
    rows: &str,
    values: Vec<Value>,
) -> Result<i64, StoreError> {
    let count = format!("SELECT COUNT(*) AS value FROM ({rows} LIMIT {MANY}) AS found");
    sql::number(connection, &count, values).await
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
