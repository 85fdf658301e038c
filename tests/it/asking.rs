//! A page that is served to a test, and plain requests to it, byte by byte.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use dateline::web::door::{Door, Manners, PATIENCE};
use dateline::web::files;
use dateline::web::unsubscribe;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::world::World;

/// The world's opt-out page at a port of its own.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Site {
    pub(crate) async fn open(world: &World) -> Self {
        Self::open_with(world, PATIENCE).await
    }

    pub(crate) async fn open_with(world: &World, patience: Duration) -> Self {
        let door = Door::open(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
            .unwrap();
        let address = door.address();
        let config = &world.desk().config.serve;
        let manners = Manners {
            trusted_proxies: config.trusted_proxies,
            requests_per_minute: config.requests_per_minute,
            patience,
        };
        let desk = world.second_desk().await;
        let pages = unsubscribe::pages(desk.clone()).unwrap();
        let pages = pages.merge(files::files(desk));
        let (stop, asked) = watch::channel(false);
        let serving = tokio::spawn(door.serve(pages, manners, asked));
        Self {
            address,
            stop,
            serving,
        }
    }

    /// What comes back for these bytes, until the connection is closed.
    pub(crate) async fn ask(&self, request: &str) -> String {
        ask(self.address, request).await
    }

    pub(crate) async fn close(self) {
        self.stop.send(true).unwrap();
        self.serving.await.unwrap().unwrap();
    }
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Cut off before all was read, a connection ends with an error; what came until then counts.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    ask(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: press.example.com\r\n\r\n"),
    )
    .await
}

pub(crate) async fn post(address: SocketAddr, path: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    ask(address, &format!("POST {path} HTTP/1.1\r\nHost: press.example.com\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")).await
}

/// The button that a mail program presses.
pub(crate) fn one_click(address: SocketAddr, path: &str) -> impl Future<Output = String> + use<> {
    let path = path.to_owned();
    async move {
        let kind = "application/x-www-form-urlencoded";
        post(address, &path, kind, "List-Unsubscribe=One-Click").await
    }
}

pub(crate) fn status_of(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

pub(crate) fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

/// An answer without its date, for comparing two.
pub(crate) fn ignored(answer: &str) -> Vec<&str> {
    answer
        .lines()
        .filter(|line| !line.starts_with("date: "))
        .collect()
}
