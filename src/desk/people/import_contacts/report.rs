//! What an import reports, for people and, as JSON, for programs.

use serde::{Serialize, Serializer};

use crate::desk::people::import_contacts::PlannedRow;
use crate::desk::people::import_contacts::files::OpenFile;
use crate::desk::people::import_contacts::pending::{Outcome, Planned};
use crate::desk::people::outlets_alike::Alike;
use crate::intake::draft::{ContactDraft, Reject};
use crate::intake::header::Field;

/// Rejects and warnings that are kept one by one; beyond, only their number. A file of a million
/// broken rows must not fill the memory: `--rejects FILE` has them all.
const KEPT: usize = 1000;
/// Rows that are shown as they were read.
const SAMPLES: usize = 3;

/// The JSON contract of `contact import`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ImportReport {
    /// The first file's import; `null` in a dry run.
    pub import: Option<i64>,
    pub dry_run: bool,
    pub files: Vec<FileReport>,
    /// With `--replace`: how many came off the list because they are in none of the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_off_list: Option<u64>,
    /// Rows were left out, and might be about them: so nobody came off the list.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replace_refused: bool,
    /// Outlets that may be one house, after the import.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alike_outlets: Vec<Alike>,
}

impl ImportReport {
    /// Whether it was stopped before its end.
    pub fn is_interrupted(&self) -> bool {
        let mut files = self.files.iter();
        files.any(|file| file.interrupted_at.is_some())
    }

    /// Whether rows were left out: exit code 3.
    pub fn has_rejects(&self) -> bool {
        self.files.iter().any(|file| file.counts.rejected_rows > 0)
    }
}

/// How many rows became what. `rows = added + updated + unchanged + merged + rejected_rows`; the
/// others are "of which".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// A further row about somebody this import has met already.
    pub merged: u64,
    pub rejected_rows: u64,
    /// People who must not be written to, whatever the row said.
    pub opted_out: u64,
    /// People whose address is dead, as the file says.
    pub bounced: u64,
    /// People who are new on the list.
    pub listed: u64,
    pub warned: u64,
}

/// One file of an import.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    pub import: Option<i64>,
    pub file: String,
    pub format: String,
    pub encoding: String,
    pub delimiter: String,
    /// Each header with the field it fills, in the file's order; `null` is not read.
    #[serde(serialize_with = "in_order")]
    pub columns: Vec<(String, Option<&'static str>)>,
    #[serde(flatten)]
    pub counts: Counts,
    /// The import whose `--map` was used here, because the header is the same.
    pub remembered_from: Option<i64>,
    /// What was said with that `--map`, for the terminal.
    #[serde(skip)]
    pub said_map: Vec<(String, String)>,
    /// Up to three people whose names have letters beyond ASCII: the eye sees a wrong encoding.
    pub samples: Vec<Sample>,
    /// In a dry run, what would become of each row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Vec<PlannedRow>>,
    /// The line of the last row that was done, where the import was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted_at: Option<u64>,
    /// At most a thousand; `rejected_rows` is their number.
    pub rejected: Vec<RejectView>,
    /// At most a thousand; `warned` is their number.
    pub warnings: Vec<WarningView>,
}

/// A row that was left out: `row` 1 is the first data record, `line` the physical line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RejectView {
    pub line: u64,
    pub row: u64,
    pub code: &'static str,
    pub reason: String,
    pub value: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WarningView {
    pub line: u64,
    pub message: String,
}

/// A row as it was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Sample {
    pub line: u64,
    pub text: String,
}

/// A JSON object that keeps the columns' order. Of two columns with one header, which an object
/// cannot hold, the one that is read is shown.
fn in_order<S: Serializer>(
    columns: &[(String, Option<&'static str>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let shown = columns
        .iter()
        .enumerate()
        .filter(|(position, (header, field))| {
            let twin = |other: &(String, Option<&str>)| other.0 == *header;
            let read_twin = |other: &(String, Option<&str>)| twin(other) && other.1.is_some();
            if field.is_some() {
                !columns[..*position].iter().any(read_twin)
            } else {
                !columns.iter().any(read_twin) && !columns[..*position].iter().any(twin)
            }
        });
    serializer.collect_map(shown.map(|(_, (header, field))| (header, field)))
}

impl FileReport {
    pub(crate) fn new(opened: &OpenFile, dry_run: bool) -> Self {
        let file = &opened.file;
        let columns = file
            .columns()
            .iter()
            .map(|(header, field)| (header.clone(), field.map(Field::as_str)))
            .collect();
        Self {
            import: None,
            file: opened.path.display().to_string(),
            format: file.format().to_owned(),
            encoding: file.encoding().to_owned(),
            delimiter: file.delimiter().to_owned(),
            columns,
            counts: Counts::default(),
            remembered_from: opened.remembered_from,
            said_map: opened.said_map.clone(),
            samples: Vec::new(),
            plan: dry_run.then(Vec::new),
            interrupted_at: None,
            rejected: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Keeps a row of the plan, where there is a plan and room in it.
    pub(crate) fn plan_row(&mut self, most: usize, row: impl FnOnce() -> PlannedRow) {
        if let Some(plan) = &mut self.plan
            && plan.len() < most
        {
            plan.push(row());
        }
    }

    /// Rejected rows are planned behind the others of their chunk; people look for lines.
    pub(crate) fn sort_plan(&mut self) {
        if let Some(plan) = &mut self.plan {
            plan.sort_by_key(|row| row.row);
        }
    }

    /// Keeps the first rows whose letters show whether the encoding was guessed right.
    pub(crate) fn sample(&mut self, draft: &ContactDraft) {
        if self.samples.len() == SAMPLES {
            return;
        }
        let parts = [&draft.name, &draft.outlet, &draft.title];
        if parts.iter().all(|part| part.is_ascii()) {
            return;
        }
        let parts: Vec<_> = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect();
        self.samples.push(Sample {
            line: draft.line,
            text: parts.join(", "),
        });
    }

    fn reject(&mut self, reject: &Reject) {
        self.counts.rejected_rows += 1;
        if self.rejected.len() < KEPT {
            self.rejected.push(RejectView {
                line: reject.line,
                row: reject.row,
                code: reject.code,
                reason: reject.reason.clone(),
                value: reject.value.clone(),
            });
        }
    }

    /// Counts and keeps a row that is left out.
    pub(crate) fn refuse(&mut self, reject: &Reject) {
        self.counts.rows += 1;
        self.reject(reject);
    }

    /// How far it is, for [`Self::back_to`].
    pub(crate) fn mark(&self) -> (Counts, [usize; 3]) {
        let kept = [self.warnings.len(), self.rejected.len(), self.samples.len()];
        (self.counts, kept)
    }

    /// Forgets what came since: it is not in the database.
    pub(crate) fn back_to(&mut self, (counts, kept): (Counts, [usize; 3])) {
        self.counts = counts;
        self.warnings.truncate(kept[0]);
        self.rejected.truncate(kept[1]);
        self.samples.truncate(kept[2]);
    }

    /// Counts a row that was planned.
    pub(crate) fn count(&mut self, planned: &Planned) {
        let counts = &mut self.counts;
        counts.rows += 1;
        match planned.outcome {
            Outcome::Added => counts.added += 1,
            Outcome::Updated => counts.updated += 1,
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::Merged => counts.merged += 1,
        }
        counts.opted_out += u64::from(planned.is_opted_out);
        counts.bounced += u64::from(planned.is_bounced);
    }

    pub(crate) fn warn(&mut self, line: u64, message: String) {
        self.counts.warned += 1;
        if self.warnings.len() < KEPT {
            self.warnings.push(WarningView { line, message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, FileReport};

    #[test]
    fn the_columns_keep_their_order_and_a_header_that_stands_twice_is_one() {
        let report = FileReport {
            import: None,
            file: "a.csv".to_owned(),
            format: "csv".to_owned(),
            encoding: "utf-8".to_owned(),
            delimiter: ",".to_owned(),
            columns: vec![
                ("Mail".to_owned(), None),
                ("Zone".to_owned(), None),
                ("Mail".to_owned(), Some("email")),
                ("Area".to_owned(), None),
            ],
            counts: Counts {
                rows: 3,
                added: 3,
                ..Counts::default()
            },
            remembered_from: None,
            said_map: vec![],
            samples: vec![],
            plan: None,
            interrupted_at: None,
            rejected: vec![],
            warnings: vec![],
        };
        let json = serde_json::to_string(&report).unwrap();
        assert!(
            json.contains(
                r#""columns":{"Zone":null,"Mail":"email","Area":null},"rows":3,"added":3"#
            ),
            "{json}"
        );
    }
}
