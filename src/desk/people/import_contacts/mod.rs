//! `contact import`: strangers' files into contacts, chunk by chunk; the same file twice changes nothing.

mod book;
mod person;
mod reject_file;
mod report;
mod write;

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::sync::mpsc;

use crate::desk::Desk;
use crate::desk::issuers::slug;
use crate::desk::people::import_contacts::book::{Book, Outcome};
pub(crate) use crate::desk::people::import_contacts::person::stored;
use crate::desk::people::import_contacts::person::{Prepared, PreparedRow, prepare};
use crate::desk::people::import_contacts::reject_file::RejectFile;
pub use crate::desk::people::import_contacts::report::{
    Counts, FileReport, ImportReport, RejectView, WarningView,
};
use crate::desk::people::import_contacts::write::Purpose;
use crate::desk::people::lists;
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::people::opt_out;
use crate::desk::problem::{Exit, Problem};
use crate::domain::contact::Kind;
use crate::domain::suppression::SuppressionKey;
use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::Reject;
use crate::intake::header::Field;
use crate::intake::problem::IntakeProblem;
use crate::store::connection::{begin_write, commit};
use crate::store::contact;
use crate::store::import::{self, NewImport};
use crate::store::media_list;

/// Rows per transaction: long enough to be quick, short enough that a `run` never waits for long.
const CHUNK: usize = 500;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct ImportRequest {
    pub paths: Vec<PathBuf>,
    /// Where the contacts come from, in the user's words; kept with each of them (LAW).
    pub source: String,
    /// A list's short name; it is created where it is missing.
    pub list: Option<String>,
    /// Tags for everybody in the files.
    pub tags: Vec<String>,
    /// The kind of those of whom none is known.
    pub kind: Option<Kind>,
    pub options: Options,
    /// Plans and reports, and writes nothing to the database.
    pub dry_run: bool,
    pub legal_basis: String,
    /// Where rows that are left out go, to be mended and imported again.
    pub rejects: Option<PathBuf>,
}

/// Imports files of contacts. Each chunk is whole; an import that stops half-way is marked
/// `interrupted`, and importing the same file again finishes it.
///
/// A no in a file becomes a suppression; no file ever lifts one, revives a dead address or takes
/// somebody out of the archive.
///
/// Errors: exit 2 for a missing source or a file that cannot be used (nothing is written then), 78
/// for a foreign key, and whatever the database says. Rejected rows are no error: see
/// `ImportReport::has_rejects`.
pub async fn import(desk: &Desk, request: &ImportRequest) -> Result<ImportReport, Problem> {
    check(request)?;
    opt_out::key_must_fit(desk).await?;
    // All files are opened before the first row is written: a typo in the last name costs nothing.
    let mut files = Vec::new();
    for path in &request.paths {
        files.push((
            path.as_path(),
            open(path.clone(), request.options.clone()).await?,
        ));
    }
    let list_id = match &request.list {
        Some(slug) if !request.dry_run => Some(list(desk, slug).await?),
        _ => None,
    };
    let mut book = Book::new();
    let mut report = ImportReport {
        dry_run: request.dry_run,
        ..ImportReport::default()
    };
    for (path, file) in files {
        let report_of_file = import_file(desk, request, path, file, list_id, &mut book).await?;
        report.import = report.import.or(report_of_file.import);
        report.files.push(report_of_file);
    }
    Ok(report)
}

fn check(request: &ImportRequest) -> Result<(), Problem> {
    let usage =
        |code, message: &str, hint: &str| Err(Problem::new(Exit::Usage, code, message).hint(hint));
    if request.source.trim().is_empty() {
        return usage(
            "no-source",
            "an import needs its source: where these contacts come from",
            "say it in a few words: --source \"Cision export, March 2026\"",
        );
    }
    if request.paths.is_empty() {
        return usage("no-file", "no file to import was named", "name a CSV file");
    }
    if request.rejects.is_some() && request.paths.len() > 1 {
        return usage(
            "rejects-of-several",
            "--rejects keeps the header of one file, but several are imported",
            "import the files one by one, each with its own --rejects",
        );
    }
    match &request.list {
        Some(slug) => slug::check("a list", slug),
        None => Ok(()),
    }
}

/// The list's id; a list that is missing is created.
async fn list(desk: &Desk, slug: &str) -> Result<i64, Problem> {
    if let Some(list) = media_list::by_slug(desk.store.db(), slug).await? {
        return Ok(list.id);
    }
    match lists::create(desk, slug, slug, None, None).await {
        // Another import created it in this instant.
        Err(problem) if problem.code == "exists" => {
            Ok(lists::find(desk.store.db(), slug).await?.id)
        }
        other => Ok(other?.id),
    }
}

fn refused(problem: &IntakeProblem) -> Problem {
    Problem::new(Exit::Usage, problem.code(), problem.to_string())
}

async fn open(path: PathBuf, options: Options) -> Result<ContactFile, Problem> {
    let opened = tokio::task::spawn_blocking(move || ContactFile::open(&path, &options)).await;
    match opened {
        Ok(opened) => opened.map_err(|problem| refused(&problem)),
        Err(_) => Err(reader_died()),
    }
}

fn reader_died() -> Problem {
    Problem::new(
        Exit::Failed,
        "reader",
        "the reader of the file stopped unexpectedly",
    )
    .hint("please report this with the file's header line")
}

async fn import_file(
    desk: &Desk,
    request: &ImportRequest,
    path: &Path,
    file: ContactFile,
    list_id: Option<i64>,
    book: &mut Book,
) -> Result<FileReport, Problem> {
    let mut report = FileReport::new(path, &file, None);
    let rejects = request.rejects.as_deref();
    let mut rejects = rejects
        .map(|rejects| RejectFile::create(rejects, path, file.header()))
        .transpose()?;
    if !request.dry_run {
        let id = begin(desk, request, path, &file).await?;
        book.begin_import(id);
        report.import = Some(id);
    }
    let worked = work(
        desk,
        request,
        file,
        list_id,
        book,
        &mut report,
        &mut rejects,
    )
    .await;
    let Some(id) = report.import else {
        return worked.map(|()| report);
    };
    let counts = json!(report.counts);
    let state = if worked.is_ok() {
        "done"
    } else {
        "interrupted"
    };
    let ended = end(desk, id, state, &counts).await;
    worked.map_err(|problem| interrupted(problem, report.counts.rows))?;
    ended?;
    Ok(report)
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

async fn begin(
    desk: &Desk,
    request: &ImportRequest,
    path: &Path,
    file: &ContactFile,
) -> Result<i64, Problem> {
    let mapping: Vec<_> = file
        .columns()
        .iter()
        .map(|(header, field)| (header, field.map(Field::as_str)))
        .collect();
    // The folder may name a person; which file it was is enough.
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let new = NewImport {
        by: &desk.actor,
        source: request.source.trim(),
        legal_basis: &request.legal_basis,
        file: &name,
        sha256: file.sha256(),
        format: file.format(),
        encoding: file.encoding(),
        delimiter: file.delimiter(),
        header_key: &file.header().join("\u{1f}").to_lowercase(),
        mapping: &json!(mapping).to_string(),
        at: desk.now(),
    };
    let transaction = begin_write(desk.store.db()).await?;
    let id = import::begin(&transaction, &new).await?;
    desk.log(
        &transaction,
        "contact.import",
        "import",
        id,
        json!({"state": "running"}),
    )
    .await?;
    commit(transaction).await?;
    Ok(id)
}

async fn end(desk: &Desk, id: i64, state: &str, counts: &serde_json::Value) -> Result<(), Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    import::end(&transaction, id, state, &counts.to_string()).await?;
    let detail = json!({"state": state, "counts": counts});
    desk.log(&transaction, "contact.import", "import", id, detail)
        .await?;
    commit(transaction).await?;
    Ok(())
}

/// What the reading thread hands over.
enum Read {
    Chunk(Vec<PreparedRow>),
    Failed(IntakeProblem),
    Ended(Vec<(u64, String)>),
}

/// Reads ahead on a thread of its own: parsing and hashing go on while the database writes.
fn read(mut file: ContactFile, key: &SuppressionKey, sender: &mpsc::Sender<Read>) {
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = file.next_row() {
        match row {
            Ok(row) => chunk.push(prepare(key, row)),
            Err(problem) => {
                // What stands above the fault is good and is kept. A closed channel means that
                // the writer has failed: then nobody waits for this.
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

async fn work(
    desk: &Desk,
    request: &ImportRequest,
    file: ContactFile,
    list_id: Option<i64>,
    book: &mut Book,
    report: &mut FileReport,
    rejects: &mut Option<RejectFile>,
) -> Result<(), Problem> {
    let (sender, mut receiver) = mpsc::channel(2);
    let key = desk.key.clone();
    let reading = tokio::task::spawn_blocking(move || read(file, &key, &sender));
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
        let (mut drafts, mut refusals): (Vec<Box<Prepared>>, Vec<Reject>) = (vec![], vec![]);
        for row in rows {
            match row {
                PreparedRow::Draft(draft) => drafts.push(draft),
                PreparedRow::Reject(reject) => refusals.push(reject),
            }
        }
        take_chunk(desk, request, list_id, book, report, &drafts).await?;
        if let Some(rejects) = rejects {
            rejects.add(&refusals)?;
        }
        for reject in &refusals {
            report.counts.rows += 1;
            report.reject(reject);
        }
    }
    Err(reader_died())
}

/// Plans a chunk and, unless this is a dry run, writes it: both in one transaction, so that
/// nobody changes in between what was looked up.
async fn take_chunk(
    desk: &Desk,
    request: &ImportRequest,
    list_id: Option<i64>,
    book: &mut Book,
    report: &mut FileReport,
    drafts: &[Box<Prepared>],
) -> Result<(), Problem> {
    if drafts.is_empty() {
        return Ok(());
    }
    let rows: Vec<&Prepared> = drafts.iter().map(AsRef::as_ref).collect();
    let Some(import_id) = report.import else {
        if desk.older_keys.is_empty() {
            book.load(desk.store.db(), &rows).await?;
        } else {
            // What an older key knows moves to the key in force, and back when this is dropped.
            let transaction = begin_write(desk.store.db()).await?;
            let met = rows.iter().flat_map(|row| &row.addresses);
            older_keys::meet(desk, &transaction, met.map(Hashable::from)).await?;
            book.load(&transaction, &rows).await?;
        }
        plan(book, request, report, &rows);
        book.turn_dry_page();
        return Ok(());
    };
    // Only what is committed is reported.
    let (counts, warnings) = (report.counts, report.warnings.len());
    let listed = write_chunk(desk, request, list_id, book, report, &rows, import_id).await;
    match listed {
        Ok(listed) => report.counts.listed += listed,
        Err(problem) => {
            report.counts = counts;
            report.warnings.truncate(warnings);
            return Err(problem);
        }
    }
    book.turn_page();
    Ok(())
}

async fn write_chunk(
    desk: &Desk,
    request: &ImportRequest,
    list_id: Option<i64>,
    book: &mut Book,
    report: &mut FileReport,
    rows: &[&Prepared],
    import_id: i64,
) -> Result<u64, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    opt_out::key_must_fit_in(desk, &transaction).await?;
    let met = rows.iter().flat_map(|row| &row.addresses);
    older_keys::meet(desk, &transaction, met.map(Hashable::from)).await?;
    book.load(&transaction, rows).await?;
    plan(book, request, report, rows);
    let purpose = Purpose {
        import_id,
        source: request.source.trim(),
        legal_basis: &request.legal_basis,
        list_id,
    };
    let listed = write::write(desk, &transaction, book, &purpose).await?;
    commit(transaction).await?;
    Ok(listed)
}

fn plan(book: &mut Book, request: &ImportRequest, report: &mut FileReport, rows: &[&Prepared]) {
    for row in rows {
        let Some(planned) = book.plan(row, &request.tags, request.kind) else {
            continue;
        };
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
        report.sample(&row.draft);
        for message in row.draft.warnings.iter().cloned().chain(planned.warnings) {
            report.warn(row.draft.line, message);
        }
    }
}
