//! Bringing an older database to this version: a backup of it first, then all steps or none.

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::data::backup;
use crate::desk::opening::open::address;
use crate::desk::problem::Problem;
use crate::desk::run::lock;
use crate::store::connection::Store;
use crate::store::history::{self, History};

/// Whether there is to be a backup before the first step, and where.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Backup {
    /// Beside an SQLite database; of a PostgreSQL one beside the key file.
    #[default]
    Beside,
    To(PathBuf),
    /// Somebody takes care of it in another way.
    Declined,
}

/// What the database went through.
pub(in crate::desk::opening) struct Updated {
    pub(in crate::desk::opening) store: Store,
    pub(in crate::desk::opening) steps: Vec<String>,
    pub(in crate::desk::opening) backup: Option<PathBuf>,
}

/// Makes the tables, or brings those of an older version up to `history`. Only where there is
/// something to do is anything written down first.
///
/// A backup that cannot be made ends it before anything was changed. A step that fails leaves the
/// tables as they were, and the refusal says where the backup lies.
pub(in crate::desk::opening) async fn tables(
    config: &Config,
    clock: &Clock,
    wish: &Backup,
    history: &History,
) -> Result<Updated, Problem> {
    let (url, password) = address(config).await?;
    let password = password.as_deref();
    let Some(old) = history::behind(&url, password, history).await? else {
        let (store, steps) = Store::migrate_by(&url, password, history).await?;
        return Ok(Updated {
            store,
            steps,
            backup: None,
        });
    };
    // Held to the end: a run of the older version must not meet tables that it does not know.
    let Some(held) = lock::alone(&old).await? else {
        let why = "the tables that it knows cannot be changed under it";
        return Err(lock::at_work(&old, why, "dateline db migrate").await);
    };
    let shown = old.shown().to_owned();
    let backup = match wish {
        Backup::Declined => None,
        Backup::To(file) => Some(kept(&old, config, file).await?),
        Backup::Beside => Some(kept(&old, config, &beside(&old, config, clock)).await?),
    };
    // PostgreSQL's lock lives in a session of the old pool; SQLite has one connection to give.
    let mut keeps = Some(old);
    if let Some(old) = keeps.take_if(|old| old.is_sqlite()) {
        old.close().await;
    }
    let migrated = Store::migrate_by(&url, password, history).await;
    held.let_go().await;
    if let Some(old) = keeps {
        old.close().await;
    }
    match migrated {
        Ok((store, steps)) => Ok(Updated {
            store,
            steps,
            backup,
        }),
        Err(error) => Err(as_it_was(&shown, Problem::from(error), backup.as_deref())),
    }
}

async fn kept(old: &Store, config: &Config, file: &Path) -> Result<PathBuf, Problem> {
    match backup::write(old, config, file).await {
        Ok(_) => Ok(file.to_owned()),
        Err(mut problem) => {
            problem.message = format!(
                "there has to be a backup before {} is brought up to date: {}",
                old.shown(),
                problem.message
            );
            let hint = problem.hint.map_or_else(String::new, |hint| hint + "; or ");
            problem.hint = Some(format!(
                "{hint}name another file with --backup FILE, or take one in another way and say --no-backup"
            ));
            Err(problem)
        }
    }
}

/// A name that is free, with the time in it.
fn beside(old: &Store, config: &Config, clock: &Clock) -> PathBuf {
    let at = clock.now().timestamp().strftime("%Y%m%dT%H%M%SZ");
    let (stem, ending) = match old.file() {
        Some(file) => (file.to_owned(), "backup"),
        None => (config.desk.key_file.with_file_name("dateline"), "dump"),
    };
    let name = |more: &str| {
        let mut name = stem.clone().into_os_string();
        name.push(format!(".{at}{more}.{ending}"));
        PathBuf::from(name)
    };
    let mut free = name("");
    let mut number = 2;
    while free.exists() {
        free = name(&format!("-{number}"));
        number += 1;
    }
    free
}

fn as_it_was(shown: &str, mut problem: Problem, backup: Option<&Path>) -> Problem {
    problem.message = format!(
        "{shown} was not brought up to date and is as it was: {}",
        problem.message
    );
    let backup = backup.map_or_else(String::new, |file| {
        format!("; a backup from just before lies in {}", file.display())
    });
    let hint = problem.hint.unwrap_or_else(|| "do it again".to_owned());
    problem.hint = Some(format!(
        "{hint}; until then the older Dateline can go on{backup}"
    ));
    problem
}
