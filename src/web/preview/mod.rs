//! A release's mails on a page of this machine, as their readers will see them, before they go.
//!
//! Nothing comes from elsewhere, and nobody else on this machine can read an embargoed text: the
//! address holds a secret.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::desk::letter::preview::{Mail, Previewed};
use crate::desk::release::diff::Difference;
use crate::domain::hex;
use crate::web::catcher::{download, is_local_name, mail};

/// Our own page: our style, frames of ourselves, no script at all.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The mail: its own inline style and the pictures that travel with it, nothing more.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
/// Gmail cuts a longer HTML part off (support.google.com, "message clipped").
const CLIPPED_AT: usize = 102_000;

/// The page while it is served; it ends when dropped.
#[derive(Debug)]
pub struct Page {
    address: SocketAddr,
    secret: String,
    task: JoinHandle<()>,
}

impl Page {
    /// With the secret in it.
    pub fn url(&self) -> String {
        format!("http://{}/{}/", self.address, self.secret)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Shown {
    secret: String,
    previewed: Previewed,
    /// Against the version that was sent last.
    difference: Option<Difference>,
    templates: Environment<'static>,
}

/// Serves the mails on a free port of this machine.
///
/// # Errors
/// No port can be listened on.
pub async fn serve(previewed: Previewed, difference: Option<Difference>) -> io::Result<Page> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let secret = hex::encode(&rand::random::<[u8; 16]>());
    let mut templates = Environment::new();
    let source = include_str!("page.html");
    templates
        .add_template("page.html", source)
        .map_err(io::Error::other)?;
    let at = |rest: &str| format!("/{secret}/{rest}");
    let shown = Arc::new(Shown {
        secret: secret.clone(),
        previewed,
        difference,
        templates,
    });
    let router = Router::new()
        .route(&at(""), get(page))
        .route(&at("style.css"), get(style))
        .route(&at("mail/{number}/html"), get(html))
        .route(&at("mail/{number}/raw"), get(raw))
        .route(&at("mail/{number}/file/{file}"), get(file))
        .layer(middleware::from_fn(guard))
        .with_state(shown);
    let task = tokio::spawn(async move {
        // Ends only with the task; a broken connection is axum's own matter.
        let _ = axum::serve(listener, router).await;
    });
    Ok(Page {
        address,
        secret,
        task,
    })
}

/// What is looked at, and how.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    /// Which mail, counted from 0.
    mail: Option<usize>,
    tab: Option<String>,
    width: Option<u16>,
    dark: Option<u8>,
    images: Option<u8>,
}

#[derive(Serialize)]
struct Language<'a> {
    number: usize,
    language: &'a str,
}

async fn guard(request: Request, next: Next) -> Response {
    if !is_local_name(request.headers()) {
        let words = "This page is served to localhost only.";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(PAGE_POLICY));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn page(State(shown): State<Arc<Shown>>, Query(wanted): Query<Wanted>) -> Response {
    let number = wanted.mail.unwrap_or(0);
    let Some(mail) = shown.previewed.mails.get(number) else {
        return missing();
    };
    match render(&shown, number, mail, &wanted) {
        Ok(html) => typed("text/html; charset=utf-8", html.into()),
        Err(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "The page could not be written.",
        )
            .into_response(),
    }
}

fn render(
    shown: &Shown,
    number: usize,
    mail: &Mail,
    wanted: &Wanted,
) -> Result<String, minijinja::Error> {
    let bytes = mail.raw.as_bytes();
    let tab = wanted.tab.as_deref().unwrap_or("html");
    let languages = shown.previewed.mails.iter().enumerate();
    let languages: Vec<Language<'_>> = languages
        .map(|(number, mail)| Language {
            number,
            language: &mail.language,
        })
        .collect();
    let files = mail::files(bytes);
    shown.templates.get_template("page.html")?.render(context! {
        base => format!("/{}/", shown.secret),
        release => &shown.previewed.release,
        version => shown.previewed.version,
        distribution => shown.previewed.distribution,
        exact => shown.previewed.exact,
        status => &shown.previewed.status,
        reason => &shown.previewed.reason,
        to => &mail.to,
        subject => &mail.subject,
        text => &mail.text,
        raw => mail::raw(bytes),
        headers => Value::from(Serde(mail::headers(bytes))),
        file_count => files.len(),
        files => Value::from(Serde(files)),
        kilobytes => bytes.len().div_ceil(1000),
        html_kilobytes => mail.html.len().div_ceil(1000),
        clipped => mail.html.len() > CLIPPED_AT,
        difference => Value::from(Serde(&shown.difference)),
        languages => Value::from(Serde(languages)),
        number,
        tab,
        narrow => wanted.width == Some(320),
        dark => wanted.dark == Some(1),
        images => wanted.images != Some(0),
    })
}

async fn html(
    State(shown): State<Arc<Shown>>,
    Path(number): Path<usize>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let Some(mail) = shown.previewed.mails.get(number) else {
        return missing();
    };
    let with_pictures = wanted.images != Some(0);
    let whole = with_pictures.then(|| mail::html(mail.raw.as_bytes()));
    let html = whole.flatten().unwrap_or_else(|| mail.html.clone());
    let mut response = typed("text/html; charset=utf-8", html.into());
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(MAIL_POLICY),
    );
    response
}

async fn raw(State(shown): State<Arc<Shown>>, Path(number): Path<usize>) -> Response {
    match shown.previewed.mails.get(number) {
        Some(mail) => {
            let name = format!("{}.{}.eml", shown.previewed.release, mail.language);
            download(&name, mail.raw.clone().into_bytes())
        }
        None => missing(),
    }
}

async fn file(
    State(shown): State<Arc<Shown>>,
    Path((number, file)): Path<(usize, u32)>,
) -> Response {
    let mail = shown.previewed.mails.get(number);
    match mail.and_then(|mail| mail::file(mail.raw.as_bytes(), file)) {
        Some((name, bytes)) => download(&name, bytes),
        None => missing(),
    }
}

async fn style() -> Response {
    let css = concat!(
        include_str!("../catcher/style.css"),
        include_str!("preview.css")
    );
    typed("text/css; charset=utf-8", css.into())
}

fn typed(kind: &'static str, body: Body) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        body,
    )
        .into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "There is no such mail.").into_response()
}

#[cfg(test)]
mod tests;
