//! What the book hands over: what became of a row, and what a chunk of rows wants written.

use crate::store::contact::StoredAddress;
use crate::store::import::Change;
use crate::store::label::LabelKind;
use crate::store::suppression::NewSuppression;

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Added,
    Updated,
    Unchanged,
    Merged,
}

/// A planned row, for the report.
pub(crate) struct Planned {
    pub(crate) outcome: Outcome,
    pub(crate) is_opted_out: bool,
    pub(crate) is_bounced: bool,
    pub(crate) warnings: Vec<String>,
    /// For a plan that is shown: the contact's number, where there is one, the line of the row that
    /// this one was merged with, and what changes.
    pub(crate) contact: Option<i64>,
    pub(crate) merged_with: Option<u64>,
    pub(crate) changes: Vec<(&'static str, String, String)>,
}

/// What a chunk of rows wants written. Person ids below zero stand for people who are new.
#[derive(Default)]
pub(crate) struct Pending {
    pub(crate) changes: Vec<Change>,
    pub(crate) labels: Vec<(i64, LabelKind, String)>,
    pub(crate) addresses: Vec<(i64, StoredAddress)>,
    /// Two people of whom a row says that they have one address.
    pub(crate) shared: Vec<(i64, i64)>,
    pub(crate) suppressions: Vec<NewSuppression>,
    pub(crate) bounced: Vec<i64>,
    /// Whom the undo of another import had archived, with the row's line.
    pub(crate) back: Vec<(i64, u64)>,
    /// Who stands on which list, by its short name, in our own export.
    pub(crate) lists: Vec<(i64, String)>,
    /// Everybody whom the chunk is about, for the list.
    pub(crate) members: Vec<i64>,
}
