//! Reading ahead on a thread of its own: parsing and hashing go on while the database writes.

use std::collections::HashMap;

use tokio::sync::mpsc;

use crate::desk::people::import_contacts::person::{PreparedRow, prepare};
use crate::domain::suppression::SuppressionKey;
use crate::intake::contact_file::ContactFile;
use crate::intake::problem::IntakeProblem;

/// Rows that are planned and written together.
const CHUNK: usize = 500;
/// Chunks that wait for the database at most.
pub(crate) const AHEAD: usize = 6;
/// Domains whose hash is kept: those of the large hosts stand in every second row.
const DOMAINS: usize = 20_000;

/// What the reading thread hands over.
pub(crate) enum Read {
    Chunk(Vec<PreparedRow>),
    Failed(IntakeProblem),
    Ended(Vec<(u64, String)>),
}

/// The hashes of addresses and domains, each domain's once.
pub(crate) struct Hashes<'a> {
    pub(crate) key: &'a SuppressionKey,
    domains: HashMap<String, String>,
}

impl<'a> Hashes<'a> {
    pub(crate) fn new(key: &'a SuppressionKey) -> Self {
        Self {
            key,
            domains: HashMap::new(),
        }
    }

    pub(crate) fn domain(&mut self, domain: &str) -> String {
        if let Some(hash) = self.domains.get(domain) {
            return hash.clone();
        }
        let hash = self.key.domain_hash(domain);
        if self.domains.len() < DOMAINS {
            self.domains.insert(domain.to_owned(), hash.clone());
        }
        hash
    }
}

/// Reads the file to its end, or as long as somebody listens.
pub(crate) fn read(mut file: ContactFile, key: &SuppressionKey, sender: &mpsc::Sender<Read>) {
    let mut hashes = Hashes::new(key);
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = file.next_row() {
        match row {
            Ok(row) => chunk.push(prepare(&mut hashes, row)),
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
