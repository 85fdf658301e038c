//! Command and reply over a connection that lettre has greeted, each wait under its own clock.

use std::error::Error as _;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use crate::mail::envelope::Offers;
use crate::mail::outcome::Reply;
use crate::mail::route_problem::Trouble;
use crate::mail::transport::{SmtpRoute, Timeouts};
use crate::mail::wire::tally::{Load, RawReply, Unasked};
use crate::mail::wire::{self, Grip, Secured};

/// Why no reply came. After either the connection is of no use: what arrives later would answer
/// something else.
#[derive(Debug)]
pub(crate) enum Break {
    Timeout,
    /// 421: the server ends the connection.
    Closing(Reply),
    Broken(String),
}

/// The stream ended where a reply was owed.
const CLOSED: &str = "the server closed it without an answer";

/// A connection past EHLO.
pub(crate) struct Talk {
    /// Has greeted, and keeps the stream open.
    _smtp: AsyncSmtpConnection,
    grip: Grip,
    timeouts: Timeouts,
}

impl Talk {
    /// Connects, encrypts where asked, and greets.
    pub(crate) async fn open(route: &SmtpRoute) -> Result<(Self, Offers), Trouble> {
        if route.hello.is_empty() || !route.hello.bytes().all(|byte| byte.is_ascii_graphic()) {
            let why = "the name for EHLO must be a host name without blanks";
            return Err(Trouble::Setting(why.into()));
        }
        let (wire, grip) = wire::connect(route).await?;
        let hello = ClientId::Domain(route.hello.clone());
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        // Two replies, the greeting's and EHLO's; a QUIT that lettre may add to a refusal waits
        // within the same limit.
        let answer = timeout(route.timeouts.command * 2, greeting).await;
        let kept = grip.tally().take_kept();
        if let Some(reply) = kept.iter().find(|(code, _)| *code >= 400).map(reply) {
            return Err(if reply.code == 421 {
                Trouble::Closing(reply)
            } else {
                Trouble::Greeting(reply)
            });
        }
        let smtp = answer
            .map_err(|_| Trouble::Timeout("the greeting or EHLO"))?
            .map_err(|problem| Trouble::Dropped(describe(&problem)))?;
        let hello_lines = kept.last().map(|(_, lines)| lines.as_slice());
        let offers = Offers::parse(hello_lines.unwrap_or_default().iter().map(String::as_str));
        let timeouts = route.timeouts;
        Ok((
            Self {
                _smtp: smtp,
                grip,
                timeouts,
            },
            offers,
        ))
    }

    /// How the connection is encrypted, if it is.
    pub(crate) fn protection(&self) -> Option<Secured> {
        self.grip.tally().protection().cloned()
    }

    /// One command, one reply.
    pub(crate) async fn ask(&mut self, line: &str) -> Result<Reply, Break> {
        let load = Load::commands(line.as_bytes().to_vec(), 1);
        self.write(load, self.timeouts.command).await
    }

    /// Several commands in one write; gives the first reply, the others are read by [`read`](Self::read).
    pub(crate) async fn ask_group(&mut self, lines: &str, replies: usize) -> Result<Reply, Break> {
        let load = Load::commands(lines.as_bytes().to_vec(), replies);
        self.write(load, self.timeouts.command).await
    }

    /// A body with its dot, which ends at `dot_end`, and whatever follows; gives the dot's reply.
    pub(crate) async fn deliver(
        &mut self,
        bytes: Vec<u8>,
        dot_end: usize,
        replies: usize,
    ) -> Result<Reply, Break> {
        let load = Load::body(bytes, dot_end, replies);
        self.write(load, self.timeouts.last).await
    }

    /// The next reply that is owed.
    pub(crate) async fn read(&mut self) -> Result<Reply, Break> {
        self.read_within(self.timeouts.command).await
    }

    /// Writes the load and reads its first reply. While bytes are going out the clock is `data`'s
    /// and starts anew with each progress, then it is `limit`.
    async fn write(&mut self, load: Load, limit: Duration) -> Result<Reply, Break> {
        self.grip.tally().set_load(load);
        let mut before = 0;
        loop {
            let writing = poll_fn(|cx| self.grip.poll_load(cx));
            match timeout(self.timeouts.data, writing).await {
                Ok(Ok(())) => return self.read_within(limit).await,
                Ok(Err(problem)) => return understood(Err(problem)),
                Err(_) => {}
            }
            let sent = self.grip.tally().sent();
            if sent == before {
                return Err(Break::Timeout);
            }
            before = sent;
        }
    }

    async fn read_within(&mut self, limit: Duration) -> Result<Reply, Break> {
        let reading = poll_fn(|cx| self.grip.poll_reply(cx));
        match timeout(limit, reading).await {
            Ok(answer) => understood(answer),
            Err(_) => Err(Break::Timeout),
        }
    }

    /// Whether a byte of the last load left our hands.
    pub(crate) fn has_written(&self) -> bool {
        self.grip.tally().sent() > 0
    }

    pub(crate) fn unasked(&self) -> Option<Unasked> {
        self.grip.tally().unasked().cloned()
    }

    /// Why the last verdict cannot be trusted, if it cannot.
    pub(crate) fn doubt(&self) -> Option<String> {
        self.grip.tally().doubt()
    }

    /// Whether the last body was not written to its end.
    pub(crate) fn is_cut(&self) -> bool {
        self.grip.tally().is_cut()
    }
}

impl fmt::Debug for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Talk")
    }
}

fn reply((code, lines): &RawReply) -> Reply {
    Reply::new(*code, lines.iter().map(String::as_str))
}

fn understood(answer: io::Result<Option<RawReply>>) -> Result<Reply, Break> {
    match answer {
        Ok(Some(raw)) => Ok(reply(&raw)),
        Ok(None) => Err(Break::Broken(CLOSED.to_owned())),
        Err(problem) => Err(Break::Broken(short(&problem.to_string()))),
    }
}

/// The innermost reason: lettre's own wrapping says only "Connection error".
fn describe(problem: &SmtpError) -> String {
    let mut reason = problem.to_string();
    let mut source = problem.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    if reason == "incomplete response" {
        CLOSED.to_owned()
    } else {
        short(&reason)
    }
}

/// What a broken connection says, fit for a line.
fn short(reason: &str) -> String {
    reason
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}
