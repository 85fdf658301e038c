//! One client's session with the catcher.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::mail::sink::Shared;
use crate::mail::sink::faults::{Act, Step};
use crate::mail::sink::input::{Body, Input};
use crate::mail::sink::login::{Login, Next};
use crate::mail::sink::mailbox::Transaction;

/// RFC 5321, section 4.5.3.2.7: a server waits at least five minutes for a command.
const PATIENCE: Duration = Duration::from_secs(300);
const MAX_RECIPIENTS: usize = 100;
const MAX_MISTAKES: u32 = 50;

/// How a session ended.
pub(crate) enum End<S> {
    Closed,
    /// The client wants TLS on this stream now.
    StartTls(S),
}

/// What an answer did.
#[derive(PartialEq, Eq)]
enum Said {
    /// 2xx or 3xx.
    Yes,
    No,
    /// The connection is over.
    Over,
}

pub(crate) struct Session<S> {
    stream: S,
    shared: Arc<Shared>,
    number: u64,
    encrypted: bool,
    input: Input,
    out: Vec<u8>,
    mail: Option<Transaction>,
    logged_in: bool,
    mistakes: u32,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(crate) fn new(stream: S, shared: Arc<Shared>, number: u64, encrypted: bool) -> Self {
        Self {
            stream,
            shared,
            number,
            encrypted,
            input: Input::default(),
            out: Vec::new(),
            mail: None,
            logged_in: false,
            mistakes: 0,
        }
    }

    /// `greet` is false behind STARTTLS, where the client speaks first.
    pub(crate) async fn run(mut self, greet: bool) -> io::Result<End<S>> {
        let banner = "220 catcher.invalid ESMTP Dateline catcher";
        if greet && self.answer(Step::Banner, "", banner).await? == Said::Over {
            return Ok(End::Closed);
        }
        loop {
            let Some(line) = self.next_line().await? else {
                self.close_transaction();
                return Ok(End::Closed);
            };
            if line.eq_ignore_ascii_case("STARTTLS") && self.offers_starttls() {
                let said = self
                    .answer(Step::StartTls, "", "220 2.0.0 go ahead")
                    .await?;
                self.flush().await?;
                if said == Said::Yes {
                    return Ok(End::StartTls(self.stream));
                }
                continue;
            }
            if self.command(&line).await? == Said::Over {
                self.close_transaction();
                return Ok(End::Closed);
            }
        }
    }

    fn offers_starttls(&self) -> bool {
        !self.encrypted && self.shared.tls.is_some()
    }

    /// Replies are sent only when no further command waits, so that a group of commands gets its
    /// replies in one packet (RFC 2920, section 3.2).
    async fn next_line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(line) = self.input.line()? {
                return Ok(Some(line));
            }
            self.flush().await?;
            match timeout(PATIENCE, self.input.fill(&mut self.stream)).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) | Err(_) => return Ok(None),
                Ok(Err(problem)) => return Err(problem),
            }
        }
    }

    async fn command(&mut self, line: &str) -> io::Result<Said> {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.close_transaction();
                let hello = self.hello();
                self.answer(Step::Ehlo, "", &hello).await
            }
            "HELO" => self.answer(Step::Ehlo, "", "250 catcher.invalid").await,
            "AUTH" => self.auth(argument).await,
            "MAIL" => self.mail(argument).await,
            "RCPT" => self.rcpt(argument).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.close_transaction();
                self.answer(Step::Rset, "", "250 2.0.0 ok").await
            }
            "NOOP" | "VRFY" => Ok(self.say("252 2.0.0 ok")),
            "QUIT" => {
                self.answer(Step::Quit, "", "221 2.0.0 bye").await?;
                self.flush().await?;
                Ok(Said::Over)
            }
            _ => {
                self.mistakes += 1;
                if self.mistakes >= MAX_MISTAKES {
                    self.say("421 4.7.0 too many mistakes");
                    self.flush().await?;
                    return Ok(Said::Over);
                }
                Ok(self.say("500 5.5.2 unknown command"))
            }
        }
    }

    fn hello(&self) -> String {
        let offers = self.shared.mischief.faults.advertise;
        let mut lines = vec!["catcher.invalid".to_owned()];
        if offers.pipelining {
            lines.push("PIPELINING".into());
        }
        if let Some(size) = offers.size {
            lines.push(format!("SIZE {size}"));
        }
        if offers.eight_bit_mime {
            lines.push("8BITMIME".into());
        }
        if offers.smtputf8 {
            lines.push("SMTPUTF8".into());
        }
        if self.offers_starttls() {
            lines.push("STARTTLS".into());
        }
        if offers.auth {
            lines.push("AUTH PLAIN LOGIN XOAUTH2".into());
        }
        let last = lines.len() - 1;
        let lines: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(n, line)| format!("250{}{line}", if n == last { ' ' } else { '-' }))
            .collect();
        lines.join("\r\n")
    }

    async fn auth(&mut self, argument: &str) -> io::Result<Said> {
        let mut login = Login::default();
        let mut next = login.begin(argument);
        while let Next::Ask(challenge) = next {
            self.say(&format!("334 {challenge}"));
            let Some(line) = self.next_line().await? else {
                return Ok(Said::Over);
            };
            next = login.go_on(&line);
        }
        let known = match (&self.shared.login, &next) {
            (_, Next::Bad | Next::Ask(_)) => false,
            (None, Next::Done { .. }) => true,
            (Some(expected), Next::Done { user, secret }) => {
                expected == &(user.clone(), secret.clone())
            }
        };
        let usual = if known {
            "235 2.7.0 welcome"
        } else {
            "535 5.7.8 wrong user name or password"
        };
        let said = self.answer(Step::Auth, "", usual).await?;
        self.logged_in = known && said == Said::Yes;
        Ok(said)
    }

    async fn mail(&mut self, argument: &str) -> io::Result<Said> {
        let Some(from) = path(argument, "FROM:") else {
            return Ok(self.say("501 5.5.4 MAIL FROM:<address>"));
        };
        if self.shared.login.is_some() && !self.logged_in {
            return Ok(self.say("530 5.7.0 log in first"));
        }
        if self.mail.is_some() {
            return Ok(self.say("503 5.5.1 a transaction is open"));
        }
        let said = self.answer(Step::Mail, &from, "250 2.1.0 ok").await?;
        if said == Said::Yes {
            self.mail = Some(Transaction {
                connection: self.number,
                from,
                to: Vec::new(),
                refused: Vec::new(),
                body: None,
                taken: false,
            });
        }
        Ok(said)
    }

    async fn rcpt(&mut self, argument: &str) -> io::Result<Said> {
        let Some(to) = path(argument, "TO:").filter(|to| !to.is_empty()) else {
            return Ok(self.say("501 5.5.4 RCPT TO:<address>"));
        };
        match &self.mail {
            None => return Ok(self.say("503 5.5.1 MAIL first")),
            Some(mail) if mail.to.len() >= MAX_RECIPIENTS => {
                return Ok(self.say("452 4.5.3 too many recipients"));
            }
            Some(_) => {}
        }
        let said = self.answer(Step::Rcpt, &to, "250 2.1.5 ok").await?;
        if let Some(mail) = &mut self.mail {
            match said {
                Said::Yes => mail.to.push(to),
                Said::No => mail.refused.push(to),
                Said::Over => {}
            }
        }
        Ok(said)
    }

    async fn data(&mut self) -> io::Result<Said> {
        let Some(mail) = &self.mail else {
            return Ok(self.say("503 5.5.1 MAIL first"));
        };
        if mail.to.is_empty() && !self.shared.mischief.faults.go_without_recipient {
            return Ok(self.say("503 5.5.1 no valid recipients"));
        }
        let address = mail.to.first().cloned().unwrap_or_default();
        let said = self
            .answer(Step::Data, &address, "354 go ahead, end with a dot")
            .await?;
        if said != Said::Yes {
            return Ok(said);
        }
        self.flush().await?;
        if self.fault(Step::AfterGo, &address).await? == Said::Over {
            return Ok(Said::Over);
        }
        if !self.input.has_bytes() && !self.input.fill(&mut self.stream).await? {
            return Ok(Said::Over);
        }
        self.note_body(0);
        if self.fault(Step::Body, &address).await? == Said::Over {
            return Ok(Said::Over);
        }
        let size = self
            .shared
            .mischief
            .faults
            .advertise
            .size
            .unwrap_or(50_000_000);
        let limit = usize::try_from(size).unwrap_or(usize::MAX);
        let receiving = self.input.body(&mut self.stream, limit);
        match timeout(PATIENCE, receiving).await {
            Ok(Ok(Body::Whole(body))) => self.dot(&address, body).await,
            Ok(Ok(Body::TooLarge)) => {
                self.close_transaction();
                Ok(self.say("552 5.3.4 the mail is too large"))
            }
            Ok(Ok(Body::Cut(bytes))) => {
                self.note_body(bytes);
                Ok(Said::Over)
            }
            Ok(Err(problem)) => Err(problem),
            Err(_) => Ok(Said::Over),
        }
    }

    fn note_body(&mut self, bytes: usize) {
        if let Some(mail) = &mut self.mail {
            mail.body = Some(bytes);
        }
    }

    async fn dot(&mut self, address: &str, body: Vec<u8>) -> io::Result<Said> {
        self.note_body(body.len());
        if self.mail.as_ref().is_none_or(|mail| mail.to.is_empty()) {
            self.close_transaction();
            return Ok(self.say("554 5.5.1 no valid recipients"));
        }
        // Nothing is said here unless a rule says it.
        match self.shared.mischief.at(Step::BeforeTaking, address) {
            None => {}
            Some(Act::Delay(delay)) => tokio::time::sleep(delay).await,
            Some(act) => {
                let said = self.act(act, "451 4.3.0 not now").await?;
                self.close_transaction();
                return Ok(said);
            }
        }
        let id = match &mut self.mail {
            Some(mail) => {
                mail.taken = true;
                self.shared.take(mail, body)?
            }
            None => 0,
        };
        self.close_transaction();
        let usual = format!("250 2.0.0 Ok: queued as C{id:08}");
        self.answer(Step::AfterTaking, address, &usual).await
    }

    fn close_transaction(&mut self) {
        if let Some(mail) = self.mail.take() {
            self.shared.mailbox.log(mail);
        }
    }

    fn say(&mut self, reply: &str) -> Said {
        self.out.extend_from_slice(reply.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        verdict(reply.as_bytes())
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.out.is_empty() {
            self.stream.write_all(&self.out).await?;
            self.out.clear();
        }
        self.stream.flush().await
    }

    /// The usual reply, or what a rule wants instead.
    async fn answer(&mut self, step: Step, address: &str, usual: &str) -> io::Result<Said> {
        match self.shared.mischief.at(step, address) {
            None => Ok(self.say(usual)),
            Some(act) => self.act(act, usual).await,
        }
    }

    /// A step at which nothing is usually said.
    async fn fault(&mut self, step: Step, address: &str) -> io::Result<Said> {
        match self.shared.mischief.at(step, address) {
            None => Ok(Said::Yes),
            Some(Act::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                Ok(Said::Yes)
            }
            // Said in the middle; the body is still waited for.
            Some(Act::Reply(reply) | Act::Extra(reply)) => {
                self.out.extend_from_slice(&reply);
                self.flush().await?;
                Ok(Said::Yes)
            }
            Some(act) => self.act(act, "").await,
        }
    }

    async fn act(&mut self, act: Act, usual: &str) -> io::Result<Said> {
        match act {
            Act::Reply(reply) => {
                self.out.extend_from_slice(&reply);
                Ok(verdict(&reply))
            }
            Act::Delay(delay) => {
                self.flush().await?;
                tokio::time::sleep(delay).await;
                Ok(self.say(usual))
            }
            Act::Drip => {
                let said = self.say(usual);
                for byte in std::mem::take(&mut self.out) {
                    self.stream.write_all(&[byte]).await?;
                    self.stream.flush().await?;
                    tokio::task::yield_now().await;
                }
                Ok(said)
            }
            Act::Extra(more) => {
                let said = self.say(usual);
                self.out.extend_from_slice(&more);
                Ok(said)
            }
            Act::ReplyAndDrop(reply) => {
                self.out.extend_from_slice(&reply);
                self.flush().await?;
                Ok(Said::Over)
            }
            Act::GiveUp(after, reply) => {
                self.flush().await?;
                tokio::time::sleep(after).await;
                self.out.extend_from_slice(&reply);
                self.flush().await?;
                Ok(Said::Over)
            }
            Act::Drop => {
                self.flush().await?;
                Ok(Said::Over)
            }
            Act::Vanish => Ok(Said::Over),
            Act::Mute => {
                self.flush().await?;
                // Until the client gives up.
                while self.input.fill(&mut self.stream).await? {
                    self.input = Input::default();
                }
                Ok(Said::Over)
            }
        }
    }
}

fn verdict(reply: &[u8]) -> Said {
    if matches!(reply.first(), Some(b'2' | b'3')) {
        Said::Yes
    } else {
        Said::No
    }
}

/// The address in `FROM:<a@b> …`, with or without the brackets.
fn path(argument: &str, keyword: &str) -> Option<String> {
    let start = argument.get(..keyword.len())?;
    if !start.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = argument.get(keyword.len()..)?.trim_start();
    match rest.strip_prefix('<') {
        Some(inner) => inner.split_once('>').map(|(path, _)| path.to_owned()),
        None => rest.split_whitespace().next().map(str::to_owned),
    }
}
