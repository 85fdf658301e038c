//! What the catcher does wrong on purpose, so that senders can show what they make of it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where in a session something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Banner,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    /// The answer to DATA.
    Data,
    /// 354 has been said, nothing of the body has come.
    AfterGo,
    /// Part of the body has come, perhaps all of it.
    Body,
    /// The dot has come; the mail has not been taken. A reply here must be a refusal.
    BeforeTaking,
    /// The mail has been taken; its reply has not been sent.
    AfterTaking,
    Rset,
    Quit,
}

/// How often.
#[derive(Clone, Debug)]
pub enum When {
    Always,
    Once,
    /// Each time the step is passed for the n-th time; `0` never.
    Every(u64),
    /// The first time for each recipient: greylisting.
    FirstPerAddress,
    /// For this recipient (or sender, at MAIL), without regard to case.
    Address(String),
    /// The first time for this recipient (or sender, at MAIL).
    FirstFor(String),
    /// For recipients at this domain.
    Domain(String),
    /// As long as somebody lets it be so.
    While(Arc<AtomicBool>),
}

/// What then. Replies are raw bytes and need their own line end.
#[derive(Clone, Debug)]
pub enum Act {
    /// This instead of the usual reply.
    Reply(Vec<u8>),
    /// The usual reply, later.
    Delay(Duration),
    /// The usual reply, byte by byte.
    Drip,
    /// The usual reply and more behind it.
    Extra(Vec<u8>),
    /// This, then the connection is closed.
    ReplyAndDrop(Vec<u8>),
    /// Nothing for a while, then this, then the connection is closed: a server's own timeout.
    GiveUp(Duration, Vec<u8>),
    /// Replies that are due are sent, then the connection is closed.
    Drop,
    /// The connection is closed with replies unsent.
    Vanish,
    /// Nothing is ever said again, and nothing closed.
    Mute,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub step: Step,
    pub when: When,
    pub act: Act,
}

/// What EHLO offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a keyword that is sent or not"
)]
pub struct Advertise {
    pub pipelining: bool,
    /// Also the limit that is enforced.
    pub size: Option<u64>,
    pub eight_bit_mime: bool,
    pub smtputf8: bool,
    pub auth: bool,
}

impl Default for Advertise {
    fn default() -> Self {
        Self {
            pipelining: true,
            size: Some(50_000_000),
            eight_bit_mime: true,
            smtputf8: true,
            auth: true,
        }
    }
}

impl Advertise {
    pub const NOTHING: Self = Self {
        pipelining: false,
        size: None,
        eight_bit_mime: false,
        smtputf8: false,
        auth: false,
    };
}

/// All that goes wrong; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub rules: Vec<Rule>,
    pub advertise: Advertise,
    /// 354 even when every recipient was refused, as some servers do behind PIPELINING.
    pub go_without_recipient: bool,
}

impl Faults {
    #[must_use]
    pub fn with(mut self, step: Step, when: When, act: Act) -> Self {
        self.rules.push(Rule { step, when, act });
        self
    }
}

/// The rules with their counters.
pub(crate) struct Mischief {
    pub(crate) faults: Faults,
    passed: Vec<AtomicU64>,
    seen: Mutex<HashSet<(usize, String)>>,
}

impl Mischief {
    pub(crate) fn new(faults: Faults) -> Self {
        Self {
            passed: faults.rules.iter().map(|_| AtomicU64::new(0)).collect(),
            seen: Mutex::default(),
            faults,
        }
    }

    /// The first rule that holds for this step; every rule for the step counts the passage.
    pub(crate) fn at(&self, step: Step, address: &str) -> Option<Act> {
        let mut found = None;
        for (index, (rule, passed)) in self.faults.rules.iter().zip(&self.passed).enumerate() {
            if rule.step != step {
                continue;
            }
            let count = passed.fetch_add(1, Ordering::Relaxed) + 1;
            let holds = match &rule.when {
                When::Always => true,
                When::Once => count == 1,
                When::Every(n) => *n > 0 && count.is_multiple_of(*n),
                When::FirstPerAddress => self
                    .seen
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert((index, address.to_lowercase())),
                When::FirstFor(wanted) => {
                    wanted.eq_ignore_ascii_case(address)
                        && self
                            .seen
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .insert((index, address.to_lowercase()))
                }
                When::While(holds) => holds.load(Ordering::SeqCst),
                When::Address(wanted) => wanted.eq_ignore_ascii_case(address),
                When::Domain(wanted) => address
                    .rsplit_once('@')
                    .is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(wanted)),
            };
            if holds && found.is_none() {
                found = Some(rule.act.clone());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_hold_when_they_say() {
        let rule = |when| Faults::default().with(Step::Rcpt, when, Act::Drop);
        let hits = |when, addresses: &[&str]| {
            let mischief = Mischief::new(rule(when));
            addresses
                .iter()
                .map(|address| mischief.at(Step::Rcpt, address).is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(hits(When::Once, &["a", "b"]), [true, false]);
        assert_eq!(
            hits(When::Every(2), &["a", "b", "c", "d"]),
            [false, true, false, true]
        );
        assert_eq!(
            hits(When::FirstPerAddress, &["a@x", "A@x", "b@x"]),
            [true, false, true]
        );
        assert_eq!(
            hits(When::Address("A@x".into()), &["a@X", "b@x"]),
            [true, false]
        );
        assert_eq!(
            hits(When::FirstFor("A@x".into()), &["b@x", "a@x", "a@x"]),
            [false, true, false]
        );
        let switch = Arc::new(AtomicBool::new(false));
        assert_eq!(hits(When::While(Arc::clone(&switch)), &["a"]), [false]);
        switch.store(true, Ordering::SeqCst);
        assert_eq!(hits(When::While(switch), &["a", "a"]), [true, true]);
        assert_eq!(
            hits(When::Domain("X".into()), &["a@x", "a@y"]),
            [true, false]
        );
        assert!(
            Mischief::new(rule(When::Always))
                .at(Step::Data, "a")
                .is_none()
        );
    }
}
