//! The files that mails link to: one address per file, no list, nothing before it was sent.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::desk::Desk;
use crate::desk::release::linked_file::{LinkedFile, open};

/// The files, below the path of `[newsroom] files_url`; nothing without it.
pub fn files(desk: Desk) -> Router {
    let Some(base) = desk.config.newsroom.files_url.as_deref().map(path) else {
        return Router::new();
    };
    // The base is the owner's own path and may hold a colon; only braces would mean anything here.
    Router::new()
        .without_v07_checks()
        .route(&format!("{base}/{{token}}/{{name}}"), get(show))
        .with_state(Arc::new(desk))
}

/// The path of a public address, without the slash at its end.
fn path(url: &str) -> String {
    let rest = url.strip_prefix("https://").unwrap_or(url);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    match path.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

async fn show(
    State(desk): State<Arc<Desk>>,
    Path((token, _name)): Path<(String, String)>,
) -> Response {
    match open(&desk, &token).await {
        Ok(Some(file)) => answer(file),
        Ok(None) => (
            StatusCode::NOT_FOUND,
            "There is no such file here: it was not sent yet, or it was withdrawn.\n",
        )
            .into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The file cannot be had just now. Please try again later.\n",
        )
            .into_response(),
    }
}

/// Always a download: a stranger's browser runs nothing of ours.
fn answer(file: LinkedFile) -> Response {
    let kind = HeaderValue::try_from(file.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = disposition(&file.file_name);
    let mut response = ([(header::CONTENT_TYPE, kind)], file.bytes).into_response();
    if let Ok(value) = HeaderValue::try_from(disposition) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// RFC 6266 with the name in UTF-8 (RFC 8187), and a plain one for old programs.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ') => c,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::{disposition, path};

    #[test]
    fn the_path_of_the_public_address() {
        assert_eq!(path("https://press.example.com/files/"), "/files");
        assert_eq!(path("https://press.example.com"), "");
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"\r\nb ü.pdf"),
            "attachment; filename=\"a___b _.pdf\"; filename*=UTF-8''a%22%0D%0Ab%20%C3%BC.pdf"
        );
    }
}
