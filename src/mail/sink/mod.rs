//! The catcher: a mail server of our own that takes everything and delivers nothing.
//!
//! It is what `dateline sink` and `dateline demo` run, and the peer in tests, where it breaks on
//! request ([`faults::Faults`]).

pub mod faults;
pub mod mailbox;

mod answer;
mod input;
mod login;
mod session;
mod transaction;

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;
use crate::mail::sink::faults::{Faults, Mischief};
use crate::mail::sink::mailbox::{Caught, Keep, Mailbox, Transaction};
use crate::mail::sink::session::{End, Session};

/// More clients at once wait for a place.
const MAX_CONNECTIONS: usize = 1000;

/// Called with each mail before its sender hears 250.
pub type Hook = Arc<dyn Fn(&Caught) + Send + Sync>;

/// How a catcher behaves; the default takes everything at once.
#[derive(Default)]
pub struct Settings {
    pub faults: Faults,
    pub clock: Option<Clock>,
    pub keep: Keep,
    /// Offers STARTTLS, or speaks TLS at once where `tls_first` is set.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    pub tls_first: bool,
    /// Required before MAIL; without it any login is welcome.
    pub login: Option<(String, String)>,
    pub on_mail: Option<Hook>,
    /// Gets a JSON line per mail taken, before its sender hears 250; see [`open_log`].
    pub log: Option<File>,
}

/// Opens a log for [`Settings::log`]: it is appended to, so that a sender's crash test can count
/// across restarts. A line has `received_at`, `from`, `to`, `message_id` and `bytes`.
pub fn open_log(path: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(path)
}

/// A running catcher; it ends with [`stop`](Self::stop) or when dropped.
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What all sessions share.
pub(crate) struct Shared {
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) mischief: Mischief,
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    login: Mutex<Option<(String, String)>>,
    /// Logins that were tried.
    pub(crate) logins: AtomicUsize,
    tls_first: bool,
    clock: Clock,
    on_mail: Option<Hook>,
    log: Option<Mutex<File>>,
}

impl Shared {
    /// The user and password, or token, that are asked for now.
    pub(crate) fn login(&self) -> Option<(String, String)> {
        let login = self.login.lock();
        login.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the mail: logged and kept before the sender hears of it. Gives its id.
    pub(crate) fn take(&self, mail: &Transaction, body: Vec<u8>) -> io::Result<u64> {
        let caught = self
            .mailbox
            .take(self.clock.now(), &mail.from, &mail.to, body);
        if let Some(log) = &self.log {
            let id = mail_parser::MessageParser::new()
                .parse_headers(caught.bytes.as_ref())
                .and_then(|parsed| parsed.message_id().map(str::to_owned));
            let line = json!({
                "received_at": caught.received_at,
                "from": caught.from,
                "to": caught.to,
                "message_id": id,
                "bytes": caught.bytes.len(),
            });
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.write_all(format!("{line}\n").as_bytes())?;
        }
        if let Some(hook) = &self.on_mail {
            hook(&caught);
        }
        Ok(caught.id)
    }
}

impl Sink {
    /// Listens on `listen` (port 0: any free one) with the system's clock and default bounds.
    pub async fn start(listen: SocketAddr, faults: Faults) -> io::Result<Self> {
        let settings = Settings {
            faults,
            ..Settings::default()
        };
        Self::start_with(listen, settings).await
    }

    pub async fn start_with(listen: SocketAddr, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            mailbox: Arc::new(Mailbox::new(settings.keep)),
            mischief: Mischief::new(settings.faults),
            tls: settings.tls,
            login: Mutex::new(settings.login),
            logins: AtomicUsize::new(0),
            tls_first: settings.tls_first,
            clock: settings.clock.unwrap_or(Clock::System),
            on_mail: settings.on_mail,
            log: settings.log.map(Mutex::new),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on only this login is let in, as where a token has expired; whoever is in stays in.
    pub fn ask_for(&self, user: &str, secret: &str) {
        let login = self.shared.login.lock();
        *login.unwrap_or_else(PoisonError::into_inner) = Some((user.to_owned(), secret.to_owned()));
    }

    /// How many logins were tried.
    pub fn logins(&self) -> usize {
        self.shared.logins.load(Ordering::Relaxed)
    }

    /// For the page that shows it; stays readable when the catcher has stopped.
    pub fn mailbox(&self) -> Arc<Mailbox> {
        Arc::clone(&self.shared.mailbox)
    }

    /// Oldest first.
    pub fn mails(&self) -> Vec<Arc<Caught>> {
        self.shared.mailbox.mails()
    }

    /// Every transaction that ended, taken or not, oldest first.
    pub fn transactions(&self) -> Vec<Transaction> {
        self.shared.mailbox.transactions()
    }

    /// Stops listening and drops every session where it stands.
    pub async fn stop(mut self) {
        self.task.abort();
        // Only to wait for it: that it was cancelled is what we asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sink({})", self.address)
    }
}

/// Sessions live in the set, so that they end with this task.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut sessions = JoinSet::new();
    let mut number = 0;
    loop {
        while sessions.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((tcp, _)) = listener.accept().await else {
            // Out of file descriptors, say: the next session that ends gives one back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        number += 1;
        let shared = Arc::clone(&shared);
        sessions.spawn(async move {
            // A client that breaks off ends its own session only.
            let _ = serve(tcp, shared, number).await;
            drop(place);
        });
    }
}

async fn serve(tcp: TcpStream, shared: Arc<Shared>, number: u64) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let (tcp, greet) = if shared.tls_first {
        (tcp, true)
    } else {
        match Session::new(tcp, Arc::clone(&shared), number, false)
            .run(true)
            .await?
        {
            End::Closed => return Ok(()),
            End::StartTls(tcp) => (tcp, false),
        }
    };
    let Some(config) = &shared.tls else {
        return Ok(());
    };
    let accepting = TlsAcceptor::from(Arc::clone(config)).accept(tcp);
    let tls = timeout(Duration::from_secs(30), accepting)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    Session::new(tls, Arc::clone(&shared), number, true)
        .run(greet)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
