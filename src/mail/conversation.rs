//! The SMTP state machine of one connection: envelope, body, verdict, and no doubt about which.
//!
//! Rules that everything here serves: a reply is read for every command written, in order, and
//! nothing is written while one is owed; a wait that ran out ends the connection; only 250 to
//! the dot is "sent", only 4xx and 5xx are "refused", all else after the body's first byte is
//! "unknown".

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::mail::auth;
use crate::mail::envelope::{Envelope, Offers};
use crate::mail::outcome::{Begin, Outcome, Reply, Stage};
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::SmtpRoute;
use crate::mail::wire::Unasked;
use crate::mail::wire::stuffing;
use crate::mail::wire::talk::{Break, Talk};

/// A 421 or a close on a connection that idled longer says nothing about the route.
const IDLE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between transactions.
    Free,
    /// 354 was given: the next byte is the body's.
    Ready,
    /// No more use.
    Broken,
}

#[derive(Debug)]
pub(crate) struct Conversation {
    talk: Talk,
    offers: Offers,
    route: String,
    state: State,
    /// The envelope that travelled with the last body: its three replies are owed.
    written: Option<Envelope>,
    /// A refused transaction is still open at the server: RSET leads the next group.
    dirty: bool,
    count: u32,
    limit: u32,
    last_word: Instant,
    ended_idle: bool,
}

/// Replies to MAIL, RCPT and DATA.
type Announced = [Reply; 3];

impl Conversation {
    /// Connects, encrypts, greets, logs in.
    pub(crate) async fn open(route: &SmtpRoute) -> Result<Self, RouteProblem> {
        let name = format!("{}:{}", route.host, route.port);
        let problem = |trouble| RouteProblem::new(&name, trouble);
        let (mut talk, offers) = Talk::open(route).await.map_err(problem)?;
        auth::log_in(&mut talk, &offers, &route.auth)
            .await
            .map_err(problem)?;
        Ok(Self {
            talk,
            offers,
            route: name,
            state: State::Free,
            written: None,
            dirty: false,
            count: 0,
            limit: route.messages_per_connection,
            last_word: Instant::now(),
            ended_idle: false,
        })
    }

    pub(crate) async fn begin(&mut self, envelope: &Envelope) -> Begin {
        if self.state != State::Free {
            return self.dead(Trouble::Dropped("it had ended before".into()));
        }
        if let Some((stage, reply)) = envelope.objection(&self.offers)
            && self.written.is_none()
        {
            return Begin::Refused { stage, reply };
        }
        let idle = self.written.is_none() && self.last_word.elapsed() > IDLE;
        let announced = match self.written.take() {
            Some(written) if written != *envelope => {
                // What was announced cannot be taken back, and would get this one's body.
                return self.dead(Trouble::Stale);
            }
            Some(_) => self.read_announced(None).await,
            None if self.offers.pipelining => self.announce_together(envelope).await,
            None => return self.announce_by_step(envelope, idle).await,
        };
        match announced {
            Ok(replies) => self.judge(replies, idle).await,
            Err((stage, why)) => self.lost(stage, why, idle),
        }
    }

    async fn announce_together(
        &mut self,
        envelope: &Envelope,
    ) -> Result<Announced, (Stage, Break)> {
        let mut group = self.group(envelope);
        if !self.dirty {
            let first = self.talk.ask_group(&group, 3).await;
            return self.read_announced(Some(first)).await;
        }
        group.insert_str(0, "RSET\r\n");
        let reset = self
            .talk
            .ask_group(&group, 4)
            .await
            .map_err(|why| (Stage::Mail, why))?;
        self.check_reset(&reset)?;
        self.read_announced(None).await
    }

    fn group(&self, envelope: &Envelope) -> String {
        envelope.mail(&self.offers) + &envelope.rcpt() + "DATA\r\n"
    }

    fn check_reset(&mut self, reply: &Reply) -> Result<(), (Stage, Break)> {
        if reply.code != 250 {
            let why = format!("RSET was answered {reply}");
            return Err((Stage::Mail, Break::Broken(why)));
        }
        self.dirty = false;
        Ok(())
    }

    /// All three are read even when the first is a refusal: the others are owed all the same.
    async fn read_announced(
        &mut self,
        first: Option<Result<Reply, Break>>,
    ) -> Result<Announced, (Stage, Break)> {
        let mail = match first {
            Some(first) => first,
            None => self.talk.read().await,
        };
        let mail = lawful(Stage::Mail, mail)?;
        let rcpt = lawful(Stage::Rcpt, self.talk.read().await)?;
        let data = lawful(Stage::Data, self.talk.read().await)?;
        Ok([mail, rcpt, data])
    }

    /// For servers without PIPELINING: each command waits for its reply.
    async fn announce_by_step(&mut self, envelope: &Envelope, idle: bool) -> Begin {
        if self.dirty {
            let reset = match self.talk.ask("RSET\r\n").await {
                Ok(reply) => self.check_reset(&reply),
                Err(why) => Err((Stage::Mail, why)),
            };
            if let Err((stage, why)) = reset {
                return self.lost(stage, why, idle);
            }
        }
        for (stage, line) in [
            (Stage::Mail, envelope.mail(&self.offers)),
            (Stage::Rcpt, envelope.rcpt()),
            (Stage::Data, "DATA\r\n".to_owned()),
        ] {
            let reply = match lawful(stage, self.talk.ask(&line).await) {
                Ok(reply) => reply,
                Err((stage, why)) => return self.lost(stage, why, idle),
            };
            if reply.is_refusal() {
                self.dirty = true;
                return self.refused(stage, reply);
            }
        }
        match self.talk.unasked() {
            Some(unasked) => self.confused(&unasked, idle),
            None => self.ready(),
        }
    }

    /// A reply too many: which of them answered what, nobody can say.
    fn confused(&mut self, unasked: &Unasked, idle: bool) -> Begin {
        let why = format!("the server said unasked: {}", unasked.text);
        self.lost(Stage::Data, Break::Broken(why), idle)
    }

    async fn judge(&mut self, [mail, rcpt, data]: Announced, idle: bool) -> Begin {
        if let Some(unasked) = self.talk.unasked() {
            return self.confused(&unasked, idle);
        }
        let go = data.code == 354;
        let refusal = [
            (Stage::Mail, mail),
            (Stage::Rcpt, rcpt),
            (Stage::Data, data),
        ]
        .into_iter()
        .find(|(_, reply)| reply.is_refusal());
        match refusal {
            None => self.ready(),
            Some((stage, reply)) => {
                if go {
                    self.lone_dot().await;
                } else {
                    self.dirty = true;
                }
                self.refused(stage, reply)
            }
        }
    }

    /// The server wants a body although it refused the envelope (RFC 2920, section 3.1): an
    /// empty one ends the transaction; what it says to that does not change the verdict.
    async fn lone_dot(&mut self) {
        let answer = self.talk.deliver(b".\r\n".to_vec(), 0, 1).await;
        if answer.is_ok_and(|reply| reply.code != 421) && self.talk.unasked().is_none() {
            self.dirty = false;
        } else {
            self.state = State::Broken;
        }
    }

    fn ready(&mut self) -> Begin {
        self.count = self.count.saturating_add(1);
        self.last_word = Instant::now();
        self.state = State::Ready;
        Begin::Ready
    }

    fn refused(&mut self, stage: Stage, reply: Reply) -> Begin {
        self.count = self.count.saturating_add(1);
        self.last_word = Instant::now();
        Begin::Refused { stage, reply }
    }

    pub(crate) async fn finish(&mut self, message: &[u8], next: Option<&Envelope>) -> Outcome {
        if self.state != State::Ready {
            let trouble = Trouble::Dropped("no transaction was begun on it".into());
            return Outcome::Dead(self.end(trouble));
        }
        self.state = State::Free;
        let idle = self.last_word.elapsed() > IDLE;
        let mut bytes = stuffing::stuffed(message, 700);
        let dot_end = bytes.len();
        let mut replies = 1;
        // Not behind the connection's last message: the server may close right after its dot.
        if let Some(next) = next
            && self.offers.pipelining
            && self.may_take_another()
            && next.objection(&self.offers).is_none()
        {
            bytes.extend_from_slice(self.group(next).as_bytes());
            replies += 3;
            self.written = Some(next.clone());
        }
        let answer = self.talk.deliver(bytes, dot_end, replies).await;
        self.last_word = Instant::now();
        self.verdict(answer, idle)
    }

    /// What the answer to the dot means; whatever is unclear is unknown.
    fn verdict(&mut self, answer: Result<Reply, Break>, idle: bool) -> Outcome {
        let reply = match answer {
            Ok(reply) => reply,
            Err(why) if !self.talk.has_written() => {
                let trouble = self.cause(Stage::Dot, why, idle);
                return Outcome::Dead(self.end(trouble));
            }
            Err(why) => {
                self.state = State::Broken;
                let why = match why {
                    Break::Timeout => "no answer to the end of the message in time".to_owned(),
                    Break::Closing(reply) => format!("the connection was closed: {reply}"),
                    Break::Broken(why) => format!("the connection broke: {why}"),
                };
                return Outcome::Unknown { why };
            }
        };
        let doubt = self.talk.doubt();
        if reply.code == 421 || doubt.is_some() {
            self.state = State::Broken;
        }
        // A refusal in the middle of the body is as definite: without its dot nothing was taken.
        let certain = doubt.is_none() || (reply.is_refusal() && self.talk.is_cut());
        match doubt {
            None if reply.code == 250 => Outcome::Sent(reply),
            _ if certain && reply.is_refusal() => Outcome::Refused {
                stage: Stage::Dot,
                reply,
            },
            doubt => {
                self.state = State::Broken;
                let what = doubt.unwrap_or_else(|| "that is no verdict".to_owned());
                Outcome::Unknown {
                    why: format!("the end of the message was answered {reply}: {what}"),
                }
            }
        }
    }

    /// What broke a transaction before its body, as trouble of the route.
    fn cause(&mut self, stage: Stage, why: Break, idle: bool) -> Trouble {
        let goodbye = self.talk.unasked().filter(|said| said.code == Some(421));
        self.ended_idle = idle && !matches!(why, Break::Timeout);
        match (why, goodbye) {
            (Break::Timeout, _) => Trouble::Timeout(match stage {
                Stage::Mail => "MAIL",
                Stage::Rcpt => "RCPT",
                Stage::Data => "DATA",
                Stage::Dot => "the message",
            }),
            _ if idle => Trouble::Stale,
            (_, Some(said)) => {
                let text = said.text.get(4..).unwrap_or_default();
                Trouble::Closing(Reply::new(421, [text]))
            }
            (Break::Closing(reply), None) => Trouble::Closing(reply),
            (Break::Broken(why), None) => Trouble::Dropped(why),
        }
    }

    fn lost(&mut self, stage: Stage, why: Break, idle: bool) -> Begin {
        let trouble = self.cause(stage, why, idle);
        self.dead(trouble)
    }

    fn dead(&mut self, trouble: Trouble) -> Begin {
        Begin::Dead(self.end(trouble))
    }

    fn end(&mut self, trouble: Trouble) -> RouteProblem {
        self.state = State::Broken;
        RouteProblem::new(&self.route, trouble)
    }

    fn may_take_another(&self) -> bool {
        self.limit == 0 || self.count < self.limit
    }

    pub(crate) fn is_usable(&self) -> bool {
        self.state == State::Free && self.may_take_another()
    }

    pub(crate) fn ended_idle(&self) -> bool {
        self.ended_idle
    }

    pub(crate) fn offers(&self) -> &Offers {
        &self.offers
    }

    #[cfg(test)]
    pub(crate) fn age(&mut self, by: Duration) {
        if let Some(earlier) = self.last_word.checked_sub(by) {
            self.last_word = earlier;
        }
    }

    /// With a transaction open, QUIT could become a message's first line: then only close.
    pub(crate) async fn quit(mut self) {
        if self.state == State::Free && self.written.is_none() {
            // Whatever the server answers, the connection is closed.
            let _ = timeout(Duration::from_secs(1), self.talk.ask("QUIT\r\n")).await;
        }
    }
}

/// What RFC 5321, section 4.3.2, allows as an answer; 421 and all else end the connection.
fn lawful(stage: Stage, answer: Result<Reply, Break>) -> Result<Reply, (Stage, Break)> {
    let reply = answer.map_err(|why| (stage, why))?;
    let positive = match stage {
        Stage::Mail | Stage::Rcpt => (250..=252).contains(&reply.code),
        Stage::Data | Stage::Dot => reply.code == 354,
    };
    if reply.code == 421 {
        Err((stage, Break::Closing(reply)))
    } else if positive || reply.is_refusal() {
        Ok(reply)
    } else {
        let why = format!("{stage} was answered {reply}");
        Err((stage, Break::Broken(why)))
    }
}
