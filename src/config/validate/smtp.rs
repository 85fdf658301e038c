//! `[smtp]`: server, port and protection must fit together, and a login needs its secret.

use std::net::IpAddr;

use crate::config::keys::smtp::{Auth, Security, Smtp, Transport};
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;
use crate::config::validate::refuse;
use crate::config::validate::syntax::is_domain;

pub(in crate::config::validate) fn server(
    smtp: &Smtp,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    match &smtp.host {
        None if smtp.transport == Transport::Smtp => {
            return refuse(
                at,
                &["smtp", "host"],
                "is missing, and transport is \"smtp\"",
                "write your provider's server, such as \"smtp.example.net\"",
            );
        }
        Some(host) if host.parse::<IpAddr>().is_err() && !is_domain(host) => {
            return refuse(
                at,
                &["smtp", "host"],
                "must be a name or an IP address alone",
                "write it without smtp:// and without a port",
            );
        }
        _ => {}
    }
    match (smtp.security, smtp.port) {
        (_, Some(0)) => {
            return refuse(
                at,
                &["smtp", "port"],
                "must be from 1 to 65535",
                "465 for tls, 587 for starttls",
            );
        }
        (Security::Tls, Some(25 | 587)) => {
            return refuse(
                at,
                &["smtp", "port"],
                "does not go with security = \"tls\": a server speaks STARTTLS there",
                "write port = 465, or security = \"starttls\"",
            );
        }
        (Security::Starttls, Some(465)) => {
            return refuse(
                at,
                &["smtp", "port"],
                "does not go with security = \"starttls\": a server speaks TLS from the first byte there",
                "write port = 587, or security = \"tls\"",
            );
        }
        _ => {}
    }
    Ok(())
}

pub(in crate::config::validate) fn connection(
    smtp: &Smtp,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    if smtp.security == Security::None && !smtp.host.as_deref().is_none_or(is_loopback) {
        return refuse(
            at,
            &["smtp", "security"],
            "may be \"none\" only to this machine: anybody on the way could read and change the mail",
            "write \"tls\" or \"starttls\"",
        );
    }
    if !(1..=64).contains(&smtp.connections) {
        return refuse(
            at,
            &["smtp", "connections"],
            "must be from 1 to 64",
            "2 suits most providers",
        );
    }
    if smtp
        .at_risk
        .is_some_and(|rows| rows < smtp.connections || rows > 64)
    {
        return refuse(
            at,
            &["smtp", "at_risk"],
            "must be at least `connections` and at most 64",
            "remove the line: the number of connections is the default",
        );
    }
    let timeouts = &smtp.timeouts;
    for (key, time) in [
        ("connect", timeouts.connect),
        ("command", timeouts.command),
        ("data", timeouts.data),
        ("final", timeouts.after_dot),
    ] {
        if time.is_zero() {
            return refuse(
                at,
                &["smtp", "timeouts", key],
                "must be longer than nothing",
                "remove the key: its default follows RFC 5321",
            );
        }
    }
    Ok(())
}

pub(in crate::config::validate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

pub(in crate::config::validate) fn login(
    smtp: &Smtp,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let ways = [
        ("password", smtp.password.is_some()),
        ("password_file", smtp.password_file.is_some()),
        ("password_command", !smtp.password_command.is_empty()),
    ];
    let mut given = ways
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(key, _)| key);
    let first = given.next();
    if let Some(second) = given.next() {
        return refuse(
            at,
            &["smtp", second],
            "gives the password a second time",
            "keep one of password_file, password_command and password",
        );
    }
    match (smtp.auth, first, &smtp.username) {
        (Auth::Oauth2, Some(key), _) => refuse(
            at,
            &["smtp", key],
            "is not used with auth = \"oauth2\"",
            "remove the line, or write auth = \"password\"",
        ),
        (Auth::Oauth2, None, _) if smtp.token_command.is_empty() => refuse(
            at,
            &["smtp", "token_command"],
            "is missing, and auth is \"oauth2\"",
            "name a program that prints an access token",
        ),
        (Auth::Oauth2, None, None) | (Auth::Password, Some(_), None) => refuse(
            at,
            &["smtp", "username"],
            "is missing, and there is a secret for it",
            "write the account's name, often its address",
        ),
        (Auth::Password, None, Some(_)) if smtp.transport == Transport::Smtp => refuse(
            at,
            &["smtp", "username"],
            "has no password",
            "add password_file or password_command",
        ),
        _ => Ok(()),
    }
}
