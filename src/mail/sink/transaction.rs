//! MAIL, RCPT, DATA and the dot, on the catcher's side.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::mail::sink::answer::Said;
use crate::mail::sink::faults::{Act, Step};
use crate::mail::sink::input::Body;
use crate::mail::sink::mailbox::Transaction;
use crate::mail::sink::session::{PATIENCE, Session};

const MAX_RECIPIENTS: usize = 100;

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(crate) async fn mail(&mut self, argument: &str) -> io::Result<Said> {
        let Some(from) = path(argument, "FROM:") else {
            return Ok(self.say("501 5.5.4 MAIL FROM:<address>"));
        };
        if self.shared.login().is_some() && !self.logged_in {
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

    pub(crate) async fn rcpt(&mut self, argument: &str) -> io::Result<Said> {
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

    pub(crate) async fn data(&mut self) -> io::Result<Said> {
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

    pub(crate) fn close_transaction(&mut self) {
        if let Some(mail) = self.mail.take() {
            self.shared.mailbox.log(mail);
        }
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
