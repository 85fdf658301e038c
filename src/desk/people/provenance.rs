//! Where what we know of a contact comes from: field by field, the import and its line, or a person.

use serde::Serialize;

use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::card::CardRow;
use crate::store::connection::ConnectionTrait;
use crate::store::provenance::{self, Change, Edit};

/// Where one thing comes from: an import with its line, or a person, or neither where the contact was
/// added by hand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Provenance {
    pub field: String,
    /// Of beats, tags, lists and further addresses: which.
    pub value: Option<String>,
    pub import: Option<i64>,
    pub line: Option<i64>,
    pub by: Option<String>,
    pub at: Option<Instant>,
}

/// What happened to a contact, for their history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Happened {
    pub(crate) at: Instant,
    pub(crate) what: &'static str,
    pub(crate) words: String,
}

/// Where everything that is filled in comes from.
pub(crate) async fn of(
    connection: &impl ConnectionTrait,
    row: &CardRow,
) -> Result<Vec<Provenance>, Problem> {
    let changes = provenance::changes(connection, row.id).await?;
    let edits = provenance::edits(connection, &[row.id]).await?;
    let fields = [
        ("name", &row.name),
        ("given_name", &row.given_name),
        ("family_name", &row.family_name),
        ("outlet", &row.outlet),
        ("title", &row.title),
        ("kind", &row.kind),
        ("country", &row.country),
        ("language", &row.language),
        ("time_zone", &row.time_zone),
        ("phone", &row.phone),
        ("notes", &row.notes),
        ("attachments", &row.attachments),
    ];
    let mut found: Vec<Provenance> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .filter(|(field, value)| {
            !matches!(
                (*field, value.as_str()),
                ("kind", "unknown") | ("attachments", "ok")
            )
        })
        .map(|(field, value)| of_field(row, field, value, &changes, &edits))
        .collect();
    let hanging = provenance::hanging(connection, row.id).await?;
    found.extend(hanging.into_iter().map(|one| Provenance {
        field: one.field,
        value: Some(one.value),
        import: one.import_id,
        line: one.line,
        by: None,
        at: None,
    }));
    Ok(found)
}

fn of_field(
    row: &CardRow,
    field: &str,
    value: &str,
    changes: &[Change],
    edits: &[Edit],
) -> Provenance {
    let says_it = |change: &&Change| {
        let new = change.new.as_deref().unwrap_or_default();
        change.field == field
            && (new == value || (field == "outlet" && name::key(new) == name::key(value)))
    };
    let change = changes.iter().rev().find(says_it);
    let edit = edits.iter().rev().find(|edit| edit.speaks_of(field));
    let blank = Provenance {
        field: field.to_owned(),
        value: None,
        import: None,
        line: None,
        by: None,
        at: None,
    };
    match (change, edit) {
        (Some(change), edit) if edit.is_none_or(|edit| edit.at <= change.at) => Provenance {
            import: Some(change.import_id),
            line: Some(change.line),
            at: Some(Instant::from_millis(change.at)),
            ..blank
        },
        (_, Some(edit)) => Provenance {
            by: Some(edit.by.clone()),
            at: Some(Instant::from_millis(edit.at)),
            ..blank
        },
        _ => Provenance {
            import: row.origin_import_id,
            line: row.origin_line,
            at: Some(Instant::from_millis(row.created_at)),
            ..blank
        },
    }
}

/// How a contact came to us, and what imports and people changed since.
pub(crate) async fn history(
    connection: &impl ConnectionTrait,
    row: &CardRow,
) -> Result<Vec<Happened>, Problem> {
    let from = match (row.origin_import_id, row.origin_line) {
        (Some(import), Some(line)) => format!("import {import}, line {line}: {}", row.source),
        _ => row.source.clone(),
    };
    let mut all = vec![Happened {
        at: Instant::from_millis(row.created_at),
        what: "added",
        words: from,
    }];
    for change in provenance::changes(connection, row.id).await? {
        let words = match (change.old.as_deref(), change.new.as_deref()) {
            (Some(""), Some(new)) => format!("{}: {new}", change.field),
            (Some(old), Some(new)) => format!("{}: {old} → {new}", change.field),
            _ if change.field == "list" => "off a list".to_owned(),
            _ => change.field,
        };
        let at = match change.line {
            0 => format!("import {}", change.import_id),
            line => format!("import {}, line {line}", change.import_id),
        };
        all.push(Happened {
            at: Instant::from_millis(change.at),
            what: "import",
            words: format!("{at}: {words}"),
        });
    }
    for edit in provenance::edits(connection, &[row.id]).await? {
        let fields = match edit.fields {
            Some(fields) if fields.is_empty() => "beats or tags".to_owned(),
            fields => fields.unwrap_or_default().join(", "),
        };
        all.push(Happened {
            at: Instant::from_millis(edit.at),
            what: "edit",
            words: format!("by {}: {fields}", edit.by),
        });
    }
    Ok(all)
}
