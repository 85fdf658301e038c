//! One file's way into the database: read ahead on a thread of its own, planned and written chunk by chunk.

use serde_json::json;
use tokio::sync::mpsc;

use crate::desk::Desk;
use crate::desk::people::import_contacts::alive;
use crate::desk::people::import_contacts::book::{Book, Outcome, Planned};
use crate::desk::people::import_contacts::files::{
    OpenFile, header_key, lines, reader_died, refused,
};
use crate::desk::people::import_contacts::person::{Prepared, PreparedRow, prepare};
use crate::desk::people::import_contacts::plan_view::PlannedRow;
use crate::desk::people::import_contacts::reject_file::RejectFile;
use crate::desk::people::import_contacts::write::{self, Purpose};
use crate::desk::people::import_contacts::{FileReport, ImportRequest, News, Watch};
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::people::opt_out;
use crate::desk::problem::Problem;
use crate::domain::suppression::SuppressionKey;
use crate::intake::contact_file::ContactFile;
use crate::intake::draft::Reject;
use crate::intake::header::Field;
use crate::intake::problem::IntakeProblem;
use crate::store::connection::{begin_write, commit};
use crate::store::contact;
use crate::store::import::{self, NewImport};

/// Rows per transaction: long enough to be quick, short enough that a `run` never waits for long.
const CHUNK: usize = 500;

/// An import at work.
pub(crate) struct Work<'a, 'w> {
    pub(crate) desk: &'a Desk,
    pub(crate) request: &'a ImportRequest,
    pub(crate) list_id: Option<i64>,
    pub(crate) book: Book,
    pub(crate) watch: &'a mut Watch<'w>,
}

/// What the reading thread hands over.
enum Read {
    Chunk(Vec<PreparedRow>),
    Failed(IntakeProblem),
    Ended(Vec<(u64, String)>),
}

/// Reads ahead: parsing and hashing go on while the database writes.
fn read(mut file: ContactFile, key: &SuppressionKey, sender: &mpsc::Sender<Read>) {
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = file.next_row() {
        match row {
            Ok(row) => chunk.push(prepare(key, row)),
            Err(problem) => {
                // What stands above the fault is good and is kept. A closed channel means that
                // the writer has failed or was stopped: then nobody waits for this.
                drop(sender.blocking_send(Read::Chunk(chunk)));
                drop(sender.blocking_send(Read::Failed(problem)));
                return;
            }
        }
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if sender.blocking_send(Read::Chunk(full)).is_err() {
                return;
            }
        }
    }
    drop(sender.blocking_send(Read::Chunk(chunk)));
    drop(sender.blocking_send(Read::Ended(file.warnings().to_vec())));
}

/// The failure of an import, with what was done and how it goes on.
fn interrupted(problem: Problem, rows: u64) -> Problem {
    let again = "what was read is kept; when that is mended, import the file again: it finishes";
    Problem {
        message: format!("{} (after {rows} rows)", problem.message),
        hint: Some(match problem.hint {
            Some(hint) => format!("{hint}; {again}"),
            None => again.to_owned(),
        }),
        ..problem
    }
}

impl Work<'_, '_> {
    /// Imports one file, or plans it.
    pub(crate) async fn import_file(&mut self, opened: OpenFile) -> Result<FileReport, Problem> {
        let lines = if self.watch.counts_lines {
            lines(&opened).await
        } else {
            None
        };
        let mut report = FileReport::new(&opened, self.request.dry_run);
        let rejects = self.request.rejects.as_deref();
        let mut rejects = rejects
            .map(|rejects| RejectFile::create(rejects, &opened.path, opened.file.header()))
            .transpose()?;
        (self.watch.tell)(News::Understood(&report));
        if self.request.dry_run {
            let worked = self.work(opened.file, &mut report, &mut rejects, lines);
            return worked.await.map(|()| report);
        }
        let id = self.begin(&opened).await?;
        self.book.begin_import(id);
        report.import = Some(id);
        let life = alive::show(self.desk, id).await?;
        let worked = self
            .work(opened.file, &mut report, &mut rejects, lines)
            .await;
        let is_through = worked.is_ok() && report.interrupted_at.is_none();
        let state = if is_through { "done" } else { "interrupted" };
        let ended = self.end(id, state, &json!(report.counts)).await;
        life.let_go().await;
        worked.map_err(|problem| interrupted(problem, report.counts.rows))?;
        ended?;
        Ok(report)
    }

    async fn begin(&mut self, opened: &OpenFile) -> Result<i64, Problem> {
        let file = &opened.file;
        let mapping: Vec<_> = file
            .columns()
            .iter()
            .map(|(header, field)| (header, field.map(Field::as_str)))
            .collect();
        // The folder may name a person; which file it was is enough.
        let name = opened.path.file_name();
        let name = name
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let new = NewImport {
            by: &self.desk.actor,
            source: self.request.source.trim(),
            legal_basis: &self.request.legal_basis,
            jurisdiction: self.request.jurisdiction.trim(),
            file: &name,
            sha256: file.sha256(),
            format: file.format(),
            encoding: file.encoding(),
            delimiter: file.delimiter(),
            header_key: &header_key(file),
            mapping: &json!(mapping).to_string(),
            said_map: &json!(opened.said_map).to_string(),
            list_id: self.list_id,
            at: self.desk.now(),
        };
        let transaction = begin_write(self.desk.store.db()).await?;
        let id = import::begin(&transaction, &new).await?;
        let detail = json!({"state": "running"});
        self.desk
            .log(&transaction, "contact.import", "import", id, detail)
            .await?;
        commit(transaction).await?;
        Ok(id)
    }

    async fn end(
        &mut self,
        id: i64,
        state: &str,
        counts: &serde_json::Value,
    ) -> Result<(), Problem> {
        let transaction = begin_write(self.desk.store.db()).await?;
        import::end(&transaction, id, state, &counts.to_string()).await?;
        let detail = json!({"state": state, "counts": counts});
        self.desk
            .log(&transaction, "contact.import", "import", id, detail)
            .await?;
        commit(transaction).await?;
        Ok(())
    }

    async fn work(
        &mut self,
        file: ContactFile,
        report: &mut FileReport,
        rejects: &mut Option<RejectFile>,
        lines: Option<u64>,
    ) -> Result<(), Problem> {
        let (sender, mut receiver) = mpsc::channel(2);
        let key = self.desk.key.clone();
        let reading = tokio::task::spawn_blocking(move || read(file, &key, &sender));
        let mut last_line = 0;
        while let Some(read) = receiver.recv().await {
            let rows = match read {
                Read::Chunk(rows) => rows,
                Read::Failed(problem) => return Err(refused(&problem)),
                Read::Ended(warnings) => {
                    for (line, message) in warnings {
                        report.warn(line, message);
                    }
                    return reading.await.map_err(|_| reader_died());
                }
            };
            if !rows.is_empty() && self.watch.must_stop() {
                report.interrupted_at = Some(last_line);
                return Ok(());
            }
            last_line = rows.last().map_or(last_line, PreparedRow::line);
            self.take_rows(rows, report, rejects).await?;
            let rows = report.counts.rows;
            (self.watch.tell)(News::Rows {
                rows,
                line: last_line,
                lines,
            });
        }
        Err(reader_died())
    }

    async fn take_rows(
        &mut self,
        rows: Vec<PreparedRow>,
        report: &mut FileReport,
        rejects: &mut Option<RejectFile>,
    ) -> Result<(), Problem> {
        let (mut drafts, mut refusals): (Vec<Box<Prepared>>, Vec<Reject>) = (vec![], vec![]);
        for row in rows {
            match row {
                PreparedRow::Draft(draft) => drafts.push(draft),
                PreparedRow::Reject(reject) => refusals.push(reject),
            }
        }
        self.take_chunk(report, &drafts).await?;
        if let Some(rejects) = rejects {
            rejects.add(&refusals)?;
        }
        for reject in &refusals {
            report.counts.rows += 1;
            report.reject(reject);
            report.plan_row(self.request.planned_rows, || PlannedRow::rejected(reject));
        }
        report.sort_plan();
        Ok(())
    }

    /// Plans a chunk and, unless this is a dry run, writes it: both in one transaction, so that
    /// nobody changes in between what was looked up.
    async fn take_chunk(
        &mut self,
        report: &mut FileReport,
        drafts: &[Box<Prepared>],
    ) -> Result<(), Problem> {
        if drafts.is_empty() {
            return Ok(());
        }
        let rows: Vec<&Prepared> = drafts.iter().map(AsRef::as_ref).collect();
        let Some(import_id) = report.import else {
            self.load_for_dry_run(&rows).await?;
            plan(&mut self.book, self.request, report, &rows);
            self.book.turn_dry_page();
            return Ok(());
        };
        // Only what is committed is reported.
        let (counts, warnings) = (report.counts, report.warnings.len());
        match self.write_chunk(report, &rows, import_id).await {
            Ok(listed) => report.counts.listed += listed,
            Err(problem) => {
                report.counts = counts;
                report.warnings.truncate(warnings);
                return Err(problem);
            }
        }
        self.book.turn_page();
        Ok(())
    }

    async fn load_for_dry_run(&mut self, rows: &[&Prepared]) -> Result<(), Problem> {
        let db = self.desk.store.db();
        if self.desk.older_keys.is_empty() {
            self.book.load(db, rows).await?;
        } else {
            // What an older key knows moves to the key in force, and back when this is dropped.
            let transaction = begin_write(db).await?;
            let met = rows.iter().flat_map(|row| &row.addresses);
            older_keys::meet(self.desk, &transaction, met.map(Hashable::from)).await?;
            self.book.load(&transaction, rows).await?;
        }
        Ok(())
    }

    async fn write_chunk(
        &mut self,
        report: &mut FileReport,
        rows: &[&Prepared],
        import_id: i64,
    ) -> Result<u64, Problem> {
        let transaction = begin_write(self.desk.store.db()).await?;
        contact::lock(&transaction).await?;
        opt_out::key_must_fit_in(self.desk, &transaction).await?;
        let met = rows.iter().flat_map(|row| &row.addresses);
        older_keys::meet(self.desk, &transaction, met.map(Hashable::from)).await?;
        self.book.load(&transaction, rows).await?;
        plan(&mut self.book, self.request, report, rows);
        let purpose = Purpose {
            import_id,
            source: self.request.source.trim(),
            legal_basis: &self.request.legal_basis,
            jurisdiction: self.request.jurisdiction.trim(),
            list_id: self.list_id,
        };
        let listed = write::write(self.desk, &transaction, &mut self.book, &purpose).await?;
        commit(transaction).await?;
        Ok(listed)
    }
}

fn plan(book: &mut Book, request: &ImportRequest, report: &mut FileReport, rows: &[&Prepared]) {
    for row in rows {
        let Some(planned) = book.plan(row, &request.tags, request.kind) else {
            continue;
        };
        count(report, &planned);
        report.sample(&row.draft);
        if request.dry_run {
            let draft = &row.draft;
            report.plan_row(request.planned_rows, || {
                PlannedRow::of(draft.line, draft.row, &planned)
            });
        }
        for message in row.draft.warnings.iter().cloned().chain(planned.warnings) {
            report.warn(row.draft.line, message);
        }
    }
}

fn count(report: &mut FileReport, planned: &Planned) {
    let counts = &mut report.counts;
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
