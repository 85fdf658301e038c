//! Checks what one key alone cannot tell: values that contradict each other or could not work.

use std::net::IpAddr;
use std::time::Duration;

use crate::config::Config;
use crate::config::keys::smtp::{Auth, Security, Smtp, Transport};
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;

pub(in crate::config) fn check(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    newsroom(config, at)?;
    database(config, at)?;
    server(&config.smtp, at)?;
    login(&config.smtp, at)?;
    limits(config, at)?;
    run(config, at)?;
    serve(config, at)
}

fn refuse(at: &Located<'_>, keys: &[&str], message: &str, hint: &str) -> Result<(), ConfigProblem> {
    Err(at.problem("config-value", keys, message, hint))
}

fn newsroom(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let newsroom = &config.newsroom;
    if newsroom.name.trim().is_empty() || newsroom.name.contains(char::is_control) {
        return refuse(
            at,
            &["newsroom", "name"],
            "must be one line of text",
            "write the name that journalists know",
        );
    }
    let addresses = [
        (&["newsroom", "from"][..], vec![&newsroom.from]),
        (
            &["newsroom", "reply_to"],
            newsroom.reply_to.iter().collect(),
        ),
        (&["newsroom", "senders"], newsroom.senders.iter().collect()),
        (
            &["smtp", "bounce_address"],
            config.smtp.bounce_address.iter().collect(),
        ),
        (
            &["unsubscribe", "mailto"],
            config.unsubscribe.mailto.iter().collect(),
        ),
        (
            &["notify", "problems"],
            config.notify.problems.iter().collect(),
        ),
        (
            &["notify", "finished"],
            config.notify.finished.iter().collect(),
        ),
    ];
    for (keys, values) in addresses {
        if !values.into_iter().all(|value| looks_like_address(value)) {
            return refuse(
                at,
                keys,
                "is not an e-mail address",
                "write press@example.com or \"Press Office <press@example.com>\"",
            );
        }
    }
    if !newsroom
        .team_domains
        .iter()
        .all(|domain| looks_like_domain(domain))
    {
        return refuse(
            at,
            &["newsroom", "team_domains"],
            "must be domains",
            "write them without @, as in [\"example.com\"]",
        );
    }
    if let Some(zone) = &newsroom.time_zone
        && !is_zone(zone)
    {
        return refuse(
            at,
            &["newsroom", "time_zone"],
            "is not a time zone of the IANA database",
            "write a place such as \"America/Vancouver\" or \"Europe/Berlin\"",
        );
    }
    let only_to = |entry: &String| match entry.strip_prefix('@') {
        Some(domain) => looks_like_domain(domain),
        None => looks_like_address(entry),
    };
    if !config.smtp.only_to.iter().all(only_to) {
        return refuse(
            at,
            &["smtp", "only_to"],
            "must be addresses or domains",
            "write \"ana@example.com\" or \"@example.com\"",
        );
    }
    Ok(())
}

fn is_zone(name: &str) -> bool {
    jiff::tz::TimeZoneDatabase::bundled().get(name).is_ok() || jiff::tz::db().get(name).is_ok()
}

/// Enough to catch a slip; the mail itself is composed by stricter rules.
fn looks_like_address(text: &str) -> bool {
    if text.contains(char::is_control) {
        return false;
    }
    let address = match (text.find('<'), text.strip_suffix('>')) {
        (Some(open), Some(inside)) => &inside[open + 1..],
        (None, None) => text,
        _ => return false,
    };
    address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !local.contains(['@', ' ', '<', ',']) && looks_like_domain(domain)
    })
}

fn looks_like_domain(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| !label.is_empty())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

fn database(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let url = &config.database.url;
    let keys = &["database", "url"];
    match url.sqlite_path() {
        Some(path) if path.as_os_str().is_empty() || path.to_string_lossy().starts_with(':') => {
            refuse(
                at,
                keys,
                "must name a file: a newsroom in memory would forget everything",
                "write \"sqlite://dateline.db\"",
            )
        }
        Some(path) if path.to_string_lossy().contains('?') => refuse(
            at,
            keys,
            "must be a path alone: options after `?` are not known",
            "remove the part from the question mark on",
        ),
        Some(_) if config.database.password_file.is_some() => refuse(
            at,
            &["database", "password_file"],
            "is for PostgreSQL; an SQLite file has no password",
            "remove the line",
        ),
        None if !url.is_postgres() => refuse(
            at,
            keys,
            "names a database that is not known",
            "write \"sqlite://dateline.db\" or \"postgres://dateline@db.example.com/dateline\"",
        ),
        _ => Ok(()),
    }
}

fn server(smtp: &Smtp, at: &Located<'_>) -> Result<(), ConfigProblem> {
    match &smtp.host {
        None if smtp.transport == Transport::Smtp => {
            return refuse(
                at,
                &["smtp", "host"],
                "is missing, and transport is \"smtp\"",
                "write your provider's server, such as \"smtp.example.net\"",
            );
        }
        Some(host) if host.parse::<IpAddr>().is_err() && !looks_like_domain(host) => {
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

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn login(smtp: &Smtp, at: &Located<'_>) -> Result<(), ConfigProblem> {
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

fn limits(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let limits = &config.limits;
    if limits.retry.is_empty() || limits.retry.iter().any(Duration::is_zero) {
        return refuse(
            at,
            &["limits", "retry"],
            "must list at least one wait, none of them zero",
            "remove the line to get the default",
        );
    }
    if limits
        .retry
        .first()
        .is_some_and(|first| limits.give_up_after < *first)
    {
        return refuse(
            at,
            &["limits", "give_up_after"],
            "must be at least the first wait of `retry`",
            "24h suits greylisting and a night's outage",
        );
    }
    Ok(())
}

fn run(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let run = &config.run;
    if !(run.stop_failure_rate > 0.0 && run.stop_failure_rate <= 1.0) {
        return refuse(
            at,
            &["run", "stop_failure_rate"],
            "must be above 0 and at most 1",
            "0.10 blocks at every tenth mail refused",
        );
    }
    if !(1..=2).contains(&run.approvals) {
        return refuse(
            at,
            &["run", "approvals"],
            "must be 1 or 2",
            "1 lets the author approve; 2 wants two different names",
        );
    }
    if run.max_duration < Duration::from_secs(60) {
        return refuse(
            at,
            &["run", "max_duration"],
            "must be at least 1m",
            "50m leaves room before the next full hour",
        );
    }
    if config.embargo.warn_lead < config.embargo.min_lead {
        return refuse(
            at,
            &["embargo", "warn_lead"],
            "must not be shorter than min_lead",
            "what is refused cannot be warned of",
        );
    }
    if config.privacy.track_opens {
        return refuse(
            at,
            &["privacy", "track_opens"],
            "must be false: Dateline has no tracking pixel",
            "remove the line",
        );
    }
    Ok(())
}

fn serve(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    if config
        .unsubscribe
        .base_url
        .as_ref()
        .is_some_and(|url| !url.starts_with("https://"))
    {
        return refuse(
            at,
            &["unsubscribe", "base_url"],
            "must start with https://",
            "RFC 8058 wants one-click opt-out over https",
        );
    }
    let dkim = &config.dkim;
    let given = [
        dkim.domain.is_some(),
        dkim.selector.is_some(),
        dkim.key_file.is_some(),
    ];
    if given.contains(&true) && given.contains(&false) {
        return refuse(
            at,
            &["dkim"],
            "needs domain, selector and key_file together",
            "remove the table if your provider signs",
        );
    }
    if config.hooks.iter().any(|hook| hook.run.is_empty()) {
        return refuse(
            at,
            &["hook", "run"],
            "names no program",
            "write run = [\"/path/to/program\"]",
        );
    }
    Ok(())
}

/// A password in the file itself is refused when every user of the machine may read the file.
pub(in crate::config) fn not_for_all_eyes(
    config: &Config,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let key: &[&str] = if config.smtp.password.is_some() {
        &["smtp", "password"]
    } else if config.database.url.has_password() {
        &["database", "url"]
    } else {
        return Ok(());
    };
    if !readable_by_others(&at.path) {
        return Ok(());
    }
    Err(at.problem(
        "config-exposed",
        key,
        "holds a password, and every user of this machine may read this file",
        format!(
            "chmod 600 {}, or move the password to a password_file",
            at.path.display()
        ),
    ))
}

#[cfg(unix)]
fn readable_by_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::path::Path) -> bool {
    false
}
