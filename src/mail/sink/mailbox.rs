//! Keeps what the catcher took, within bounds, and a log of every transaction.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::instant::Instant;

/// One mail as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caught {
    /// Counts from 1 in the order of taking.
    pub id: u64,
    pub received_at: Instant,
    /// The envelope's sender; empty for a notification.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// As sent, without the dots that SMTP doubles.
    pub bytes: Arc<[u8]>,
}

/// What came of one MAIL, taken or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Counts connections from 1.
    pub connection: u64,
    pub from: String,
    /// Recipients that were accepted.
    pub to: Vec<String>,
    /// Recipients that were refused.
    pub refused: Vec<String>,
    /// Bytes of body that came, or none when no body was begun.
    pub body: Option<usize>,
    pub taken: bool,
}

/// How much is kept; the oldest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    pub mails: usize,
    /// Bytes of all mails kept.
    pub bytes: usize,
    pub transactions: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            mails: 10_000,
            bytes: 256_000_000,
            transactions: 100_000,
        }
    }
}

/// The mails, shared between the catcher and its page.
#[derive(Debug, Default)]
pub struct Mailbox {
    keep: Keep,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    mails: VecDeque<Arc<Caught>>,
    bytes: usize,
    taken: u64,
    transactions: VecDeque<Transaction>,
}

impl Mailbox {
    pub fn new(keep: Keep) -> Self {
        Self {
            keep,
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Oldest first.
    pub fn mails(&self) -> Vec<Arc<Caught>> {
        self.inner().mails.iter().cloned().collect()
    }

    pub fn get(&self, id: u64) -> Option<Arc<Caught>> {
        let inner = self.inner();
        let first = inner.mails.front()?.id;
        let index = usize::try_from(id.checked_sub(first)?).ok()?;
        inner.mails.get(index).cloned()
    }

    /// How many were taken, those no longer kept included.
    pub fn taken(&self) -> u64 {
        self.inner().taken
    }

    /// Oldest first.
    pub fn transactions(&self) -> Vec<Transaction> {
        self.inner().transactions.iter().cloned().collect()
    }

    pub(crate) fn take(
        &self,
        at: Instant,
        from: &str,
        to: &[String],
        body: Vec<u8>,
    ) -> Arc<Caught> {
        let mut inner = self.inner();
        inner.taken += 1;
        let caught = Arc::new(Caught {
            id: inner.taken,
            received_at: at,
            from: from.to_owned(),
            to: to.to_vec(),
            bytes: body.into(),
        });
        inner.bytes += caught.bytes.len();
        inner.mails.push_back(Arc::clone(&caught));
        while inner.mails.len() > self.keep.mails || inner.bytes > self.keep.bytes {
            let Some(oldest) = inner.mails.pop_front() else {
                break;
            };
            inner.bytes -= oldest.bytes.len();
        }
        caught
    }

    pub(crate) fn log(&self, transaction: Transaction) {
        let mut inner = self.inner();
        inner.transactions.push_back(transaction);
        if inner.transactions.len() > self.keep.transactions {
            inner.transactions.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_ids_stay() {
        let mailbox = Mailbox::new(Keep {
            mails: 2,
            bytes: 100,
            transactions: 1,
        });
        for size in [10, 20, 30] {
            mailbox.take(Instant::from_millis(0), "a", &[], vec![0; size]);
        }
        assert!(mailbox.get(1).is_none() && mailbox.get(4).is_none());
        assert_eq!(mailbox.get(3).unwrap().bytes.len(), 30);
        mailbox.take(Instant::from_millis(0), "a", &[], vec![0; 90]);
        assert_eq!(
            mailbox.mails().iter().map(|m| m.id).collect::<Vec<_>>(),
            [4]
        );
        assert_eq!(mailbox.taken(), 4);
    }
}
