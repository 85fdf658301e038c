//! Opt-outs taken in from a file: our own export, after an older database was restored, or a list
//! of addresses of another tool. It only ever adds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::opening::key;
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::people::opt_out::{self, Reach, key_must_fit_in};
use crate::desk::people::opt_out_export::HEADER;
use crate::desk::problem::{Exit, Problem};
use crate::domain::suppression::{Scope, SuppressionKey};
use crate::intake::opt_out_file::{self, HashedNo, OptOutFile};
use crate::store::connection::{DatabaseTransaction, begin_write, commit};
use crate::store::key_change::{self, Hashed};
use crate::store::opt_out_list::{self, TakenIn};
use crate::store::suppression::{self, Origin};
use crate::store::{contact, desk_row, media_list, organization};

/// Entries written in one statement.
const CHUNK: usize = 2_000;
/// Addresses compared with older hashes at a time.
const PAGE: i64 = 5_000;

/// What is to be taken in.
#[derive(Clone, Debug)]
pub struct TakeIn<'a> {
    pub file: &'a Path,
    /// A file with the key that the entries were made with, where it is not ours.
    pub key: Option<&'a Path>,
    /// For a list of addresses: how far their no reaches, and what is written beside it.
    pub reach: Reach,
    pub reason: String,
    pub source: String,
    pub dry_run: bool,
}

/// A line that was left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LeftOut {
    pub line: u64,
    pub reason: String,
}

/// What became of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct TakenInReport {
    pub dry_run: bool,
    /// `dateline` for our own export, else `addresses`.
    pub format: &'static str,
    pub entries: u64,
    pub added: u64,
    /// There before, or covered by a wider one.
    pub already: u64,
    /// A person has lifted that very no here since.
    pub lifted: u64,
    /// Mails that waited and will not be sent.
    pub withdrawn: u64,
    pub rejected: Vec<LeftOut>,
}

/// An entry that is ready to be written.
struct Ready {
    target: &'static str,
    scope: Scope,
    entry: TakenIn,
}

/// Takes a file in, in one transaction: all that can be read, or nothing.
///
/// Errors: exit 2 for a file that cannot be read; 78 `foreign-key` for one that was made with
/// another key, which is not given.
pub async fn take_in(desk: &Desk, asked: &TakeIn<'_>) -> Result<TakenInReport, Problem> {
    let bytes =
        std::fs::read(asked.file).map_err(|error| unreadable(asked.file, &error.to_string()))?;
    let file = opt_out_file::read(&bytes, &HEADER).map_err(|why| unreadable(asked.file, &why.0))?;
    let mut desk = desk.clone();
    if let OptOutFile::Ours(rows) = &file {
        know_keys(&mut desk, asked, rows)?;
    }
    let desk = &desk;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    key_must_fit_in(desk, &transaction).await?;
    let mut report = TakenInReport {
        dry_run: asked.dry_run,
        ..TakenInReport::default()
    };
    let ready = match file {
        OptOutFile::Ours(rows) => {
            report.format = "dateline";
            ours(desk, &transaction, rows, &mut report).await?
        }
        OptOutFile::Addresses(rows) => {
            report.format = "addresses";
            addresses(desk, &transaction, asked, rows, &mut report).await?
        }
    };
    write(desk, &transaction, ready, &mut report).await?;
    if asked.dry_run {
        // Dropped, the transaction takes everything back.
        return Ok(report);
    }
    if report.added > 0 || report.withdrawn > 0 {
        desk_row::touch(&transaction).await?;
        let detail = json!({
            "format": report.format, "added": report.added, "withdrawn": report.withdrawn,
        });
        desk.log(&transaction, "optout.import", "desk", 1, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(report)
}

fn unreadable(path: &Path, why: &str) -> Problem {
    let message = format!("{} cannot be read as opt-outs: {why}", path.display());
    Problem::new(Exit::Usage, "file", message)
        .hint("give a file of dateline optout export, or a list with an address a line")
}

/// Makes sure that every key of the file is known; one that was given is kept in the key file,
/// because its entries are found with it only.
fn know_keys(desk: &mut Desk, asked: &TakeIn<'_>, rows: &[HashedNo]) -> Result<(), Problem> {
    let known = |desk: &Desk| -> HashSet<String> {
        let keys = std::iter::once(&desk.key).chain(&desk.older_keys);
        keys.map(SuppressionKey::fingerprint).collect()
    };
    let mut ours = known(desk);
    let missing = |ours: &HashSet<String>| rows.iter().find(|row| !ours.contains(&row.key));
    if missing(&ours).is_some()
        && let Some(given) = asked.key
    {
        let other = key::read_all(given)?.ok_or_else(|| {
            let message = format!("there is no key file {}", given.display());
            Problem::new(Exit::Usage, "no-key", message)
                .hint("name the file that the old key stands in")
        })?;
        desk.older_keys.extend(
            other
                .into_iter()
                .filter(|key| !ours.contains(&key.fingerprint())),
        );
        ours = known(desk);
        if missing(&ours).is_none() && !asked.dry_run {
            key::add_from(&desk.config.desk.key_file, given)?;
        }
    }
    let Some(row) = missing(&ours) else {
        return Ok(());
    };
    let message = format!(
        "the opt-outs in {} were made with another key (line {}: key {}; ours is {}), so nobody's no could be recognised; nothing was taken in",
        asked.file.display(),
        row.line,
        row.key,
        desk.key.fingerprint(),
    );
    Err(Problem::new(Exit::Config, "foreign-key", message)
        .hint("give the key file that belongs to it as well: --key FILE"))
}

async fn ours(
    desk: &Desk,
    transaction: &DatabaseTransaction,
    rows: Vec<HashedNo>,
    report: &mut TakenInReport,
) -> Result<Vec<Ready>, Problem> {
    let in_force = desk.key.fingerprint();
    let older: HashSet<&str> = rows
        .iter()
        .filter(|row| row.key != in_force)
        .map(|row| row.hash.as_str())
        .collect();
    let known = of_people_here(desk, transaction, &older).await?;
    let lists: HashMap<String, i64> = media_list::list(transaction)
        .await?
        .into_iter()
        .map(|list| (list.slug, list.id))
        .collect();
    let mut ready = Vec::with_capacity(rows.len());
    for row in rows {
        report.entries += 1;
        let scope = match row.scope.as_str() {
            "everything" => Some(Scope::Everything),
            "list" => lists.get(&row.of).copied().map(Scope::List),
            "organization" => organization::by_slug(transaction, &row.of)
                .await?
                .map(|found| Scope::Organization(found.id)),
            _ => None,
        };
        let since = row.since.parse::<jiff::Timestamp>().ok();
        let (Some(scope), Some(since)) = (scope, since) else {
            let reason = if since.is_none() {
                "its date cannot be read".to_owned()
            } else {
                format!(
                    "it reaches the {} {:?}, which is not here: make it, and import the file again",
                    row.scope, row.of
                )
            };
            report.rejected.push(LeftOut {
                line: row.line,
                reason,
            });
            continue;
        };
        // Whose address is here is known by the key in force.
        let (hash, key_id) = match known.get(&row.hash) {
            Some(new) => (new.clone(), in_force.clone()),
            None => (row.hash, row.key),
        };
        ready.push(Ready {
            target: if row.target == "domain" {
                "domain"
            } else {
                "address"
            },
            scope,
            entry: TakenIn {
                key_id,
                hash,
                reason: row.reason,
                source: row.source,
                at: since.as_millisecond(),
            },
        });
    }
    Ok(ready)
}

/// The hashes by the key in force of those of `wanted` that stand for an address here.
async fn of_people_here(
    desk: &Desk,
    transaction: &DatabaseTransaction,
    wanted: &HashSet<&str>,
) -> Result<HashMap<String, String>, Problem> {
    let mut found = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    for hashed in Hashed::ALL {
        let mut after = 0;
        loop {
            let rows = key_change::page(transaction, hashed, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in &rows {
                for older in &desk.older_keys {
                    let anew = older_keys::hashed_anew(older, row, hashed != Hashed::Delivery);
                    let Some((address, domain)) = anew else {
                        continue;
                    };
                    for (old, new) in [(address, &row.address_hash), (domain, &row.domain_hash)] {
                        if wanted.contains(old.as_str()) {
                            found.insert(old, new.clone());
                        }
                    }
                }
            }
        }
    }
    Ok(found)
}

async fn addresses(
    desk: &Desk,
    transaction: &DatabaseTransaction,
    asked: &TakeIn<'_>,
    rows: Vec<(u64, Vec<String>)>,
    report: &mut TakenInReport,
) -> Result<Vec<Ready>, Problem> {
    let scope = opt_out::scope(transaction, &asked.reach).await?;
    let key_id = desk.key.fingerprint();
    let mut targets = Vec::new();
    let mut seen = HashSet::new();
    for (line, texts) in rows {
        if texts.is_empty() {
            report.rejected.push(LeftOut {
                line,
                reason: "there is no address in it".to_owned(),
            });
        }
        for text in texts {
            report.entries += 1;
            match opt_out::target(desk, &text) {
                Ok(target) if seen.insert(target.hash.clone()) => targets.push(target),
                Ok(_) => report.already += 1,
                Err(problem) => report.rejected.push(LeftOut {
                    line,
                    reason: problem.message,
                }),
            }
        }
    }
    let met = targets.iter().map(|target| Hashable {
        key: &target.key,
        domain: &target.domain,
    });
    older_keys::meet(desk, transaction, met).await?;
    let ready = targets.into_iter().map(|target| Ready {
        target: target.kind,
        scope,
        entry: TakenIn {
            key_id: key_id.clone(),
            hash: target.hash,
            reason: asked.reason.clone(),
            source: asked.source.clone(),
            at: desk.now().millis(),
        },
    });
    Ok(ready.collect())
}

/// Writes entries by target and scope, and takes back what waits for those they stop.
async fn write(
    desk: &Desk,
    transaction: &DatabaseTransaction,
    ready: Vec<Ready>,
    report: &mut TakenInReport,
) -> Result<(), Problem> {
    let mut groups: BTreeMap<(&'static str, &'static str, i64), (Scope, Vec<TakenIn>)> =
        BTreeMap::new();
    for one in ready {
        let key = (one.target, one.scope.as_str(), one.scope.id());
        let group = groups.entry(key).or_insert((one.scope, Vec::new()));
        group.1.push(one.entry);
    }
    for ((target, ..), (scope, entries)) in groups {
        for chunk in entries.chunks(CHUNK) {
            let taken =
                opt_out_list::take_in(transaction, target, scope, &desk.actor, chunk).await?;
            report.added += taken.added;
            report.lifted += taken.lifted;
            let all = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            report.already += all.saturating_sub(taken.added + taken.lifted);
            let origin = Origin {
                key_id: "",
                target,
                scope,
                source: "",
                at: desk.now(),
                by: &desk.actor,
            };
            let live = suppression::live_in(
                transaction,
                chunk.iter().map(|one| one.hash.as_str()),
                scope,
            )
            .await?;
            let live: Vec<&str> = live.iter().map(String::as_str).collect();
            report.withdrawn +=
                suppression::withdraw_deliveries(transaction, &origin, &live).await?;
        }
    }
    Ok(())
}
