//! The opt-outs as a file: hashes only, so that it can lie in a backup, and bring back after an
//! older database was restored what was said since.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::opt_out::key_must_fit;
use crate::desk::problem::{Exit, Problem, hint_for_writing};
use crate::domain::formula::guarded;
use crate::domain::instant::Instant;
use crate::store::opt_out_list::{self, ListedNo};

/// The header; its first word is how an import knows the file again.
pub(crate) const HEADER: [&str; 8] = [
    "optout_hash",
    "target",
    "key",
    "scope",
    "of",
    "reason",
    "source",
    "since",
];

const PAGE: i64 = 5_000;

/// What was written out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Exported {
    pub file: String,
    pub entries: u64,
    /// Fingerprints of the keys that the hashes were made with.
    pub keys: Vec<String>,
}

/// Writes every live opt-out into `path`, readable by its owner only; a file that is there is
/// replaced in one step.
///
/// Errors: exit 2 where the file cannot be written; 78 for a foreign key.
pub async fn export(desk: &Desk, path: &Path) -> Result<Exported, Problem> {
    key_must_fit(desk).await?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let draft = std::path::PathBuf::from(draft);
    let refused = |error: &std::io::Error| {
        let message = format!("{} cannot be written: {error}", path.display());
        Problem::new(Exit::Usage, "file", message).hint(hint_for_writing(error))
    };
    let opened = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft);
    let file = opened.map_err(|error| refused(&error))?;
    let written = write(desk, &file).await;
    let kept = match &written {
        Ok(_) => file
            .sync_all()
            .and_then(|()| std::fs::rename(&draft, path))
            .map_err(|error| refused(&error)),
        Err(Failure::File(error)) => Err(refused(error)),
        Err(Failure::Desk(problem)) => Err(problem.clone()),
    };
    if let Err(problem) = kept {
        // A half-written file is of no use to anybody.
        let _ = std::fs::remove_file(&draft);
        return Err(problem);
    }
    let (entries, keys) = written.unwrap_or_default();
    Ok(Exported {
        file: path.display().to_string(),
        entries,
        keys,
    })
}

enum Failure {
    File(std::io::Error),
    Desk(Problem),
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::File(error.into())
    }
}

async fn write(desk: &Desk, file: &std::fs::File) -> Result<(u64, Vec<String>), Failure> {
    let mut writer = csv::Writer::from_writer(std::io::BufWriter::new(file));
    writer.write_record(HEADER)?;
    let (mut after, mut entries, mut keys) = (0, 0, Vec::new());
    loop {
        let rows = opt_out_list::page(desk.store.db(), after, PAGE)
            .await
            .map_err(|error| Failure::Desk(error.into()))?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            if !keys.contains(&row.key_id) {
                keys.push(row.key_id.clone());
            }
            writer.write_record(record(row))?;
            entries += 1;
        }
    }
    let mut inner = writer
        .into_inner()
        .map_err(|error| Failure::File(error.into_error()))?;
    inner.flush().map_err(Failure::File)?;
    Ok((entries, keys))
}

fn record(row: ListedNo) -> [String; HEADER.len()] {
    [
        row.hash,
        row.target,
        row.key_id,
        row.scope,
        row.slug,
        guarded(row.reason),
        guarded(row.source),
        Instant::from_millis(row.at).to_string(),
    ]
}
