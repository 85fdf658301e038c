//! What a run that stays up says when it happens, and how it sits out a trouble.

use crate::desk::problem::Problem;
use crate::desk::run::Report;
use crate::desk::run::engine::Engine;
use crate::desk::run::ledger::Counts;
use crate::desk::run::trouble::{self, Over, Trouble};

/// What was said already.
#[derive(Debug)]
pub(super) struct Said {
    /// Unknown mails, of dead runs and of this one, and how many of them were told.
    settled: u64,
    unknown: u64,
    /// Mails sent when the way was open last; None: nobody knows of a trouble.
    troubled_at: Option<u64>,
    /// The rest is that of a refused login.
    is_login: bool,
    /// The database cannot be written, and that was said.
    outage: bool,
    gave_up: bool,
}

impl Said {
    pub(super) fn new(settled: u64, is_login: bool) -> Self {
        Self {
            settled,
            unknown: 0,
            // An earlier run may have noted one.
            troubled_at: Some(0),
            is_login,
            outage: false,
            gave_up: false,
        }
    }

    pub(super) const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Results that cannot be written for a minute end the run: a lease lasts little longer.
    pub(super) const fn gave_up(&mut self) {
        self.gave_up = true;
    }
}

impl Engine<'_> {
    /// Hands over what is blocked, begun or finished since the last time, and that a trouble is over.
    pub(super) async fn speak(&mut self) -> Result<(), Problem> {
        if !self.options.watch {
            return Ok(());
        }
        let ledger = &mut self.ledger;
        if !ledger.blocked.is_empty() || !ledger.finished.is_empty() || !ledger.started.is_empty() {
            let report = Report {
                blocked: std::mem::take(&mut ledger.blocked),
                finished: std::mem::take(&mut ledger.finished),
                started: std::mem::take(&mut ledger.started),
                ..Report::default()
            };
            self.say(report);
        }
        let sent = self.ledger.counts.sent;
        if self.said.troubled_at.is_some_and(|before| sent > before) {
            let over = trouble::end(&self.ledger.desk).await?;
            self.said.troubled_at = None;
            self.say_over(over);
        }
        Ok(())
    }

    /// Tells how many are unknown; while mail goes, others may still come to it.
    pub(super) fn say_unknown(&mut self) {
        let all = self.said.settled + self.ledger.counts.unknown;
        let new = all - self.said.unknown;
        if new == 0 || self.options.news.is_none() {
            return;
        }
        self.said.unknown = all;
        self.say(Report {
            counts: Counts {
                unknown: new,
                ..Counts::default()
            },
            ..Report::default()
        });
    }

    fn say_over(&self, over: Option<Over>) {
        if over.is_some() {
            self.say(Report {
                over,
                ..Report::default()
            });
        }
    }

    fn say(&self, report: Report) {
        if let Some(news) = &self.options.news {
            // Nobody listens any more: then the program is ending anyway.
            let _ = news.send(report);
        }
    }

    /// Notes a trouble, says it where that is due, and leaves the server alone for a while.
    pub(super) async fn rest(&mut self) -> Result<(), Problem> {
        let Some(mut trouble) = self.trouble.take() else {
            return Ok(());
        };
        self.ledger.resting = None;
        self.wrongs = 0;
        let desk = &self.ledger.desk;
        self.way.rests_until = Some(desk.now().plus(trouble.pause()));
        self.said.is_login = trouble.is_login;
        self.said.troubled_at = Some(self.ledger.counts.sent);
        trouble::note(desk, &self.way.out, &mut trouble).await?;
        if trouble.tell {
            self.say(Report {
                trouble: Some(trouble),
                ..Report::default()
            });
        }
        Ok(())
    }

    /// Whether the server is left alone now.
    pub(super) fn rests(&self) -> bool {
        let now = self.ledger.desk.now();
        self.way.rests_until.is_some_and(|until| now < until)
    }

    /// Shortly before an instant a server that was away is tried once more, or the lift would wait for
    /// the end of the rest; a login that it refused is not.
    pub(super) fn tries_anew(&mut self, is_start: bool) -> bool {
        if self.rests() && (self.said.is_login || !is_start) {
            return false;
        }
        self.way.rests_until = None;
        true
    }

    /// Whether a run that stays up waits for the database: a full disk is emptied, a lock is let go. A
    /// server that is away may have taken our sign of life with it, so that a new run has to begin.
    pub(super) fn bears(&mut self, problem: &Problem) -> bool {
        let bears = self.options.watch
            && !self.said.gave_up
            && matches!(problem.code, "disk-full" | "locked" | "deadlock");
        if bears {
            self.outage(problem);
        }
        bears
    }

    /// Says at once that nothing can be written, where only a person can mend that.
    pub(super) fn outage(&mut self, problem: &Problem) {
        if problem.code != "disk-full" || self.said.outage {
            return;
        }
        self.said.outage = true;
        let trouble = Trouble {
            message: problem.message.clone(),
            code: problem.code,
            is_login: false,
            tell: true,
        };
        self.say(Report {
            trouble: Some(trouble),
            ..Report::default()
        });
    }

    pub(super) fn outage_is_over(&mut self) {
        if std::mem::take(&mut self.said.outage) {
            self.say_over(Some(Over::Database));
        }
    }
}
