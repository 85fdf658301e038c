//! One folder of a mailbox, read over IMAP: what is there is fetched, never marked as read, never
//! deleted; what was understood is moved or flagged.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::types::{Flag, Mailbox as Selected};
use async_imap::{Authenticator, Client, Session};
use futures_util::TryStreamExt as _;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::mail::outcome::Reply;
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::{Auth, Security};
use crate::mail::wire::encrypt;

/// What a message gets that was understood and has no folder to go to; ours alone, so that it
/// means nothing to the people who read the same mailbox.
pub const DONE: &str = "Dateline";

/// Larger ones are no reports; they are left alone.
pub const LARGEST: u32 = 10_000_000;

/// How to get at the folder. `Debug` shows neither password nor token.
#[derive(Clone, Debug)]
pub struct ImapRoute {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub auth: Auth,
    /// Certificates (PEM) to trust instead of the system's.
    pub ca_pem: Option<Vec<u8>>,
    pub folder: String,
    /// For each answer of the server.
    pub patience: Duration,
}

/// The bytes' way, encrypted or not.
trait Pipe: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Pipe for T {}

/// A folder that is open.
pub struct Folder {
    session: Session<Box<dyn Pipe>>,
    route: String,
    patience: Duration,
    selected: Selected,
    can_move: bool,
}

/// A message as the server tells it before it is fetched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listed {
    pub uid: u32,
    /// Bytes.
    pub size: u32,
}

struct XOAuth2(Vec<u8>);

impl Authenticator for XOAuth2 {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        // The second challenge holds the reason of a refusal and wants an empty answer.
        std::mem::take(&mut self.0)
    }
}

impl Folder {
    /// Connects, encrypts, logs in and opens the folder.
    ///
    /// # Errors
    /// As a mail server's: no connection, certificate, login, or a folder that is not there.
    pub async fn open(route: &ImapRoute) -> Result<Self, RouteProblem> {
        let shown = format!("{}:{}", route.host, route.port);
        opened(route, &shown)
            .await
            .map_err(|trouble| RouteProblem::new(&shown, trouble))
    }

    /// While it stays the same, a message keeps its number (RFC 9051, section 2.3.1.1).
    pub fn validity(&self) -> u32 {
        self.selected.uid_validity.unwrap_or(0)
    }

    /// How many messages were in it when it was opened.
    pub fn messages(&self) -> u32 {
        self.selected.exists
    }

    /// Whether understood messages can be moved; else they are flagged.
    pub fn can_move(&self) -> bool {
        self.can_move
    }

    /// The messages with a number above `uid`, in its order.
    ///
    /// # Errors
    /// The connection broke or the server refuses.
    pub async fn after(&mut self, uid: u32) -> Result<Vec<Listed>, RouteProblem> {
        let Some(first) = uid.checked_add(1) else {
            return Ok(Vec::new());
        };
        let range = format!("{first}:*");
        let asking = async {
            let found = self.session.uid_fetch(&range, "(UID RFC822.SIZE)").await?;
            found.try_collect::<Vec<_>>().await
        };
        let found = answered(asking, self.patience).await;
        let found = found.map_err(|trouble| RouteProblem::new(&self.route, trouble))?;
        let mut listed: Vec<_> = found
            .iter()
            .filter_map(|one| {
                Some(Listed {
                    uid: one.uid?,
                    size: one.size.unwrap_or(0),
                })
            })
            // `9:*` names the last message also where all numbers are lower.
            .filter(|one| one.uid > uid)
            .collect();
        listed.sort_by_key(|one| one.uid);
        listed.dedup();
        Ok(listed)
    }

    /// A message's bytes, without marking it as read; none: it is gone meanwhile.
    ///
    /// # Errors
    /// The connection broke or the server refuses.
    pub async fn message(&mut self, uid: u32) -> Result<Option<Vec<u8>>, RouteProblem> {
        let number = uid.to_string();
        let asking = async {
            let found = self.session.uid_fetch(&number, "(UID BODY.PEEK[])").await?;
            found.try_collect::<Vec<_>>().await
        };
        let found = answered(asking, self.patience).await;
        let found = found.map_err(|trouble| RouteProblem::new(&self.route, trouble))?;
        let one = found.iter().find(|one| one.uid == Some(uid));
        Ok(one.and_then(|one| one.body()).map(<[u8]>::to_vec))
    }

    /// Moves a message to another folder, in one step that cannot be half done (RFC 6851). A folder
    /// that is not there is made.
    ///
    /// # Errors
    /// The folder cannot be made or written to, or the connection broke.
    pub async fn move_to(&mut self, uid: u32, folder: &str) -> Result<(), RouteProblem> {
        let number = uid.to_string();
        let moved = timed(self.session.uid_mv(&number, folder), self.patience).await;
        let done = match moved {
            Ok(Err(Error::No(_))) => {
                // Mostly there is no such folder yet; if there is, the second try says what else.
                let _ = answered(self.session.create(folder), self.patience).await;
                answered(self.session.uid_mv(&number, folder), self.patience).await
            }
            Ok(result) => result.map_err(|error| trouble(&error)),
            Err(late) => Err(late),
        };
        done.map_err(|trouble| RouteProblem::new(&self.route, trouble))
    }

    /// Puts [`DONE`] on a message; nothing happens where the server keeps no flags of others.
    ///
    /// # Errors
    /// The connection broke or the server refuses.
    pub async fn flag(&mut self, uid: u32) -> Result<(), RouteProblem> {
        let kept = &self.selected.permanent_flags;
        let may = kept.iter().any(|flag| match flag {
            Flag::MayCreate => true,
            Flag::Custom(name) => name.eq_ignore_ascii_case(DONE),
            _ => false,
        });
        if !may {
            return Ok(());
        }
        let number = uid.to_string();
        let query = format!("+FLAGS.SILENT ({DONE})");
        let asking = async {
            let answers = self.session.uid_store(&number, &query).await?;
            answers.try_collect::<Vec<_>>().await
        };
        let done = answered(asking, self.patience).await;
        done.map(drop)
            .map_err(|trouble| RouteProblem::new(&self.route, trouble))
    }

    /// Says goodbye. An error would change nothing any more: all is done and written down.
    pub async fn close(mut self) {
        let _ = answered(self.session.logout(), self.patience).await;
    }
}

async fn opened(route: &ImapRoute, shown: &str) -> Result<Folder, Trouble> {
    let client = greeted(route).await?;
    let capable = |words: &async_imap::types::Capabilities, name: &str| words.has_str(name);
    let refused = |error: Error| match error {
        Error::No(why) | Error::Bad(why) => Trouble::Login(Reply::new(0, [why.as_str()])),
        other => trouble(&other),
    };
    let mut session = match &route.auth {
        Auth::None => return Err(Trouble::Setting("there is no login for the mailbox".into())),
        Auth::Password { username, password } => {
            let asking = client.login(username, password.expose_secret());
            timed(asking, route.patience)
                .await?
                .map_err(|(error, _)| refused(error))?
        }
        Auth::OAuth2 { username, token } => {
            let words = format!(
                "user={username}\x01auth=Bearer {}\x01\x01",
                token.expose_secret()
            );
            let asking = client.authenticate("XOAUTH2", XOAuth2(words.into_bytes()));
            timed(asking, route.patience)
                .await?
                .map_err(|(error, _)| refused(error))?
        }
    };
    let words = answered(session.capabilities(), route.patience).await?;
    let selected = timed(session.select(&route.folder), route.patience).await?;
    let selected = selected.map_err(|error| match error {
        Error::No(_) => Trouble::Setting(format!(
            "there is no folder {:?} in the mailbox; mend [mailbox] folder",
            route.folder
        )),
        other => trouble(&other),
    })?;
    Ok(Folder {
        session,
        route: shown.to_owned(),
        patience: route.patience,
        selected,
        can_move: capable(&words, "MOVE"),
    })
}

/// Connected, encrypted as the route wants it, and greeted.
async fn greeted(route: &ImapRoute) -> Result<Client<Box<dyn Pipe>>, Trouble> {
    let connecting = TcpStream::connect((route.host.as_str(), route.port));
    let tcp = timed(connecting, route.patience)
        .await?
        .map_err(|problem| Trouble::Connect(problem.to_string()))?;
    let ca_pem = route.ca_pem.as_deref();
    let pipe: Box<dyn Pipe> = match route.security {
        Security::None => {
            let peer = tcp.peer_addr().map(|peer| peer.ip());
            // What counts is where the connection leads, not what the name looks like.
            if !peer.is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback()) {
                return Err(Trouble::Unencrypted);
            }
            Box::new(tcp)
        }
        Security::Tls => Box::new(encrypt(&route.host, ca_pem, route.patience, tcp).await?),
        Security::StartTls => {
            let mut plain = Client::new(tcp);
            greeting(&mut plain, route.patience).await?;
            let asking = plain.run_command_and_check_ok("STARTTLS", None);
            timed(asking, route.patience)
                .await?
                .map_err(|error| match error {
                    Error::No(_) | Error::Bad(_) => {
                        Trouble::Tls("the server does not offer STARTTLS".into())
                    }
                    other => trouble(&other),
                })?;
            // What was said in plain text behind the answer is dropped with the client: nobody on
            // the way can put words into the encrypted conversation (RFC 9051, section 11.2).
            let tcp = plain.into_inner();
            let tls = encrypt(&route.host, ca_pem, route.patience, tcp).await?;
            return Ok(Client::new(Box::new(tls) as Box<dyn Pipe>));
        }
    };
    let mut client = Client::new(pipe);
    greeting(&mut client, route.patience).await?;
    Ok(client)
}

async fn greeting<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug>(
    client: &mut Client<T>,
    patience: Duration,
) -> Result<(), Trouble> {
    let said = timed(client.read_response(), patience).await?;
    match said {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Trouble::Dropped("the server closed it at once".into())),
        Err(problem) => Err(Trouble::Dropped(problem.to_string())),
    }
}

async fn timed<F: Future>(asking: F, patience: Duration) -> Result<F::Output, Trouble> {
    timeout(patience, asking)
        .await
        .map_err(|_| Trouble::Timeout("an IMAP command"))
}

async fn answered<T>(
    asking: impl Future<Output = Result<T, Error>>,
    patience: Duration,
) -> Result<T, Trouble> {
    timed(asking, patience)
        .await?
        .map_err(|error| trouble(&error))
}

/// The server's words may quote a message, so that only its refusals are told, cut short.
fn trouble(error: &Error) -> Trouble {
    let cut = |why: &str| why.chars().take(200).collect::<String>();
    match error {
        Error::No(why) | Error::Bad(why) => {
            Trouble::Dropped(format!("the server refused: {}", cut(why)))
        }
        Error::ConnectionLost => Trouble::Dropped("the server closed it".into()),
        Error::Io(problem) => Trouble::Dropped(problem.to_string()),
        _ => Trouble::Dropped("the server left the protocol".into()),
    }
}

#[cfg(test)]
mod tests;
