//! `[mailbox]`: server, protection and login must fit together.

use std::net::IpAddr;

use crate::config::keys::mailbox::Mailbox;
use crate::config::keys::smtp::{Auth, Security};
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;
use crate::config::validate::refuse;
use crate::config::validate::smtp::is_loopback;
use crate::config::validate::syntax::is_domain;

pub(in crate::config::validate) fn mailbox(
    mailbox: &Mailbox,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    server(mailbox, at)?;
    let is_folder = |name: &str| !name.trim().is_empty() && !name.contains(char::is_control);
    if !is_folder(&mailbox.folder) {
        return refuse(
            at,
            &["mailbox", "folder"],
            "must be the name of a folder",
            "write \"INBOX\", or the folder that your server sorts bounces into",
        );
    }
    if let Some(done) = &mailbox.done_folder
        && (!is_folder(done) || *done == mailbox.folder)
    {
        return refuse(
            at,
            &["mailbox", "done_folder"],
            "must be another folder than `folder`",
            "write a name such as \"Dateline\"; without the key messages stay and are flagged",
        );
    }
    login(mailbox, at)
}

fn server(mailbox: &Mailbox, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let host = mailbox.host.as_deref();
    if host.is_some_and(|host| host.parse::<IpAddr>().is_err() && !is_domain(host)) {
        return refuse(
            at,
            &["mailbox", "host"],
            "must be a name or an IP address alone",
            "write it without imap:// and without a port",
        );
    }
    match (mailbox.security, mailbox.port) {
        (_, Some(0)) => refuse(
            at,
            &["mailbox", "port"],
            "must be from 1 to 65535",
            "993 for tls, 143 for starttls",
        ),
        (Security::Tls, Some(143)) => refuse(
            at,
            &["mailbox", "port"],
            "does not go with security = \"tls\": a server speaks STARTTLS there",
            "write port = 993, or security = \"starttls\"",
        ),
        (Security::Starttls, Some(993)) => refuse(
            at,
            &["mailbox", "port"],
            "does not go with security = \"starttls\": a server speaks TLS from the first byte there",
            "write port = 143, or security = \"tls\"",
        ),
        (Security::None, _) if !host.is_none_or(is_loopback) => refuse(
            at,
            &["mailbox", "security"],
            "may be \"none\" only to this machine: anybody on the way could read the mail",
            "write \"tls\" or \"starttls\"",
        ),
        _ => Ok(()),
    }
}

fn login(mailbox: &Mailbox, at: &Located<'_>) -> Result<(), ConfigProblem> {
    let has_file = mailbox.password_file.is_some();
    let has_command = !mailbox.password_command.is_empty();
    if has_file && has_command {
        return refuse(
            at,
            &["mailbox", "password_command"],
            "gives the password a second time",
            "keep one of password_file and password_command",
        );
    }
    match mailbox.auth {
        Auth::Oauth2 if has_file || has_command => {
            let key = if has_file {
                "password_file"
            } else {
                "password_command"
            };
            refuse(
                at,
                &["mailbox", key],
                "is not used with auth = \"oauth2\"",
                "remove the line, or write auth = \"password\"",
            )
        }
        Auth::Oauth2 if mailbox.token_command.is_empty() => refuse(
            at,
            &["mailbox", "token_command"],
            "is missing, and auth is \"oauth2\"",
            "name a program that prints an access token",
        ),
        _ if mailbox.host.is_some() && mailbox.username.is_none() => refuse(
            at,
            &["mailbox", "username"],
            "is missing, and there is a server to log in to",
            "write the account's name, often its address",
        ),
        Auth::Password if mailbox.host.is_some() && !has_file && !has_command => refuse(
            at,
            &["mailbox", "username"],
            "has no password",
            "add password_file or password_command",
        ),
        _ => Ok(()),
    }
}
