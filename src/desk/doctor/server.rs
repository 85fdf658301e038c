//! The mail server: reached, trusted, willing to let us in, and what it offers.

use std::time::Duration;

use crate::config::keys::smtp::{Security, Transport};
use crate::desk::Desk;
use crate::desk::doctor::trouble;
use crate::desk::letter::route;
use crate::desk::opening::open::{Setup, host_name};
use crate::desk::problem::Problem;
use crate::domain::health::Finding;
use crate::domain::instant::Instant;
use crate::mail::message::MAX_BYTES;
use crate::mail::probe::{Offered, Secured, Seen, probe};
use crate::mail::route_problem::RouteProblem;
use crate::store::health;

const CONNECT: &str = "smtp.connect";
const TLS: &str = "smtp.tls";
const LOGIN: &str = "smtp.login";

/// A person waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Certificates are renewed a month before their end, or nobody does it.
const SOON: i64 = 14;
const VERY_SOON: i64 = 3;
const DAY: i64 = 24 * 60 * 60 * 1000;

pub(in crate::desk::doctor) async fn look(
    setup: &Setup,
    desk: Option<&Desk>,
    is_asked: bool,
) -> Vec<Finding> {
    let smtp = &setup.config.smtp;
    if !is_asked {
        let found = match smtp.transport {
            Transport::Smtp => "the mail server was not tried".to_owned(),
            Transport::Files => {
                "[smtp] transport is \"files\": nothing is sent, and no server was tried".to_owned()
            }
            Transport::Sink => {
                "[smtp] transport is \"sink\": nothing is sent, and no server was tried".to_owned()
            }
        };
        return vec![Finding::not_asked(CONNECT, found, "dateline doctor --smtp")];
    }
    let why = "nothing can be sent";
    let mut route = match route::server(&host_name(), smtp).await {
        Ok(route) => route,
        Err(problem) => return vec![trouble(CONNECT, &problem, why)],
    };
    route.timeouts.connect = route.timeouts.connect.min(PATIENCE);
    route.timeouts.command = route.timeouts.command.min(PATIENCE);
    match probe(&route).await {
        Err(problem) => vec![unreached(problem, why)],
        Ok(seen) => {
            let beyond_ascii = match desk {
                Some(desk) => health::addresses_beyond_ascii(desk.store.db()).await,
                None => Ok(0),
            };
            let name = format!("{}:{}", route.host, route.port);
            let is_plain = smtp.security == Security::None;
            seen_findings(
                &name,
                &seen,
                is_plain,
                setup.clock.now(),
                beyond_ascii.unwrap_or(0),
            )
        }
    }
}

fn unreached(problem: RouteProblem, why: &str) -> Finding {
    let check = if problem.is_certificate() {
        TLS
    } else {
        CONNECT
    };
    trouble(check, &Problem::from(problem), why)
}

fn seen_findings(
    name: &str,
    seen: &Seen,
    is_plain: bool,
    now: Instant,
    beyond_ascii: i64,
) -> Vec<Finding> {
    let mut findings = vec![Finding::ok(CONNECT, format!("{name} answers"))];
    findings.push(match &seen.protection {
        None if is_plain => {
            let found = "the connection is not encrypted; it does not leave this machine";
            Finding::ok(TLS, found)
        }
        None => Finding::problem(
            TLS,
            "the connection is not encrypted",
            "anybody on the way reads the password and changes the mail",
            "in config.toml: [smtp] security = \"tls\"",
        ),
        Some(how) => certificate(how, now),
    });
    findings.push(match &seen.login {
        None => Finding::ok(LOGIN, "no login is set up"),
        Some(Ok(())) => Finding::ok(LOGIN, "the login was accepted"),
        Some(Err(problem)) => {
            let why = "the server takes mail only from those whom it knows";
            trouble(LOGIN, &Problem::from(problem.clone()), why)
        }
    });
    findings.extend(offers(&seen.offers, beyond_ascii));
    findings
}

fn certificate(how: &Secured, now: Instant) -> Finding {
    let Some(ends) = how.ends else {
        let found = format!("{}, a certificate that is trusted", how.version);
        return Finding::ok(TLS, found);
    };
    let days = (ends.millis() - now.millis()) / DAY;
    let found = format!(
        "{}, a certificate that is trusted and ends in {days} days",
        how.version
    );
    let why = "from its end on no mail leaves, because we could not know whose server it is";
    let fix = "have whoever runs the mail server renew it";
    match days {
        ..VERY_SOON => Finding::problem(TLS, found, why, fix),
        VERY_SOON..SOON => Finding::warning(TLS, found, why, fix),
        _ => Finding::ok(TLS, found),
    }
}

fn offers(offers: &Offered, beyond_ascii: i64) -> Vec<Finding> {
    let size = match offers.limit {
        Some(limit) if limit < MAX_BYTES as u64 => Finding::warning(
            "smtp.size",
            format!("the server takes at most {} kB a mail", limit / 1000),
            "a release with large attachments would be refused",
            "link to large files, or have the server's limit raised",
        ),
        Some(limit) => {
            let found = format!("mails of up to {} MB are taken", limit / 1_000_000);
            Finding::ok("smtp.size", found)
        }
        None if offers.has_size => Finding::ok("smtp.size", "the server names no largest mail"),
        None => Finding::ok("smtp.size", "the server does not offer SIZE"),
    };
    let pipelining = if offers.pipelining {
        Finding::ok("smtp.pipelining", "PIPELINING is offered")
    } else {
        Finding::warning(
            "smtp.pipelining",
            "PIPELINING is not offered",
            "each mail takes three more round trips, so that a large list takes longer",
            "switch it on in the server, or raise [smtp] connections",
        )
    };
    let eight_bit = if offers.eight_bit_mime {
        Finding::ok("smtp.8bitmime", "8BITMIME is offered")
    } else {
        let found = "8BITMIME is not offered; our mails do without";
        Finding::ok("smtp.8bitmime", found)
    };
    let smtputf8 = if offers.smtputf8 {
        Finding::ok("smtp.smtputf8", "SMTPUTF8 is offered")
    } else if beyond_ascii == 0 {
        let found = "SMTPUTF8 is not offered; no contact's address needs it";
        Finding::ok("smtp.smtputf8", found)
    } else {
        Finding::warning(
            "smtp.smtputf8",
            format!(
                "SMTPUTF8 is not offered, and {beyond_ascii} contacts have an address that needs it"
            ),
            "they cannot be written to through this server",
            "ask them for another address, or take another server",
        )
    };
    vec![size, pipelining, eight_bit, smtputf8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    const NOW: Instant = Instant::from_millis(1_773_306_000_000);

    #[test]
    fn the_end_of_a_certificate_is_told_in_time() {
        let state = |days: i64| {
            let ends = Some(Instant::from_millis(NOW.millis() + days * DAY + 1));
            let how = Secured {
                version: "TLS 1.3",
                ends,
            };
            certificate(&how, NOW).state
        };
        assert_eq!(state(60), State::Ok);
        assert_eq!(state(13), State::Warning);
        assert_eq!(state(2), State::Problem);
    }

    #[test]
    fn what_is_missing_is_judged_by_what_it_costs() {
        let bare = Offered {
            pipelining: false,
            eight_bit_mime: false,
            smtputf8: false,
            has_size: true,
            limit: Some(1_000_000),
            auth: Vec::new(),
        };
        let states =
            |beyond| -> Vec<State> { offers(&bare, beyond).iter().map(|one| one.state).collect() };
        assert_eq!(
            states(0),
            [State::Warning, State::Warning, State::Ok, State::Ok]
        );
        assert_eq!(states(1)[3], State::Warning);
    }
}
