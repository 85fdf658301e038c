//! What the catcher says, or does instead.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use crate::mail::sink::faults::{Act, Step};
use crate::mail::sink::input::Input;
use crate::mail::sink::session::Session;

/// What an answer did.
#[derive(PartialEq, Eq)]
pub(crate) enum Said {
    /// 2xx or 3xx.
    Yes,
    No,
    /// The connection is over.
    Over,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(crate) fn say(&mut self, reply: &str) -> Said {
        self.out.extend_from_slice(reply.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        verdict(reply.as_bytes())
    }

    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        if !self.out.is_empty() {
            self.stream.write_all(&self.out).await?;
            self.out.clear();
        }
        self.stream.flush().await
    }

    /// The usual reply, or what a rule wants instead.
    pub(crate) async fn answer(
        &mut self,
        step: Step,
        address: &str,
        usual: &str,
    ) -> io::Result<Said> {
        match self.shared.mischief.at(step, address) {
            None => Ok(self.say(usual)),
            Some(act) => self.act(act, usual).await,
        }
    }

    /// A step at which nothing is usually said.
    pub(crate) async fn fault(&mut self, step: Step, address: &str) -> io::Result<Said> {
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

    pub(crate) async fn act(&mut self, act: Act, usual: &str) -> io::Result<Said> {
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
