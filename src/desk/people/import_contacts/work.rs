//! One file's way into the database: read ahead on a thread of its own, planned and written chunk by chunk, several chunks in a transaction.

use serde_json::json;
use tokio::sync::mpsc;

use crate::desk::Desk;
use crate::desk::people::import_contacts::alive;
use crate::desk::people::import_contacts::book::Book;
use crate::desk::people::import_contacts::files::{
    OpenFile, header_key, lines, reader_died, refused,
};
use crate::desk::people::import_contacts::pace::Pace;
use crate::desk::people::import_contacts::page::Page;
use crate::desk::people::import_contacts::person::{Prepared, PreparedRow};
use crate::desk::people::import_contacts::plan_view::PlannedRow;
use crate::desk::people::import_contacts::reader::{AHEAD, Read, read};
use crate::desk::people::import_contacts::reject_file::RejectFile;
use crate::desk::people::import_contacts::write::{self, Purpose};
use crate::desk::people::import_contacts::{FileReport, ImportRequest, News, Watch};
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::people::opt_out;
use crate::desk::problem::Problem;
use crate::desk::run::lock;
use crate::intake::contact_file::ContactFile;
use crate::intake::draft::Reject;
use crate::intake::header::Field;
use crate::store::connection::{DatabaseTransaction, begin_write, commit};
use crate::store::contact;
use crate::store::import::{self, NewImport};

/// An import at work.
pub(crate) struct Work<'a, 'w> {
    pub(crate) desk: &'a Desk,
    pub(crate) request: &'a ImportRequest,
    pub(crate) list_id: Option<i64>,
    pub(crate) book: Book,
    pub(crate) watch: &'a mut Watch<'w>,
    /// A page that is written and of no use any more.
    pub(crate) spent: Option<Page>,
}

/// What comes from the reader, and how it is taken.
struct Supply {
    receiver: mpsc::Receiver<Read>,
    pace: Pace,
    /// Of the last row that is in.
    last_line: u64,
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
        let (sender, receiver) = mpsc::channel(AHEAD);
        let key = self.desk.key.clone();
        let reading = tokio::task::spawn_blocking(move || read(file, &key, &sender));
        let mut supply = Supply {
            receiver,
            pace: Pace::new(),
            last_line: 0,
        };
        let mut next = supply.receiver.recv().await;
        while let Some(read) = next {
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
            if rows.is_empty() {
                next = supply.receiver.recv().await;
                continue;
            }
            if self.watch.must_stop() {
                report.interrupted_at = Some(supply.last_line);
                return Ok(());
            }
            let ahead = if let Some(import_id) = report.import {
                self.write_some(report, rejects, rows, &mut supply, import_id)
                    .await?
            } else {
                supply.last_line = rows.last().map_or(0, PreparedRow::line);
                self.plan_dry(report, rejects, rows).await?;
                None
            };
            let rows = report.counts.rows;
            (self.watch.tell)(News::Rows {
                rows,
                line: supply.last_line,
                lines,
            });
            next = match ahead {
                Some(read) => Some(read),
                None => supply.receiver.recv().await,
            };
        }
        Err(reader_died())
    }

    /// Writes these rows and what the reader has ready behind them, in one transaction; answers
    /// with what was read and is not written.
    async fn write_some(
        &mut self,
        report: &mut FileReport,
        rejects: &mut Option<RejectFile>,
        rows: Vec<PreparedRow>,
        supply: &mut Supply,
        import_id: i64,
    ) -> Result<Option<Read>, Problem> {
        let pause = supply.pace.pause(lock::is_taken(self.desk));
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        // Only what is committed is reported.
        let before = report.mark();
        let line = supply.last_line;
        let mut refusals = Vec::new();
        match self
            .write(report, &mut refusals, rows, supply, import_id)
            .await
        {
            Ok(ahead) => {
                if let Some(rejects) = rejects {
                    rejects.add(&refusals)?;
                }
                Ok(ahead)
            }
            Err(problem) => {
                report.back_to(before);
                supply.last_line = line;
                Err(problem)
            }
        }
    }

    async fn write(
        &mut self,
        report: &mut FileReport,
        refusals: &mut Vec<Reject>,
        rows: Vec<PreparedRow>,
        supply: &mut Supply,
        import_id: i64,
    ) -> Result<Option<Read>, Problem> {
        supply.pace.begin();
        let transaction = begin_write(self.desk.store.db()).await?;
        contact::lock(&transaction).await?;
        opt_out::key_must_fit_in(self.desk, &transaction).await?;
        self.book.arrive(import::mark(&transaction).await?);
        let mut chunk = rows;
        let mut waiting = None;
        let ahead = loop {
            supply.last_line = chunk.last().map_or(supply.last_line, PreparedRow::line);
            let (drafts, refused) = apart(chunk);
            if !drafts.is_empty() {
                let planned = self.plan_chunk(&transaction, report, drafts, waiting, import_id);
                waiting = Box::pin(planned).await?;
            }
            for reject in &refused {
                report.refuse(reject);
            }
            refusals.extend(refused);
            supply.pace.took();
            let Some(left) = supply.pace.left().filter(|_| !self.watch.must_stop()) else {
                break None;
            };
            match tokio::time::timeout(left, supply.receiver.recv()).await {
                Ok(Some(Read::Chunk(rows))) => chunk = rows,
                Ok(ahead) => break ahead,
                Err(_) => break None,
            }
        };
        if let Some(page) = waiting {
            self.write_page(&transaction, report, page, import_id)
                .await?;
        }
        self.book.depart(import::mark(&transaction).await?);
        commit(transaction).await?;
        Ok(ahead)
    }

    /// Looks a chunk's people up and plans it while the one before is written: in one transaction, so
    /// that nobody changes in between what was looked up. What it says of people on that page goes
    /// there. Answers with the page that now waits to be written.
    async fn plan_chunk(
        &mut self,
        transaction: &DatabaseTransaction,
        report: &mut FileReport,
        mut rows: Vec<Prepared>,
        mut waiting: Option<Page>,
        import_id: i64,
    ) -> Result<Option<Page>, Problem> {
        let met = rows.iter().flat_map(|row| &row.addresses);
        older_keys::meet(self.desk, transaction, met.map(Hashable::from)).await?;
        if let Some(page) = &mut waiting {
            let again: Vec<_> = rows.extract_if(.., |row| page.knows_all_of(row)).collect();
            std::mem::swap(page, &mut self.book.page);
            plan(&mut self.book, self.request, report, &again);
            std::mem::swap(page, &mut self.book.page);
        }
        if let Some(page) = waiting.take_if(|page| page.knows_any(&rows)) {
            self.write_page(transaction, report, page, import_id)
                .await?;
        }
        self.book.load(transaction, &rows).await?;
        if let Some(page) = waiting.take_if(|page| page.shares_people(&self.book.page)) {
            self.write_page(transaction, report, page, import_id)
                .await?;
            self.book.page = Page::default();
            self.book.load(transaction, &rows).await?;
        }
        let Some(mut page) = waiting else {
            plan(&mut self.book, self.request, report, &rows);
            return Ok(Some(std::mem::take(&mut self.book.page)));
        };
        let mut names = std::mem::take(&mut self.book.names);
        write::prepare(transaction, &mut page, &mut names.outlets).await?;
        let purpose = Purpose::new(self.request, self.list_id, import_id);
        let put_down = write::write(
            self.desk,
            transaction,
            &mut page,
            &mut names.labels,
            &purpose,
        );
        let spent = self.spent.take();
        // The database is at work in its own thread from the first time that this one waits for it;
        // giving back so much memory takes time as well.
        let (listed, ()) = tokio::join!(put_down, async {
            plan(&mut self.book, self.request, report, &rows);
            drop((rows, spent));
        });
        report.counts.listed += listed?;
        self.book.names = names;
        self.book.turn(&page);
        self.spent = Some(page);
        Ok(Some(std::mem::take(&mut self.book.page)))
    }

    async fn write_page(
        &mut self,
        transaction: &DatabaseTransaction,
        report: &mut FileReport,
        mut page: Page,
        import_id: i64,
    ) -> Result<(), Problem> {
        let names = &mut self.book.names;
        write::prepare(transaction, &mut page, &mut names.outlets).await?;
        let purpose = Purpose::new(self.request, self.list_id, import_id);
        let labels = &mut self.book.names.labels;
        report.counts.listed +=
            write::write(self.desk, transaction, &mut page, labels, &purpose).await?;
        self.book.turn(&page);
        Ok(())
    }

    async fn plan_dry(
        &mut self,
        report: &mut FileReport,
        rejects: &mut Option<RejectFile>,
        rows: Vec<PreparedRow>,
    ) -> Result<(), Problem> {
        let (rows, refused) = apart(rows);
        if !rows.is_empty() {
            self.load_for_dry_run(&rows).await?;
            plan(&mut self.book, self.request, report, &rows);
            self.book.turn_dry_page();
        }
        if let Some(rejects) = rejects {
            rejects.add(&refused)?;
        }
        for reject in &refused {
            report.refuse(reject);
            report.plan_row(self.request.planned_rows, || PlannedRow::rejected(reject));
        }
        report.sort_plan();
        Ok(())
    }

    async fn load_for_dry_run(&mut self, rows: &[Prepared]) -> Result<(), Problem> {
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
}

fn apart(rows: Vec<PreparedRow>) -> (Vec<Prepared>, Vec<Reject>) {
    let (mut drafts, mut refusals) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match row {
            PreparedRow::Draft(draft) => drafts.push(*draft),
            PreparedRow::Reject(reject) => refusals.push(reject),
        }
    }
    (drafts, refusals)
}

fn plan(book: &mut Book, request: &ImportRequest, report: &mut FileReport, rows: &[Prepared]) {
    for row in rows {
        let Some(planned) = book.plan(row, &request.tags, request.kind) else {
            continue;
        };
        report.count(&planned);
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
