//! Checks what one key alone cannot tell: values that contradict each other or could not work.

mod exposure;
mod limits;
mod mailbox;
mod smtp;
mod syntax;

use crate::config::Config;
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;
use crate::config::validate::syntax::{is_address, is_domain, is_link_base, is_zone};
use crate::domain::zones::Zones;

pub(in crate::config) use crate::config::validate::exposure::not_for_all_eyes;

pub(in crate::config) fn check(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    newsroom(config, at)?;
    database(config, at)?;
    smtp::server(&config.smtp, at)?;
    smtp::connection(&config.smtp, at)?;
    smtp::login(&config.smtp, at)?;
    limits::limits(config, at)?;
    limits::run(config, at)?;
    mailbox::mailbox(&config.mailbox, at)?;
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
        if !values.into_iter().all(|value| is_address(value)) {
            return refuse(
                at,
                keys,
                "is not an e-mail address",
                "write press@example.com or \"Press Office <press@example.com>\"",
            );
        }
    }
    if !newsroom.team_domains.iter().all(|domain| is_domain(domain)) {
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
            // A known name is no secret, unlike what stands there.
            &Zones::bundled().nearest(zone).map_or_else(
                || "write a place such as \"America/Vancouver\" or \"Europe/Berlin\"".to_owned(),
                |near| format!("write \"{near}\""),
            ),
        );
    }
    let only_to = |entry: &String| match entry.strip_prefix('@') {
        Some(domain) => is_domain(domain),
        None => is_address(entry),
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

fn serve(config: &Config, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let base_url = config.unsubscribe.base_url.as_deref();
    if base_url.is_some_and(|url| !url.starts_with("https://")) {
        return refuse(
            at,
            &["unsubscribe", "base_url"],
            "must start with https://",
            "RFC 8058 wants one-click opt-out over https",
        );
    }
    if base_url.is_some_and(|url| !is_link_base(url)) {
        return refuse(
            at,
            &["unsubscribe", "base_url"],
            "must be a plain address that a token can be added to, of at most 200 ASCII characters",
            "write it like \"https://press.example.com/u\", without a question mark",
        );
    }
    let notice = config.privacy.notice_url.as_deref();
    let is_plain = |url: &str| {
        url.starts_with("https://")
            && url.len() <= 200
            && url.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if notice.is_some_and(|url| !is_plain(url)) {
        return refuse(
            at,
            &["privacy", "notice_url"],
            "must be an https:// address of at most 200 ASCII characters",
            "write it like \"https://www.example.com/press/privacy\"",
        );
    }
    let files_url = config.newsroom.files_url.as_deref();
    if files_url.is_some_and(|url| !url.starts_with("https://") || !is_link_base(url)) {
        return refuse(
            at,
            &["newsroom", "files_url"],
            "must be a plain https address that a file's name can be added to, of at most 200 ASCII characters",
            "write it like \"https://press.example.com/files\", without a question mark",
        );
    }
    if files_url.is_none() && config.smtp.attachment_limit.is_some() {
        return refuse(
            at,
            &["smtp", "attachment_limit"],
            "needs an address that the links to larger files can point at",
            "set [newsroom] files_url to the public address of `dateline serve`, or remove the line",
        );
    }
    if !(1..=100_000).contains(&config.serve.requests_per_minute) {
        return refuse(
            at,
            &["serve", "requests_per_minute"],
            "must be from 1 to 100000",
            "remove the line: 120 for each address suits people and mail programs",
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
