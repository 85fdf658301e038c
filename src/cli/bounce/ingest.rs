//! `dateline bounce ingest`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::bounce::standard_input;
use crate::cli::context::Context;
use crate::config::keys::serve::Event;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::told::hook;
use crate::desk::way_back::{self, Outcome, Source, mailbox, read};

/// Read what came back, and keep the lists right: dead addresses, complaints, opt-outs
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline bounce ingest ~/Maildir/.bounces
  dateline bounce ingest bounces.mbox --json
  dateline bounce ingest --imap             the mailbox of [mailbox] in config.toml
  cat returned.eml | dateline bounce ingest -
  */5 * * * *  dateline bounce ingest /var/mail/bounces     (from cron)

Reads files, mbox files, Maildirs and folders of .eml, moves and deletes nothing. With --imap what was
understood is moved to done_folder or flagged; answers of people and other mails are left alone. A mail that was
read before counts once, so the same mailbox can be read again and again. Silent where nobody looks on,
as in cron; --json tells the numbers anyway.")]
pub struct Ingest {
    /// Where the mails are; - is standard input
    #[arg(required_unless_present = "imap", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read the mailbox that [mailbox] in config.toml describes
    #[arg(long)]
    imap: bool,
}

#[derive(Default, Serialize)]
struct Counts {
    read: u64,
    hard: u64,
    soft: u64,
    delayed: u64,
    complaints: u64,
    opt_outs: u64,
    auto_replies: u64,
    has_left: u64,
    replies: u64,
    not_ours: u64,
    other: u64,
    duplicates: u64,
}

impl Ingest {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let mut counts = Counts::default();
        if self.imap {
            let report = mailbox::ingest(&desk, |outcome| counts.add(outcome)).await?;
            counts.read += report.read;
        }
        for path in &self.paths {
            if path.as_os_str() == "-" {
                let bytes = standard_input(context)?;
                counts.take_all(&desk, &bytes).await?;
                continue;
            }
            for file in read::files(&context.path(path))? {
                match std::fs::read(&file) {
                    Ok(bytes) => counts.take_all(&desk, &bytes).await?,
                    // A mail program moved it on meanwhile; the next call finds it.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(read::unreadable(&file, &error)),
                }
            }
        }
        for remark in tell(&desk, &counts).await {
            context.output.warn(remark);
        }
        if context.output.is_json() {
            context.output.json(&counts);
        } else if context.output.is_terminal() {
            context.output.done(counts.sentence());
        }
        Ok(Exit::Done)
    }
}

/// Tells the programs that want to know; numbers only.
async fn tell(desk: &Desk, counts: &Counts) -> Vec<String> {
    let mut remarks = Vec::new();
    if counts.hard + counts.soft > 0 {
        let about = serde_json::json!({ "hard": counts.hard, "soft": counts.soft });
        remarks.extend(hook::call(desk, Event::Bounced, about).await);
    }
    if counts.opt_outs + counts.complaints > 0 {
        let about =
            serde_json::json!({ "opt_outs": counts.opt_outs, "complaints": counts.complaints });
        remarks.extend(hook::call(desk, Event::Unsubscribed, about).await);
    }
    remarks
}

impl Counts {
    async fn take_all(&mut self, desk: &Desk, bytes: &[u8]) -> Result<(), Problem> {
        for mail in read::split(bytes) {
            if mail.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.read += 1;
            let outcome = way_back::take(desk, mail, Source::File).await?;
            self.add(&outcome);
        }
        Ok(())
    }

    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Bounces {
                hard,
                soft,
                delayed,
            } => {
                self.hard += u64::from(*hard);
                self.soft += u64::from(*soft);
                self.delayed += u64::from(*delayed);
            }
            Outcome::Complaint { .. } => self.complaints += 1,
            Outcome::OptOut { .. } => self.opt_outs += 1,
            Outcome::AutoReply { has_left, .. } => {
                self.auto_replies += 1;
                self.has_left += u64::from(*has_left);
            }
            Outcome::Reply { .. } => self.replies += 1,
            Outcome::NotOurs => self.not_ours += 1,
            Outcome::Other => self.other += 1,
            Outcome::Duplicate => self.duplicates += 1,
        }
    }

    fn sentence(&self) -> String {
        let named = [
            (self.hard, "hard (address dead)"),
            (self.soft, "soft"),
            (self.delayed, "delayed"),
            (self.complaints, "complaints"),
            (self.opt_outs, "opt-outs"),
            (self.auto_replies, "automatic answers"),
            (self.replies, "replies"),
            (self.not_ours, "not about our mail"),
            (self.other, "of another kind"),
            (self.duplicates, "known already"),
        ];
        let told: Vec<_> = named
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if told.is_empty() {
            return format!("{} read.", self.read);
        }
        format!("{} read: {}.", self.read, told.join(", "))
    }
}
