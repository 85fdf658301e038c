//! The catcher's pages: what was caught, as its readers would see it.
//!
//! Nothing comes from elsewhere, and a caught mail can neither run a script nor fetch a thing:
//! its HTML is shown in a sandboxed frame under a policy of its own.

pub(in crate::web) mod mail;
mod open;
mod view;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::mail::sink::Sink;
use crate::mail::sink::mailbox::Mailbox;
pub use crate::web::catcher::open::Catcher;
use crate::web::catcher::view::{Shown, View};

/// Our own pages: style and script of ours, pictures of none but ourselves.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// A caught mail: its own inline style and the pictures that travelled with it, nothing more.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/// The pages while they are served; they end with [`stop`](Self::stop) or when dropped.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Pages {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn stop(mut self) {
        self.task.abort();
        // Only to wait for it: that it was cancelled is what we asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Desk {
    mailbox: Arc<Mailbox>,
    view: View,
    /// Served to this machine only: then a foreign Host is a rebound name (DNS rebinding).
    local: bool,
}

/// Serves the sink's mails on `listen` (port 0: any free one).
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(listen: SocketAddr, sink: &Sink) -> io::Result<Pages> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let desk = Arc::new(Desk {
        mailbox: sink.mailbox(),
        view: View::new(sink.address()).map_err(io::Error::other)?,
        local: address.ip().is_loopback(),
    });
    let router = Router::new()
        .route("/", get(list))
        .route("/mails.json", get(json))
        .route("/mail/{id}", get(mail_page))
        .route("/mail/{id}/html", get(mail_html))
        .route("/mail/{id}/raw", get(mail_raw))
        .route("/mail/{id}/file/{number}", get(mail_file))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), guard))
        .with_state(desk);
    let task = tokio::spawn(async move {
        // Ends only with the task; a broken connection is axum's own matter.
        let _ = axum::serve(listener, router).await;
    });
    Ok(Pages { address, task })
}

/// Which part of a mail, and how it is shown.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    tab: Option<String>,
    width: Option<u16>,
    dark: Option<u8>,
}

#[derive(Debug, Deserialize)]
struct From {
    before: Option<u64>,
}

async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    if desk.local && !is_local_name(request.headers()) {
        let words = "This page is served to localhost only.";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(PAGE_POLICY));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page of somebody else's that points a name of its own at 127.0.0.1 could read the mails.
pub(in crate::web) fn is_local_name(headers: &HeaderMap) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name.starts_with("127.") || name == "[::1]"
}

async fn list(State(desk): State<Arc<Desk>>, Query(from): Query<From>) -> Response {
    page(desk.view.list(&desk.mailbox, from.before))
}

async fn json(State(desk): State<Arc<Desk>>) -> Response {
    typed("application/json", view::json(&desk.mailbox).into())
}

async fn mail_page(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<u64>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let Some(caught) = desk.mailbox.get(id) else {
        return missing();
    };
    let shown = Shown {
        tab: wanted.tab.as_deref().unwrap_or_default(),
        narrow: wanted.width == Some(320),
        dark: wanted.dark == Some(1),
    };
    page(desk.view.mail(&caught, &shown))
}

async fn mail_html(State(desk): State<Arc<Desk>>, Path(id): Path<u64>) -> Response {
    let Some(html) = desk
        .mailbox
        .get(id)
        .and_then(|caught| mail::html(&caught.bytes))
    else {
        return missing();
    };
    let mut response = typed("text/html; charset=utf-8", html.into());
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(MAIL_POLICY),
    );
    response
}

async fn mail_raw(State(desk): State<Arc<Desk>>, Path(id): Path<u64>) -> Response {
    match desk.mailbox.get(id) {
        Some(caught) => download(&format!("mail-{id}.eml"), caught.bytes.to_vec()),
        None => missing(),
    }
}

async fn mail_file(
    State(desk): State<Arc<Desk>>,
    Path((id, number)): Path<(u64, u32)>,
) -> Response {
    let file = desk
        .mailbox
        .get(id)
        .and_then(|caught| mail::file(&caught.bytes, number));
    match file {
        Some((name, bytes)) => download(&name, bytes),
        None => missing(),
    }
}

async fn style() -> Response {
    typed("text/css; charset=utf-8", include_str!("style.css").into())
}

async fn script() -> Response {
    typed(
        "text/javascript; charset=utf-8",
        include_str!("script.js").into(),
    )
}

fn page(html: Result<String, minijinja::Error>) -> Response {
    match html {
        Ok(html) => typed("text/html; charset=utf-8", html.into()),
        Err(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "The page could not be written.",
        )
            .into_response(),
    }
}

fn typed(kind: &'static str, body: Body) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        body,
    )
        .into_response()
}

/// Always as a file to save: a caught attachment must not open as a page of ours.
pub(in crate::web) fn download(name: &str, bytes: Vec<u8>) -> Response {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut response = typed("application/octet-stream", bytes.into());
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn missing() -> Response {
    let words = "This mail is not kept any more, or never was.";
    (StatusCode::NOT_FOUND, words).into_response()
}

#[cfg(test)]
mod tests;
