//! The door to the outside: how requests of strangers come in, counted, bounded and timed.
//!
//! Whatever the pages behind it do, every connection has one request and one short life, every
//! address a share of each minute, every body a size.

mod caller;
mod listener;
mod rate;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::web::door::caller::caller;
use crate::web::door::listener::{Bounded, Peer};
use crate::web::door::rate::Rate;

/// The largest body that is read; a form of ours has under 100 bytes.
pub const LARGEST_BODY: usize = 16 * 1024;
/// A link of ours has under 300 bytes.
const LONGEST_PATH: usize = 1024;
/// What suits people and mail programs; the pages may think for half of it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How strangers are let in.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// How many hops of X-Forwarded-For to believe, from the right.
    pub trusted_proxies: u8,
    /// For each address; more get a 429 for the rest of the minute.
    pub requests_per_minute: u32,
    /// From the first byte of a request to the last of its answer; whoever dribbles is cut off.
    pub patience: Duration,
}

struct Guard {
    trusted_proxies: usize,
    rate: Rate,
    thinking: Duration,
}

/// A door that is open: it listens, and lets in once [`serve`](Self::serve) is called.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

impl Door {
    /// Listens (port 0: any free one).
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn open(listen: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` turns true; what has begun by then is answered.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn serve(
        self,
        pages: Router,
        manners: Manners,
        mut stop: watch::Receiver<bool>,
    ) -> io::Result<()> {
        let guard = Arc::new(Guard {
            trusted_proxies: usize::from(manners.trusted_proxies),
            rate: Rate::new(manners.requests_per_minute),
            thinking: manners.patience / 2,
        });
        let service = pages
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(middleware::from_fn_with_state(guard, watch_over))
            .into_make_service_with_connect_info::<Peer>();
        axum::serve(Bounded::new(self.listener, manners.patience), service)
            .with_graceful_shutdown(async move {
                // A closed channel is no wish to stop.
                if stop.wait_for(|asked| *asked).await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
            .await
    }
}

async fn watch_over(
    State(guard): State<Arc<Guard>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let caller = caller(peer.0.ip(), request.headers(), guard.trusted_proxies);
    let mut response = if !guard.rate.admits(caller, Instant::now()) {
        let words = "Too many requests from this address. Please try again in a minute.\n";
        let wait = [(header::RETRY_AFTER, "60")];
        (StatusCode::TOO_MANY_REQUESTS, wait, words).into_response()
    } else if request
        .uri()
        .path_and_query()
        .is_some_and(|path| path.as_str().len() > LONGEST_PATH)
    {
        (StatusCode::URI_TOO_LONG, "This address is too long.\n").into_response()
    } else {
        match tokio::time::timeout(guard.thinking, next.run(request)).await {
            Ok(response) => response,
            Err(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "This takes too long just now. Please try again later.\n",
            )
                .into_response(),
        }
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        // One request per connection: its short life is never the next request's trouble.
        (header::CONNECTION, "close"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    headers.insert(
        "x-robots-tag",
        HeaderValue::from_static("noindex, nofollow"),
    );
    response
}
