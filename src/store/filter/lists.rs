//! Who is on a list: those put there by hand, and those whom its filter means.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::domain::filter::{self, Field, Filter, Wanted};
use crate::store::filter::condition::Condition;
use crate::store::filter::sizes::Sizes;
use crate::store::filter::terms::Size;
use crate::store::filter::{FilterError, Today, terms};
use crate::store::media_list::{self, Rule};

/// Lists that ask for lists that ask for lists: nobody can tell any more who is meant.
const DEEPEST: usize = 8;

/// The rules of all lists, with what is needed to make SQL of those that were asked for.
#[derive(Debug)]
pub struct Lists {
    rules: HashMap<i64, Rule>,
    ids: HashMap<String, i64>,
    sizes: Sizes,
    today: Today,
}

impl Lists {
    /// Reads what a filter needs: the lists that it names, those that their filters name, and so on.
    pub(crate) async fn read(
        connection: &impl ConnectionTrait,
        filter: &Filter,
        today: &Today,
    ) -> Result<Self, FilterError> {
        let named = filter
            .values_of(Field::List)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut lists = Self::with(connection, named, today).await?;
        lists.sizes.learn(connection, filter, today).await?;
        Ok(lists)
    }

    /// Reads what these lists need.
    pub(crate) async fn with(
        connection: &impl ConnectionTrait,
        mut open: Vec<String>,
        today: &Today,
    ) -> Result<Self, FilterError> {
        let mut lists = Self {
            rules: HashMap::new(),
            ids: HashMap::new(),
            sizes: Sizes::default(),
            today: today.clone(),
        };
        if open.is_empty() {
            return Ok(lists);
        }
        for rule in media_list::rules(connection).await? {
            lists.ids.insert(rule.slug.clone(), rule.id);
            lists.rules.insert(rule.id, rule);
        }
        let mut seen = HashSet::new();
        while let Some(slug) = open.pop() {
            if !seen.insert(slug.clone()) {
                continue;
            }
            let rule = lists.rule(&slug)?.clone();
            lists.sizes.learn_list(connection, rule.id).await?;
            open.extend(
                rule.excluded
                    .iter()
                    .filter_map(|id| Some(lists.rules.get(id)?.slug.clone())),
            );
            if let Some(filter) = filter_of(&rule)? {
                open.extend(filter.values_of(Field::List).into_iter().map(str::to_owned));
                lists.sizes.learn(connection, &filter, today).await?;
            }
        }
        Ok(lists)
    }

    fn rule(&self, slug: &str) -> Result<&Rule, FilterError> {
        self.ids
            .get(slug)
            .and_then(|id| self.rules.get(id))
            .ok_or_else(|| FilterError::NoList(slug.to_owned()))
    }

    /// The SQL of a filter.
    pub(crate) fn condition(
        &self,
        backend: DatabaseBackend,
        filter: &Filter,
    ) -> Result<Condition, FilterError> {
        let fewest = match backend {
            DatabaseBackend::Postgres => self.sizes.fewest(filter),
            _ => None,
        };
        let Some(fewest) = fewest else {
            return self.render(backend, filter, &mut Vec::new());
        };
        let parts = match filter {
            Filter::All(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut all = vec![self.term(backend, fewest, Size::Fewest)];
        for part in parts.iter().filter(|part| *part != fewest) {
            all.push(self.render(backend, part, &mut Vec::new())?);
        }
        Ok(Condition::joined(all, " AND "))
    }

    /// A term about the contact alone, not about lists.
    fn term(&self, backend: DatabaseBackend, term: &Filter, size: Size) -> Condition {
        match term {
            Filter::Is(field, wanted) => terms::is(backend, *field, wanted, size),
            Filter::When(event, when) => {
                let span = when.span(self.today.now, &self.today.zone);
                terms::when(*event, span, size)
            }
            Filter::All(_) | Filter::Any(_) | Filter::Not(_) => Condition::everybody(),
        }
    }

    /// The SQL of a list's own filter; None: it has none.
    pub(crate) fn filter(
        &self,
        backend: DatabaseBackend,
        slug: &str,
    ) -> Result<Option<Condition>, FilterError> {
        let rule = self.rule(slug)?;
        let Some(filter) = filter_of(rule)? else {
            return Ok(None);
        };
        self.render(backend, &filter, &mut vec![rule.id]).map(Some)
    }

    fn render(
        &self,
        backend: DatabaseBackend,
        filter: &Filter,
        inside: &mut Vec<i64>,
    ) -> Result<Condition, FilterError> {
        let mut each = |parts: &[Filter]| {
            parts
                .iter()
                .map(|part| self.render(backend, part, inside))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match filter {
            Filter::All(parts) => Condition::joined(each(parts)?, " AND "),
            Filter::Any(parts) => Condition::joined(each(parts)?, " OR "),
            Filter::Not(part) => {
                let inner = self.render(backend, part, inside)?;
                // A contact without an outlet is at no outlet: unknown counts as no. What is never
                // unknown keeps the plain word, which PostgreSQL plans better.
                let (open, close) = if can_be_unknown(part) {
                    ("(", " IS NOT TRUE)")
                } else {
                    ("(NOT ", ")")
                };
                let mut not = Condition::new(open);
                not.append(inner).add(close);
                not
            }
            Filter::Is(Field::List, wanted) => {
                let mut parts = Vec::new();
                for one in wanted {
                    parts.push(match one {
                        Wanted::Value(slug) => self.members(backend, slug, inside)?,
                        Wanted::Nothing => {
                            terms::is(backend, Field::List, &[Wanted::Nothing], Size::Few)
                        }
                    });
                }
                Condition::joined(parts, " OR ")
            }
            term => self.term(backend, term, self.sizes.of(term)),
        })
    }

    /// Who gets what goes to a list: those asked for, without those on its excluded lists.
    fn members(
        &self,
        backend: DatabaseBackend,
        slug: &str,
        inside: &mut Vec<i64>,
    ) -> Result<Condition, FilterError> {
        let rule = self.rule(slug)?;
        let mut members = Condition::new("(");
        members.append(self.asked(backend, rule, inside)?);
        for excluded in &rule.excluded {
            if let Some(excluded) = self.rules.get(excluded) {
                members
                    .add(" AND ")
                    .append(self.asked(backend, excluded, inside)?)
                    .add(" IS NOT TRUE");
            }
        }
        members.add(")");
        Ok(members)
    }

    /// Everybody on a list, whatever it excludes.
    fn asked(
        &self,
        backend: DatabaseBackend,
        rule: &Rule,
        inside: &mut Vec<i64>,
    ) -> Result<Condition, FilterError> {
        if inside.contains(&rule.id) {
            return Err(FilterError::Circle(rule.slug.clone()));
        }
        if inside.len() >= DEEPEST {
            return Err(FilterError::TooDeep(rule.slug.clone()));
        }
        let by_hand = Condition::new(match self.sizes.of_list(rule.id) {
            Size::Few | Size::Fewest => format!(
                "c.id IN (SELECT fm.contact_id FROM media_list_member fm WHERE fm.list_id = {})",
                rule.id
            ),
            Size::Many => format!(
                "EXISTS (SELECT 1 FROM media_list_member fm WHERE fm.list_id = {} AND fm.contact_id = c.id)",
                rule.id
            ),
        });
        let Some(filter) = filter_of(rule)? else {
            return Ok(Condition::joined(vec![by_hand], ""));
        };
        inside.push(rule.id);
        let by_filter = self.render(backend, &filter, inside)?;
        inside.pop();
        Ok(Condition::joined(vec![by_hand, by_filter], " OR "))
    }

    /// The excluded lists of a list, by id and short name.
    pub(crate) fn excluded(&self, slug: &str) -> Result<Vec<(i64, &str)>, FilterError> {
        let excluded = self.rule(slug)?.excluded.iter();
        Ok(excluded
            .filter_map(|id| Some((*id, self.rules.get(id)?.slug.as_str())))
            .collect())
    }
}

/// Whether a filter asks for a column that may be NULL.
fn can_be_unknown(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(can_be_unknown),
        Filter::Not(part) => can_be_unknown(part),
        // A list may have any filter.
        Filter::Is(field, _) => matches!(
            field,
            Field::Outlet | Field::Domain | Field::Text | Field::List
        ),
        Filter::When(..) => false,
    }
}

fn filter_of(rule: &Rule) -> Result<Option<Filter>, FilterError> {
    let Some(text) = &rule.filter else {
        return Ok(None);
    };
    filter::parse(text)
        .map(Some)
        .map_err(|_| FilterError::Unreadable(rule.slug.clone()))
}
