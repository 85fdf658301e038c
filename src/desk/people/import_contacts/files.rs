//! Opening the files, with the mapping that was said for the same header before.

use std::path::{Path, PathBuf};

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::problem::IntakeProblem;
use crate::store::import::{self, Remembered};

/// A file that is understood, and the import whose `--map` it is read with.
pub(crate) struct OpenFile {
    pub(crate) path: PathBuf,
    pub(crate) file: ContactFile,
    /// What was said for its columns, now or for another file with the same header.
    pub(crate) said_map: Vec<(String, String)>,
    pub(crate) remembered_from: Option<i64>,
}

/// Remembered mappings that are tried on a file whose header is not found.
const TRIED: usize = 20;

/// How a header is known again: its words, whatever their capitals.
pub(crate) fn header_key(file: &ContactFile) -> String {
    file.header().join("\u{1f}").to_lowercase()
}

/// Columns without a header row are numbered: that says nothing about the next file.
fn is_numbered(file: &ContactFile) -> bool {
    let mut numbers = 1..;
    file.header().iter().all(|cell| {
        numbers
            .next()
            .is_some_and(|number: u32| *cell == number.to_string())
    })
}

/// Opens a file. Without `--map` it is read as the last file with the same header was told to be.
pub(crate) async fn open(
    desk: &Desk,
    path: &Path,
    options: &Options,
    remembers: bool,
) -> Result<OpenFile, Problem> {
    let opened = read_header(path, options.clone()).await;
    let said = options.map.clone();
    if !said.is_empty() || !remembers {
        return as_said(path, opened, said);
    }
    // Without its mapping a header may not even be found: each that was said is tried on it.
    let header = opened.as_ref().ok().map(header_key);
    let candidates = import::remembered(desk.store.db()).await?;
    let candidates = candidates.into_iter().filter(|candidate| match &header {
        Some(header) => candidate.header_key == *header,
        None => matches!(opened, Err(Refusal::NoEmail(_))),
    });
    for candidate in candidates.take(TRIED) {
        if let Some(file) = again(path, options, &candidate).await {
            return Ok(file);
        }
    }
    as_said(path, opened, said)
}

fn as_said(
    path: &Path,
    opened: Result<ContactFile, Refusal>,
    said: Vec<(String, String)>,
) -> Result<OpenFile, Problem> {
    let file = opened.map_err(Problem::from)?;
    let said_map = if is_numbered(&file) { Vec::new() } else { said };
    Ok(OpenFile {
        path: path.to_owned(),
        file,
        said_map,
        remembered_from: None,
    })
}

/// The file read with a remembered mapping, if it has that header.
async fn again(path: &Path, options: &Options, remembered: &Remembered) -> Option<OpenFile> {
    let map: Vec<(String, String)> = serde_json::from_str(&remembered.said_map).ok()?;
    let options = Options {
        map: map.clone(),
        ..options.clone()
    };
    let file = read_header(path, options).await.ok()?;
    (header_key(&file) == remembered.header_key && !is_numbered(&file)).then(|| OpenFile {
        path: path.to_owned(),
        file,
        said_map: map,
        remembered_from: Some(remembered.id),
    })
}

enum Refusal {
    NoEmail(IntakeProblem),
    Other(IntakeProblem),
    Died,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoEmail(problem) | Refusal::Other(problem) => refused(&problem),
            Refusal::Died => reader_died(),
        }
    }
}

async fn read_header(path: &Path, options: Options) -> Result<ContactFile, Refusal> {
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || ContactFile::open(&path, &options)).await;
    match opened {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(problem)) if matches!(problem, IntakeProblem::NoEmailColumn { .. }) => {
            Err(Refusal::NoEmail(problem))
        }
        Ok(Err(problem)) => Err(Refusal::Other(problem)),
        Err(_) => Err(Refusal::Died),
    }
}

pub(crate) fn refused(problem: &IntakeProblem) -> Problem {
    Problem::new(Exit::Usage, problem.code(), problem.to_string())
}

pub(crate) fn reader_died() -> Problem {
    Problem::new(
        Exit::Failed,
        "reader",
        "the reader of the file stopped unexpectedly",
    )
    .hint("please report this with the file's header line")
}

/// How many lines a file of plain text has; none where its rows are no lines.
pub(crate) async fn lines(file: &OpenFile) -> Option<u64> {
    if matches!(
        file.file.format(),
        "xlsx" | "xls" | "ods" | "vcard" | "address-lines"
    ) {
        return None;
    }
    let path = file.path.clone();
    let counting = tokio::task::spawn_blocking(move || count_lines(&path).ok());
    counting.await.ok().flatten()
}

fn count_lines(path: &Path) -> std::io::Result<u64> {
    use std::io::Read;
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    let mut lines = 0;
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            return Ok(lines);
        }
        lines += memchr::memchr_iter(b'\n', &buffer[..length]).count() as u64;
    }
}
