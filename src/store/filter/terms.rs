//! A filter's terms as SQL on a contact row `c`.
//!
//! What few contacts have is looked up as a set, what many have is asked of each contact in turn: a
//! page of a million then takes milliseconds either way (measured on both databases).

use sea_orm::DatabaseBackend;

use crate::domain::filter::{Event, Field, Span, Wanted};
use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::filter::condition::Condition;
use crate::store::suppression::suppressed_sql;

/// How many contacts a term speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Size {
    #[default]
    Few,
    /// The fewest of all that have to hold. PostgreSQL looks an array up in the index, whatever it
    /// believes about the rest.
    Fewest,
    Many,
}

impl Size {
    /// What stands around a query of ids.
    pub(super) const fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Self::Fewest => ("c.id = ANY (ARRAY(", "))"),
            Self::Few | Self::Many => ("c.id IN (", ")"),
        }
    }
}

/// The wanted values, and whether none is wanted too.
fn split(wanted: &[Wanted]) -> (Vec<&str>, bool) {
    let values = wanted
        .iter()
        .filter_map(|one| match one {
            Wanted::Value(value) => Some(value.as_str()),
            Wanted::Nothing => None,
        })
        .collect();
    (values, wanted.contains(&Wanted::Nothing))
}

/// A term about a field other than `list`, which needs the lists.
pub(super) fn is(
    backend: DatabaseBackend,
    field: Field,
    wanted: &[Wanted],
    size: Size,
) -> Condition {
    let (values, nothing) = split(wanted);
    let mut parts = Vec::new();
    if !values.is_empty() {
        parts.push(match field {
            Field::Beat | Field::Tag => label(field.as_str(), &values, size),
            Field::Outlet => outlet(&values),
            // Words of our own, written out so that an index made for them is found.
            Field::Kind => Condition::new(format!("c.kind IN ({})", words(&values))),
            Field::Status => status(&values),
            Field::Country => among("c.country", &values),
            Field::Language => language(&values, size),
            Field::Domain => among("c.domain", &values),
            Field::Text => text(backend, &values),
            Field::List => Condition::new("FALSE"),
        });
    }
    if nothing {
        parts.push(Condition::new(match field {
            Field::Beat => missing_label("beat"),
            Field::Tag => missing_label("tag"),
            Field::Outlet => "c.outlet_id IS NULL".to_owned(),
            Field::List => {
                "NOT EXISTS (SELECT 1 FROM media_list_member nm WHERE nm.contact_id = c.id)"
                    .to_owned()
            }
            Field::Country => "c.country = ''".to_owned(),
            Field::Language => "c.language = ''".to_owned(),
            Field::Kind | Field::Status | Field::Domain | Field::Text => "FALSE".to_owned(),
        }));
    }
    Condition::joined(parts, " OR ")
}

/// Only ever given words that stand in the program.
fn words(values: &[&str]) -> String {
    let quoted: Vec<_> = values
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', "''")))
        .collect();
    quoted.join(", ")
}

fn among(column: &str, values: &[&str]) -> Condition {
    let mut condition = Condition::new(format!("{column} IN ("));
    condition
        .bind_all(values.iter().map(|value| (*value).to_owned()))
        .add(")");
    condition
}

fn keys(values: &[&str]) -> impl Iterator<Item = String> {
    values.iter().map(|value| name::key(value))
}

fn label(kind: &str, values: &[&str], size: Size) -> Condition {
    let (open, close) = size.brackets();
    let (open, close) = match size {
        Size::Many => ("EXISTS (SELECT 1".to_owned(), " AND fl.contact_id = c.id)"),
        Size::Few | Size::Fewest => (format!("{open}SELECT fl.contact_id"), close),
    };
    let mut condition = Condition::new(format!(
        "{open} FROM label f CROSS JOIN contact_label fl WHERE fl.label_id = f.id AND f.kind = '{kind}' AND f.name_key IN ("
    ));
    condition.bind_all(keys(values)).add(")").add(close);
    condition
}

fn missing_label(kind: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM contact_label fl JOIN label f ON f.id = fl.label_id WHERE fl.contact_id = c.id AND f.kind = '{kind}')"
    )
}

/// An outlet answers to the names of those that were merged into it.
fn outlet(values: &[&str]) -> Condition {
    let mut condition = Condition::new(
        "c.outlet_id IN (SELECT COALESCE(f.merged_into_id, f.id) FROM outlet f WHERE f.name_key IN (",
    );
    condition.bind_all(keys(values)).add("))");
    condition
}

/// `de` is German everywhere, `de-AT` German in Austria.
fn language(values: &[&str], size: Size) -> Condition {
    let column = match size {
        Size::Few | Size::Fewest => "fc.language",
        Size::Many => "c.language",
    };
    let mut parts = vec![among(column, values)];
    for value in values {
        let mut wider = Condition::new(format!("({column} >= "));
        wider.bind(format!("{value}-"));
        wider.add(&format!(" AND {column} < "));
        // The character after the hyphen: everything that begins so lies between.
        wider.bind(format!("{value}."));
        wider.add(")");
        parts.push(wider);
    }
    let all = Condition::joined(parts, " OR ");
    if size == Size::Many {
        return all;
    }
    of_contacts(all, size)
}

/// A condition on contact rows `fc` as a set of ids.
fn of_contacts(condition: Condition, size: Size) -> Condition {
    let (open, close) = size.brackets();
    let mut set = Condition::new(format!(
        "{open}SELECT fc.id FROM contact fc WHERE fc.erased_at IS NULL AND fc.merged_into_id IS NULL AND "
    ));
    set.append(condition).add(close);
    set
}

/// `opted-out` is who has a live entry; the others are what is stored, without those.
fn status(values: &[&str]) -> Condition {
    let stored: Vec<&str> = values
        .iter()
        .copied()
        .filter(|value| *value != "opted-out")
        .collect();
    let mut parts = Vec::new();
    for value in stored {
        let quiet = if value == "active" {
            ""
        } else {
            " AND c.status <> 'active'"
        };
        parts.push(Condition::new(format!(
            "(c.status = {}{quiet} AND NOT {})",
            words(&[value]),
            suppressed_sql("c", &[], "NULL")
        )));
    }
    if values.contains(&"opted-out") {
        parts.push(Condition::new(OPTED_OUT));
    }
    Condition::joined(parts, " OR ")
}

/// The other way round than `suppressed_sql`, from the entries to the contacts: they are few.
const OPTED_OUT: &str = "c.id IN (\
    SELECT fo.id FROM suppression fs CROSS JOIN contact fo WHERE fo.address_hash = fs.hash AND fs.lifted_at IS NULL AND fs.scope = 'everything' \
    UNION ALL SELECT fa.contact_id FROM suppression fs CROSS JOIN contact_address fa WHERE fa.address_hash = fs.hash \
      AND fs.lifted_at IS NULL AND fs.scope = 'everything' \
    UNION ALL SELECT fd.id FROM contact fd WHERE EXISTS (SELECT 1 FROM suppression fs WHERE fs.target = 'domain' AND fs.lifted_at IS NULL AND fs.scope = 'everything') \
      AND fd.domain_hash IN (SELECT fs.hash FROM suppression fs WHERE fs.target = 'domain' AND fs.lifted_at IS NULL AND fs.scope = 'everything'))";

/// Part of an address, a name or a title, or of an outlet's name, in any case.
fn text(backend: DatabaseBackend, values: &[&str]) -> Condition {
    let mut parts = Vec::new();
    for value in values {
        let needle: String = value.chars().flat_map(char::to_lowercase).collect();
        let pattern = like(&needle);
        // One look on PostgreSQL, where making small costs more than looking.
        let columns: &[&str] = match backend {
            DatabaseBackend::Postgres => {
                &["(c.email_key || chr(10) || c.name || chr(10) || c.title)"]
            }
            _ => &["c.email_key", "c.name", "c.title"],
        };
        for column in columns {
            let mut part = folded(backend, column, &needle);
            part.add(" LIKE ").bind(pattern.clone()).add(" ESCAPE '\\'");
            parts.push(part);
        }
        let mut part =
            Condition::new("c.outlet_id IN (SELECT f.id FROM outlet f WHERE f.name_key LIKE ");
        part.bind(like(&name::key(value))).add(" ESCAPE '\\')");
        parts.push(part);
    }
    Condition::joined(parts, " OR ")
}

/// A column with those capitals made small that the text has small. SQLite knows only ASCII's, and
/// PostgreSQL those of its locale; the others that matter are replaced one by one.
fn folded(backend: DatabaseBackend, column: &str, needle: &str) -> Condition {
    let mut others: Vec<(char, char)> = needle
        .chars()
        .filter(|c| !c.is_ascii())
        .filter_map(|small| {
            let mut upper = small.to_uppercase();
            let capital = upper.next().filter(|capital| *capital != small)?;
            upper.next().is_none().then_some((capital, small))
        })
        .collect();
    others.sort_unstable();
    others.dedup();
    let mut condition = Condition::new("replace(".repeat(others.len()));
    condition.add(&match backend {
        DatabaseBackend::Postgres => format!("lower({column})"),
        // LIKE does it by itself there.
        _ => column.to_owned(),
    });
    for (capital, small) in others {
        condition.add(", ").bind(capital.to_string());
        condition.add(", ").bind(small.to_string());
        condition.add(")");
    }
    condition
}

/// A pattern that finds the text anywhere, with nothing in it that is special to `LIKE`.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A term about a time; `span` None: never.
pub(super) fn when(event: Event, span: Option<Span>, size: Size) -> Condition {
    match (event, span) {
        // Everybody was added once.
        (Event::Created, None) => Condition::new("FALSE"),
        (Event::Created, Some(span)) => created(span, size),
        (Event::LastSent, None) => Condition::new(format!("(NOT {})", written_ever())),
        (Event::LastSent, Some(span)) => {
            let mut parts = Vec::new();
            if let Some(from) = span.from {
                parts.push(written_since(from, size));
            }
            if let Some(until) = span.until {
                // Never an array: who is not in it would have to be looked for in all of it.
                let size = if size == Size::Fewest {
                    Size::Few
                } else {
                    size
                };
                let mut not = Condition::new("NOT ");
                not.append(written_since(until, size));
                parts.push(not);
            }
            Condition::joined(parts, " AND ")
        }
    }
}

fn created(span: Span, size: Size) -> Condition {
    let column = match size {
        Size::Few | Size::Fewest => "fc.created_at",
        Size::Many => "c.created_at",
    };
    let mut parts = Vec::new();
    for (bound, order) in [(span.from, ">="), (span.until, "<")] {
        if let Some(bound) = bound {
            let mut part = Condition::new(format!("{column} {order} "));
            part.bind(bound.millis());
            parts.push(part);
        }
    }
    let all = Condition::joined(parts, " AND ");
    if size == Size::Many {
        return all;
    }
    of_contacts(all, size)
}

/// Deliveries that were mail to somebody: no rehearsals, no tests.
const REAL: &str = "NOT fd.rehearsal AND fd.purpose <> 'test'";

/// Any mail at all, to them or to somebody who was merged into them.
fn written_ever() -> String {
    format!(
        "(EXISTS (SELECT 1 FROM delivery fd WHERE fd.contact_id = c.id AND fd.sent_at IS NOT NULL AND {REAL}) \
         OR EXISTS (SELECT 1 FROM contact fm CROSS JOIN delivery fd WHERE fm.merged_into_id = c.id AND fd.contact_id = fm.id \
           AND fd.sent_at IS NOT NULL AND {REAL}))"
    )
}

/// Mail that was sent at an instant or later. Only distributions that were not over by then are
/// looked into, so that a long history costs nothing.
fn written_since(at: Instant, size: Size) -> Condition {
    let at = at.millis();
    // Numbers only.
    let since = format!("fd.sent_at >= {at} AND {REAL}");
    Condition::new(match size {
        // Two queries, because joining each mail to its contact took four times as long.
        Size::Few | Size::Fewest => format!(
            "({}SELECT fd.contact_id FROM distribution fx CROSS JOIN delivery fd \
             WHERE fd.distribution_id = fx.id AND (fx.finished_at IS NULL OR fx.finished_at >= {at}) AND {since} \
             UNION ALL SELECT fm.merged_into_id FROM contact fm CROSS JOIN delivery fd \
             WHERE fm.merged_into_id IS NOT NULL AND fd.contact_id = fm.id AND {since}{})",
            size.brackets().0,
            size.brackets().1,
        ),
        Size::Many => format!(
            "(EXISTS (SELECT 1 FROM delivery fd WHERE fd.contact_id = c.id AND {since}) \
             OR EXISTS (SELECT 1 FROM contact fm CROSS JOIN delivery fd WHERE fm.merged_into_id = c.id AND fd.contact_id = fm.id AND {since}))"
        ),
    })
}
