//! What would become of each row, for whoever looks before the import.

use serde::Serialize;

use crate::desk::people::import_contacts::pending::{Outcome, Planned};
use crate::intake::draft::Reject;

/// A row of the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlannedRow {
    pub line: u64,
    pub row: u64,
    /// `new`, `updated`, `unchanged`, `merged` or `rejected`.
    pub outcome: &'static str,
    /// The contact's number, where there is one already.
    pub contact: Option<i64>,
    /// The line of the row about the same person that this one is merged with.
    pub merged_with: Option<u64>,
    pub changes: Vec<PlannedChange>,
    /// Why it is left out.
    pub reason: Option<String>,
    pub opted_out: bool,
}

/// A field of a contact that is there, before and after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlannedChange {
    pub field: &'static str,
    pub old: String,
    pub new: String,
}

impl PlannedRow {
    pub(crate) fn of(line: u64, row: u64, planned: &Planned) -> Self {
        Self {
            line,
            row,
            outcome: match planned.outcome {
                Outcome::Added => "new",
                Outcome::Updated => "updated",
                Outcome::Unchanged => "unchanged",
                Outcome::Merged => "merged",
            },
            contact: planned.contact,
            merged_with: planned.merged_with,
            changes: planned
                .changes
                .iter()
                .map(|(field, old, new)| PlannedChange {
                    field,
                    old: old.clone(),
                    new: new.clone(),
                })
                .collect(),
            reason: None,
            opted_out: planned.is_opted_out,
        }
    }

    pub(crate) fn rejected(reject: &Reject) -> Self {
        Self {
            line: reject.line,
            row: reject.row,
            outcome: "rejected",
            contact: None,
            merged_with: None,
            changes: Vec::new(),
            reason: Some(reject.reason.clone()),
            opted_out: false,
        }
    }
}
