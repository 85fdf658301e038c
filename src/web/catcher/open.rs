//! The catcher as a whole: a mail server that keeps everything, and the page that shows it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::mail::sink::{Settings, Sink, open_log};
use crate::web::catcher::{Pages, serve};

/// A running catcher; it ends when dropped.
#[derive(Debug)]
pub struct Catcher {
    sink: Sink,
    pages: Pages,
}

impl Catcher {
    /// Listens for mail and for browsers (port 0: any free one). With `log`, a JSON line per mail
    /// is appended there before its sender hears that it was taken.
    ///
    /// # Errors
    /// An address cannot be listened on, or the log cannot be opened.
    pub async fn start(smtp: SocketAddr, http: SocketAddr, log: Option<&Path>) -> io::Result<Self> {
        let log = log.map(open_log).transpose()?;
        let sink = Sink::start_with(
            smtp,
            Settings {
                log,
                ..Settings::default()
            },
        )
        .await?;
        let pages = serve(http, &sink).await?;
        Ok(Self { sink, pages })
    }

    pub fn smtp(&self) -> SocketAddr {
        self.sink.address()
    }

    pub fn http(&self) -> SocketAddr {
        self.pages.address()
    }

    /// How many mails it took.
    pub fn taken(&self) -> u64 {
        self.sink.mailbox().taken()
    }
}
