//! The opt-out page: one button for people, one click for mail programs, nothing for scanners.
//!
//! Only a POST changes anything. A mail program presses the button of RFC 8058; a person chooses how
//! far it reaches. Neither cookies, nor a script, nor a login, nor a redirect.

mod body;
mod page;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::config::keys::serve::Event;
use crate::desk::Desk;
use crate::desk::letter::compose::bare_address;
use crate::desk::letter::opt_out_link::keys;
use crate::desk::people::opt_out_link::{Choice, look, opt_out};
use crate::desk::problem::{Exit, Problem};
use crate::desk::told::hook;
use crate::domain::suppression::SuppressionKey;
use crate::web::unsubscribe::body::{Wish, read};
use crate::web::unsubscribe::page::{Shown, View};
use crate::web::unsubscribe::words::{Words, words};

struct Pages {
    desk: Desk,
    keys: Vec<SuppressionKey>,
    view: View,
    policy: HeaderValue,
}

/// The pages, below the path of `[unsubscribe] base_url` and, for a proxy that takes that off, at
/// the top.
///
/// # Errors
/// The key of the links cannot be read (78).
pub fn pages(mut desk: Desk) -> Result<Router, Problem> {
    // Not the system's user does it, but whoever holds the link.
    "opt-out page".clone_into(&mut desk.actor);
    let keys = keys(&desk)?;
    let broken = |why: String| Problem::new(Exit::Failed, "page", why);
    let view = View::new().map_err(|error| broken(error.to_string()))?;
    let policy =
        HeaderValue::try_from(View::policy()).map_err(|error| broken(error.to_string()))?;
    let base = path(desk.config.unsubscribe.base_url.as_deref());
    let pages = Arc::new(Pages {
        desk,
        keys,
        view,
        policy,
    });
    let here = || get(show).post(press);
    // The base is the owner's own path and may hold a colon; only braces would mean anything here.
    let mut router = Router::new().without_v07_checks().route("/{token}", here());
    if !base.is_empty() {
        router = router.route(&format!("{base}/{{token}}"), here());
    }
    Ok(router.with_state(pages))
}

/// The path of the public address, without the slash at its end.
fn path(base_url: Option<&str>) -> String {
    let rest = base_url.and_then(|url| url.strip_prefix("https://"));
    let path = rest
        .and_then(|rest| rest.split_once('/'))
        .map(|(_, path)| path);
    let path = path.unwrap_or_default().trim_matches('/');
    if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    }
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    match look(&pages.desk, &pages.keys, &token).await {
        Ok(Some(offer)) => {
            let words = words(&offer.language);
            pages.page(
                StatusCode::OK,
                &Shown::ask(words, &pages.desk.config.newsroom.name, &offer),
            )
        }
        Ok(None) => pages.unknown(StatusCode::NOT_FOUND, &headers),
        Err(_) => pages.trouble(&headers),
    }
}

async fn press(
    State(pages): State<Arc<Pages>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    match read(kind, &body) {
        Some(Wish::OneClick) => {
            // A mail program says no more than "unsubscribe": taken at its widest. The answer is the
            // same for a token that is none of ours.
            let done = opt_out(
                &pages.desk,
                &pages.keys,
                &token,
                Choice::Everything,
                "one-click",
            );
            match done.await {
                Ok(()) => {
                    tell(&pages.desk);
                    (StatusCode::OK, "Unsubscribed.\n").into_response()
                }
                Err(_) => pages.trouble(&headers),
            }
        }
        Some(Wish::Page(choice)) => pages.pressed(&token, choice, &headers).await,
        None => (
            StatusCode::BAD_REQUEST,
            "This is not the form of the opt-out page; nothing was changed.\n",
        )
            .into_response(),
    }
}

/// Tells the programs that want to know, beside the answer: a slow program must not hold a person up.
fn tell(desk: &Desk) {
    let desk = desk.clone();
    tokio::spawn(async move {
        let about = serde_json::json!({ "opt_outs": 1, "complaints": 0 });
        hook::call(&desk, Event::Unsubscribed, about).await
    });
}

impl Pages {
    async fn pressed(&self, token: &str, choice: Choice, headers: &HeaderMap) -> Response {
        let offer = match look(&self.desk, &self.keys, token).await {
            Ok(Some(offer)) => offer,
            // Told to a person, who would else wait for an end that never comes.
            Ok(None) => return self.unknown(StatusCode::OK, headers),
            Err(_) => return self.trouble(headers),
        };
        if opt_out(&self.desk, &self.keys, token, choice, "page")
            .await
            .is_err()
        {
            return self.trouble(headers);
        }
        tell(&self.desk);
        let name = &self.desk.config.newsroom.name;
        let shown = Shown::done(words(&offer.language), name, &offer, choice);
        self.page(StatusCode::OK, &shown)
    }

    fn unknown(&self, status: StatusCode, headers: &HeaderMap) -> Response {
        let newsroom = &self.desk.config.newsroom;
        let shown = Shown::unknown(
            wanted(headers, &newsroom.language),
            &newsroom.name,
            &self.write_to(),
        );
        self.page(status, &shown)
    }

    /// Not ours to explain to a stranger; a mail program tries again after a 503.
    fn trouble(&self, headers: &HeaderMap) -> Response {
        let newsroom = &self.desk.config.newsroom;
        let shown = Shown::trouble(
            wanted(headers, &newsroom.language),
            &newsroom.name,
            &self.write_to(),
        );
        self.page(StatusCode::SERVICE_UNAVAILABLE, &shown)
    }

    fn write_to(&self) -> String {
        let newsroom = &self.desk.config.newsroom;
        let mailto = self.desk.config.unsubscribe.mailto.as_ref();
        bare_address(
            mailto
                .or(newsroom.reply_to.as_ref())
                .unwrap_or(&newsroom.from),
        )
    }

    fn page(&self, status: StatusCode, shown: &Shown) -> Response {
        let Ok(html) = self.view.page(shown) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, self.policy.clone()),
        ];
        (status, headers, html).into_response()
    }
}

/// The language that the browser asks for first, where no mail tells a better one.
fn wanted(headers: &HeaderMap, otherwise: &str) -> &'static Words {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split([',', ';']).next())
        .map(str::trim)
        .filter(|value| !value.is_empty());
    words(asked.unwrap_or(otherwise))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_of_the_public_address() {
        assert_eq!(path(Some("https://press.example.com/u/")), "/u");
        assert_eq!(path(Some("https://press.example.com/a/b")), "/a/b");
        assert_eq!(path(Some("https://press.example.com/")), "");
        assert_eq!(path(Some("https://press.example.com")), "");
        assert_eq!(path(None), "");
    }
}
