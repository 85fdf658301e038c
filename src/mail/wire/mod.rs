//! The stream under lettre: TCP or TLS, with reply lines tidied and counted.
//!
//! lettre greets, and parses replies, but it neither counts them nor survives what servers in the
//! wild send (Latin-1, a bare line feed, a code without a blank), and it takes whatever lies in its
//! buffer for the next answer. So the wire knows how many replies are owed, and lets none pass that
//! nobody asked for: taken for the final dot's, an unasked 250 would be a false "sent". Since it has
//! every line in hand anyway, what follows the greeting is read here, without a second parser.

mod lines;
mod starttls;
pub(crate) mod stuffing;
pub(crate) mod talk;
mod tally;
mod tls;

use std::fmt;
use std::io;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::mail::route_problem::Trouble;
use crate::mail::transport::{Security, SmtpRoute};
use crate::mail::wire::tally::{RawReply, Tally};

pub(crate) use crate::mail::wire::tally::Unasked;
pub use crate::mail::wire::tls::Secured;
pub(crate) use crate::mail::wire::tls::encrypt;

/// The bytes' way, encrypted or not.
enum Pipe {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// The stream that lettre owns.
pub(crate) struct Wire(Grip);

/// Our hand on the wire while lettre owns it. Only one of the two is ever at work: lettre while it
/// greets, then we.
#[derive(Clone)]
pub(crate) struct Grip {
    pipe: Arc<Mutex<Pipe>>,
    tally: Arc<Mutex<Tally>>,
}

impl Grip {
    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        // The tally is plain data, whole after every statement: a panic elsewhere spoils nothing.
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pipe(&self) -> MutexGuard<'_, Pipe> {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects and encrypts as the route wants it. After STARTTLS the server's first greeting is
/// handed on once more, so that lettre, which expects one, is content.
pub(crate) async fn connect(route: &SmtpRoute) -> Result<(Wire, Grip), Trouble> {
    let connecting = TcpStream::connect((route.host.as_str(), route.port));
    let tcp = timeout(route.timeouts.connect, connecting)
        .await
        .map_err(|_| Trouble::Timeout("the connection attempt"))?
        .map_err(|problem| Trouble::Connect(problem.to_string()))?;
    // Without it every message waits for the peer's delayed acknowledgement, 40 ms.
    tcp.set_nodelay(true)
        .map_err(|problem| Trouble::Connect(problem.to_string()))?;
    let mut tally = Tally::greeting();
    let pipe = match route.security {
        Security::None => {
            // What counts is where the connection leads, not what the name looks like.
            let local = tcp.peer_addr().is_ok_and(|peer| is_this_machine(peer.ip()));
            if !local {
                return Err(Trouble::Unencrypted);
            }
            Pipe::Plain(tcp)
        }
        Security::Tls => Pipe::Tls(Box::new(encrypt_for(route, tcp).await?)),
        Security::StartTls => {
            let tcp = starttls::negotiate(route, tcp).await?;
            tally.greet_again();
            Pipe::Tls(Box::new(encrypt_for(route, tcp).await?))
        }
    };
    if let Pipe::Tls(tls) = &pipe {
        tally.secured(Secured::of(tls.get_ref().1));
    }
    let grip = Grip {
        pipe: Arc::new(Mutex::new(pipe)),
        tally: Arc::new(Mutex::new(tally)),
    };
    Ok((Wire(grip.clone()), grip))
}

async fn encrypt_for(route: &SmtpRoute, tcp: TcpStream) -> Result<TlsStream<TcpStream>, Trouble> {
    encrypt(
        &route.host,
        route.ca_pem.as_deref(),
        route.timeouts.connect,
        tcp,
    )
    .await
}

/// An IPv4 address written as IPv6 (`::ffff:127.0.0.1`) is what it stands for.
fn is_this_machine(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

impl Pipe {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_read(cx, buf),
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_shutdown(cx),
        }
    }
}

impl Grip {
    /// Reads what has arrived into the tally; `Ready(0)` at the end of the stream.
    fn poll_fill(&self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut buf = ReadBuf::uninit(&mut space);
        ready!(self.pipe().poll_read(cx, &mut buf))?;
        let filled = buf.filled();
        let mut tally = self.tally();
        if filled.is_empty() {
            tally.end();
        } else {
            tally.arrived(filled);
        }
        Poll::Ready(Ok(filled.len()))
    }

    /// Looks for bytes that came unasked; errors when the load must not be begun any more.
    fn look_before_writing(&self, cx: &mut Context<'_>) -> io::Result<()> {
        loop {
            match self.poll_fill(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0) | Err(_)) => {
                    self.tally().end();
                    break;
                }
                Poll::Pending => break,
            }
        }
        self.tally().may_write()
    }

    /// Writes the load, our own commands or a body, then flushes.
    ///
    /// A failed write is noted rather than returned: the server may have said why before it
    /// closed, and that is still to be read.
    pub(crate) fn poll_load(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.tally().is_writing() {
            self.look_before_writing(cx)?;
            // An early verdict takes the load away: the rest would be written for nothing.
            let Some(mut load) = self.tally().take_load() else {
                return Poll::Ready(Ok(()));
            };
            let put = self.pipe().poll_write(cx, load.rest());
            let mut tally = self.tally();
            match put {
                Poll::Pending => {
                    tally.put_back(load);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(written @ 1..)) => {
                    tally.wrote(&mut load, written);
                    tally.put_back(load);
                }
                Poll::Ready(Ok(0)) => tally.write_failed("no more bytes are taken"),
                Poll::Ready(Err(problem)) => tally.write_failed(&problem.to_string()),
            }
        }
        if self.tally().is_write_failed() {
            return Poll::Ready(Ok(()));
        }
        let flushed = ready!(self.pipe().poll_flush(cx));
        if let Err(problem) = flushed {
            self.tally().write_failed(&problem.to_string());
        }
        Poll::Ready(Ok(()))
    }

    /// The next reply that is owed; None where the stream ended before it.
    pub(crate) fn poll_reply(&self, cx: &mut Context<'_>) -> Poll<io::Result<Option<RawReply>>> {
        loop {
            let found = self.tally().next_reply();
            if found.is_ready() {
                return found;
            }
            ready!(self.poll_fill(cx))?;
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.0.tally().hand_over(buf)? {
                return Poll::Ready(Ok(()));
            }
            ready!(self.0.poll_fill(cx))?;
        }
    }
}

impl AsyncWrite for Wire {
    /// lettre's own commands (EHLO): each line it writes is owed one reply.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(self.0.pipe().poll_write(cx, bytes))?;
        let lines = bytes.iter().take(written).filter(|b| **b == b'\n').count();
        self.0.tally().owe(lines);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_load(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.pipe().poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &*self.0.pipe() {
            Pipe::Plain(tcp) => tcp.peer_addr(),
            Pipe::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl fmt::Debug for Grip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grip")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_on_this_machine() {
        for (peer, local) in [
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("192.168.1.2", false),
            ("::ffff:10.0.0.1", false),
            ("fe80::1", false),
            ("203.0.113.9", false),
        ] {
            assert_eq!(is_this_machine(peer.parse().unwrap()), local, "{peer}");
        }
    }
}
