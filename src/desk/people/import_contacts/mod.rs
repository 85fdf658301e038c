//! `contact import`: strangers' files into contacts, chunk by chunk; the same file twice changes nothing.

pub(crate) mod alive;
mod book;
mod files;
mod indexes;
mod pace;
mod page;
mod pending;
mod person;
mod plan_view;
mod reader;
mod reject_file;
mod replace;
mod report;
mod unseen;
mod watch;
mod work;
mod write;

use std::path::PathBuf;

use crate::desk::Desk;
use crate::desk::issuers::slug;
use crate::desk::people::import_contacts::book::Book;
use crate::desk::people::import_contacts::files::OpenFile;
pub(crate) use crate::desk::people::import_contacts::person::stored;
pub use crate::desk::people::import_contacts::plan_view::{PlannedChange, PlannedRow};
pub use crate::desk::people::import_contacts::report::{
    Counts, FileReport, ImportReport, RejectView, WarningView,
};
pub use crate::desk::people::import_contacts::watch::{News, Watch};
use crate::desk::people::import_contacts::work::Work;
use crate::desk::people::lists;
use crate::desk::people::opt_out;
use crate::desk::people::outlets_alike;
use crate::desk::problem::{Exit, Problem};
use crate::domain::contact::Kind;
use crate::intake::contact_file::Options;
use crate::store::media_list;

/// What is asked for.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers another question"
)]
pub struct ImportRequest {
    pub paths: Vec<PathBuf>,
    /// Where the contacts come from, in the user's words; kept with each of them (LAW).
    pub source: String,
    /// A list's short name; it is created where it is missing.
    pub list: Option<String>,
    /// Makes the list equal the files: who is not in them comes off it.
    pub replace: bool,
    /// Does that even where rows could not be read, so that nobody knows who they were about.
    pub replace_despite_rejects: bool,
    /// Tags for everybody in the files.
    pub tags: Vec<String>,
    /// The kind of those of whom none is known.
    pub kind: Option<Kind>,
    pub options: Options,
    /// Does not look for what was said with `--map` for the same header before.
    pub forget_mapping: bool,
    /// Plans and reports, and writes nothing to the database.
    pub dry_run: bool,
    /// How many rows of a dry run's plan are kept to be shown.
    pub planned_rows: usize,
    pub legal_basis: String,
    /// Whose law the contacts are under, such as `EU`; kept with those that are new.
    pub jurisdiction: String,
    /// Where rows that are left out go, to be mended and imported again.
    pub rejects: Option<PathBuf>,
}

/// Imports files of contacts, with nobody waiting; see [`import_watched`].
pub async fn import(desk: &Desk, request: &ImportRequest) -> Result<ImportReport, Problem> {
    let mut watch = Watch {
        stop: None,
        counts_lines: false,
        tell: &mut |_| {},
    };
    Box::pin(import_watched(desk, request, &mut watch)).await
}

/// Imports files of contacts. Each chunk is whole; an import that stops half-way is marked
/// `interrupted`, and importing the same file again finishes it.
///
/// A no in a file becomes a suppression; no file ever lifts one, revives a dead address or takes
/// somebody out of the archive whom a person put there.
///
/// Errors: exit 2 for a missing source or a file that cannot be used (nothing is written then), 78
/// for a foreign key, and whatever the database says. Rejected rows are no error: see
/// `ImportReport::has_rejects`; nor is a stop: see `ImportReport::is_interrupted`.
pub async fn import_watched(
    desk: &Desk,
    request: &ImportRequest,
    watch: &mut Watch<'_>,
) -> Result<ImportReport, Problem> {
    check(request)?;
    opt_out::key_must_fit(desk).await?;
    // All files are opened before the first row is written: a typo in the last name costs nothing.
    let mut files = Vec::new();
    for path in &request.paths {
        let remembers = !request.forget_mapping;
        files.push(files::open(desk, path, &request.options, remembers).await?);
    }
    let list_id = match &request.list {
        Some(slug) if !request.dry_run => Some(list(desk, slug).await?),
        _ => None,
    };
    let mut report = ImportReport {
        dry_run: request.dry_run,
        ..ImportReport::default()
    };
    let mut work = Work {
        desk,
        request,
        list_id,
        book: Book::new(request.dry_run && request.planned_rows > 0),
        watch,
        spent: None,
    };
    let size = files.iter().map(|file| file.file.size()).sum();
    if !request.dry_run {
        indexes::leave(desk, size).await?;
    }
    let done = import_files(&mut work, files, &mut report).await;
    let made = if request.dry_run {
        Ok(())
    } else {
        indexes::make(desk).await
    };
    done.and(made)?;
    if request.replace && !report.is_interrupted() {
        replace_list(&mut work, &mut report).await?;
    }
    if !request.dry_run && !report.is_interrupted() {
        report.alike_outlets = outlets_alike::after_import(desk).await?;
    }
    Ok(report)
}

async fn import_files(
    work: &mut Work<'_, '_>,
    files: Vec<OpenFile>,
    report: &mut ImportReport,
) -> Result<(), Problem> {
    for file in files {
        let report_of_file = import_file(work, file).await?;
        report.import = report.import.or(report_of_file.import);
        let is_interrupted = report_of_file.interrupted_at.is_some();
        report.files.push(report_of_file);
        if is_interrupted {
            break;
        }
    }
    Ok(())
}

async fn import_file(work: &mut Work<'_, '_>, file: OpenFile) -> Result<FileReport, Problem> {
    let done = work.import_file(file).await?;
    (work.watch.tell)(News::Through(&done));
    Ok(done)
}

/// A row that could not be read may be about somebody on the list, so nobody comes off it then.
async fn replace_list(work: &mut Work<'_, '_>, report: &mut ImportReport) -> Result<(), Problem> {
    let request = work.request;
    if report.has_rejects() && !request.replace_despite_rejects {
        report.replace_refused = true;
        return Ok(());
    }
    let removed = match work.list_id {
        Some(list_id) => replace::replace(work.desk, list_id, work.book.imports()).await?,
        None => replace::would_remove(work.desk, request, &work.book.met_in_dry_run()).await?,
    };
    report.taken_off_list = Some(removed);
    Ok(())
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
    if request.replace && request.list.is_none() {
        return usage(
            "replace-without-list",
            "--replace makes a list equal the file, but no list is named",
            "name it: --list LIST --replace",
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
