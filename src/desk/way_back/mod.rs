//! The way back: what comes home after sending, whose it is, and what follows from it.

mod act;
pub mod history;
pub mod ledger;
pub mod mailbox;
pub mod read;
pub mod replies;
mod tie;

use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::desk::people::opt_out;
use crate::desk::problem::Problem;
use crate::domain::hex;
use crate::mail::bounce::report::{Kind, Report};
use crate::store::bounce;
use crate::store::connection::{begin_write, commit};
use crate::store::contact;

/// Where a mail came from, kept with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// `bounce ingest` of a file, mbox, Maildir or folder.
    File,
    /// `dateline inbound`, from an alias or pipe.
    Pipe,
    Imap,
}

impl Source {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pipe => "pipe",
            Self::Imap => "imap",
        }
    }
}

/// What became of one mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Reports about mail of ours, how many of each class; `delayed` ones change nothing.
    Bounces { hard: u32, soft: u32, delayed: u32 },
    /// Somebody called a mail of ours spam, and has been opted out.
    Complaint { delivery: i64 },
    /// Somebody asked to be left out, and is.
    OptOut { delivery: i64 },
    /// A program answered; `has_left` where it says that the person works there no more.
    AutoReply {
        delivery: Option<i64>,
        has_left: bool,
    },
    /// A person answered a mail of ours.
    Reply { delivery: i64 },
    /// A report or complaint that cannot be tied to anything we sent: nothing was changed.
    NotOurs,
    /// Neither a report nor an answer to us: for somebody else to read.
    Other,
    /// The same mail was read before.
    Duplicate,
}

impl Outcome {
    /// Whether the mail was for this program, so that a mailbox may put it aside.
    pub fn is_understood(&self) -> bool {
        !matches!(self, Self::Other | Self::NotOurs | Self::Reply { .. })
    }
}

/// Takes one mail in, in one transaction: once it returns, its facts are kept and what follows
/// from them holds; a second time changes nothing.
///
/// Errors: exit 78 for a foreign key; those of the database.
pub async fn take(desk: &Desk, bytes: &[u8], source: Source) -> Result<Outcome, Problem> {
    let report = crate::mail::bounce::read(bytes);
    let envelope = crate::mail::bounce::envelope::read(bytes);
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    opt_out::key_must_fit_in(desk, &transaction).await?;
    let mail = bounce::NewInbound {
        hash: fingerprint(bytes),
        at: desk.now(),
        kind: kind(&report),
        source: source.as_str(),
    };
    let Some(inbound) = bounce::add_inbound(&transaction, &mail).await? else {
        commit(transaction).await?;
        return Ok(Outcome::Duplicate);
    };
    let tied = tie::by_mail(desk, &transaction, &envelope, &report).await?;
    let outcome = act::act(desk, &transaction, inbound, &report, &envelope, tied).await?;
    if let Outcome::Reply { delivery } = outcome {
        replies::keep(desk, &transaction, bytes, delivery).await?;
    }
    commit(transaction).await?;
    Ok(outcome)
}

fn kind(report: &Report) -> &'static str {
    match report.kind {
        Kind::Bounce => "bounce",
        Kind::Complaint => "complaint",
        Kind::AutoReply => "auto-reply",
        Kind::Other => "other",
    }
}

/// Names a mail whichever way it came: what servers write on top while passing it on is left out,
/// and so is how lines end.
fn fingerprint(bytes: &[u8]) -> String {
    const ON_THE_WAY: [&[u8]; 9] = [
        b"received:",
        b"return-path:",
        b"delivered-to:",
        b"x-original-to:",
        b"envelope-to:",
        b"from ",
        b"status:",
        b"x-status:",
        b"delivery-date:",
    ];
    let mut digest = Sha256::new();
    let (mut in_head, mut skips) = (true, false);
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if in_head {
            let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
            if !is_folded {
                let lower = line[..line.len().min(20)].to_ascii_lowercase();
                skips = ON_THE_WAY.iter().any(|name| lower.starts_with(name));
            }
            in_head = !line.is_empty();
            if skips && in_head {
                continue;
            }
        }
        digest.update(line);
        digest.update(b"\n");
    }
    hex::encode(&digest.finalize())
}
