//! One client's session with the catcher.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::mail::sink::Shared;
use crate::mail::sink::answer::Said;
use crate::mail::sink::faults::Step;
use crate::mail::sink::input::Input;
use crate::mail::sink::login::{Login, Next};
use crate::mail::sink::mailbox::Transaction;

/// RFC 5321, section 4.5.3.2.7: a server waits at least five minutes for a command.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);
const MAX_MISTAKES: u32 = 50;

/// How a session ended.
pub(crate) enum End<S> {
    Closed,
    /// The client wants TLS on this stream now.
    StartTls(S),
}

pub(crate) struct Session<S> {
    pub(crate) stream: S,
    pub(crate) shared: Arc<Shared>,
    pub(crate) number: u64,
    encrypted: bool,
    pub(crate) input: Input,
    pub(crate) out: Vec<u8>,
    pub(crate) mail: Option<Transaction>,
    pub(crate) logged_in: bool,
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
            "NOOP" => Ok(self.say("250 2.0.0 ok")),
            "VRFY" => Ok(self.say("252 2.5.2 send some mail, it will be taken")),
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
        self.shared.logins.fetch_add(1, Ordering::Relaxed);
        let mut login = Login::default();
        let mut next = login.begin(argument);
        while let Next::Ask(challenge) = next {
            self.say(&format!("334 {challenge}"));
            let Some(line) = self.next_line().await? else {
                return Ok(Said::Over);
            };
            next = login.go_on(&line);
        }
        let known = match (self.shared.login(), &next) {
            (_, Next::Bad | Next::Ask(_)) => false,
            (None, Next::Done { .. }) => true,
            (Some(expected), Next::Done { user, secret }) => {
                expected == (user.clone(), secret.clone())
            }
        };
        if !known && login.is_by_token() {
            // As the providers do it: why, as a challenge that wants an empty answer.
            let why = STANDARD.encode(br#"{"status":"401","schemes":"bearer"}"#);
            self.say(&format!("334 {why}"));
            if self.next_line().await?.is_none() {
                return Ok(Said::Over);
            }
        }
        let usual = if known {
            "235 2.7.0 welcome"
        } else {
            "535 5.7.8 wrong user name or password"
        };
        let said = self.answer(Step::Auth, "", usual).await?;
        self.logged_in = known && said == Said::Yes;
        Ok(said)
    }
}
