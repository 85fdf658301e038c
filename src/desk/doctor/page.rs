//! The opt-out page: reached from here under its public address, and taking a POST.

use std::time::Duration;

use crate::desk::opening::open::Setup;
use crate::desk::told::ping::agent;
use crate::domain::health::Finding;

const CHECK: &str = "unsubscribe.page";
const PATIENCE: Duration = Duration::from_secs(10);

/// Neither the button's nor the form's words: our page refuses them, and nothing changes.
const BODY: &str = "dateline=doctor";
/// How our page refuses them.
const REFUSAL: &str = "not the form of the opt-out page";
/// Long enough for the refusal.
const READ: u64 = 10_000;

pub(in crate::desk::doctor) async fn look(setup: &Setup) -> Finding {
    let Some(base) = setup.config.unsubscribe.base_url.clone() else {
        let found = "there is no opt-out page; people opt out by mail";
        let how = "large providers want one-click opt-out: set [unsubscribe] base_url and run dateline serve";
        return Finding::not_asked(CHECK, found, how);
    };
    let url = format!("{}/doctor", base.trim_end_matches('/'));
    // The request blocks; a thread of its own lets others go on.
    let asked = tokio::task::spawn_blocking(move || post(&url)).await;
    let said = asked.unwrap_or_else(|_| Err("the request did not end well".to_owned()));
    judge(&base, &said)
}

/// Status and body, or why there is no answer.
fn post(url: &str) -> Result<(u16, String), String> {
    let mut answer = agent(PATIENCE)
        .post(url)
        .content_type("application/x-www-form-urlencoded")
        .send(BODY)
        .map_err(|error| error.to_string())?;
    let body = answer.body_mut().with_config().limit(READ).read_to_string();
    Ok((answer.status().as_u16(), body.unwrap_or_default()))
}

fn judge(base: &str, said: &Result<(u16, String), String>) -> Finding {
    let why =
        "journalists press the button of their mail program there; if it fails they press \"spam\"";
    let fix = "see that `dateline serve` runs and that your proxy hands this address on to it (docs/serve.md)";
    let found = match said {
        Ok((400, body)) if body.contains(REFUSAL) => {
            return Finding::ok(CHECK, format!("{base} takes a POST, and it is our page"));
        }
        Ok((300..400, _)) => {
            let fix = "give [unsubscribe] base_url the address that it leads to: a POST must not be redirected (RFC 8058)";
            return Finding::problem(CHECK, format!("{base} redirects a POST"), why, fix);
        }
        Ok((status, _)) => format!("{base} answers a POST with {status}, which our page does not"),
        Err(error) => format!("{base} cannot be reached from here: {error}"),
    };
    Finding::problem(CHECK, found, why, fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    #[test]
    fn only_our_own_page_is_well() {
        let base = "https://press.example.com/u";
        let said = |status, body: &str| judge(base, &Ok((status, body.to_owned()))).state;
        assert_eq!(
            said(400, "This is not the form of the opt-out page; …"),
            State::Ok
        );
        for (status, body) in [
            (400, "Bad Request"),
            (200, "ok"),
            (301, ""),
            (403, ""),
            (502, ""),
        ] {
            assert_eq!(said(status, body), State::Problem, "{status}");
        }
        assert_eq!(judge(base, &Err("no".to_owned())).state, State::Problem);
    }
}
