//! Where bounces, opt-outs and replies arrive: `[mailbox]`, read by `bounce ingest --imap`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::keys::smtp::{Auth, Security};
use crate::config::secret::Source;

/// One folder of one mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mailbox {
    pub host: Option<String>,
    /// Without it: what belongs to `security`, see [`Mailbox::port`].
    pub port: Option<u16>,
    pub security: Security,
    pub username: Option<String>,
    pub auth: Auth,
    pub password_file: Option<PathBuf>,
    pub password_command: Vec<String>,
    pub token_command: Vec<String>,
    pub ca_file: Option<PathBuf>,
    pub folder: String,
    /// Where messages go that were understood. Without it they stay and are flagged.
    pub done_folder: Option<String>,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            security: Security::default(),
            username: None,
            auth: Auth::default(),
            password_file: None,
            password_command: Vec::new(),
            token_command: Vec::new(),
            ca_file: None,
            folder: "INBOX".to_owned(),
            done_folder: None,
        }
    }
}

impl Mailbox {
    /// The port in force.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 993,
            Security::Starttls | Security::None => 143,
        })
    }

    /// Where the password or the access token comes from; `None` when no login is set up.
    pub fn secret(&self) -> Option<Source> {
        if self.auth == Auth::Oauth2 {
            return Source::command("[mailbox] token_command", &self.token_command);
        }
        if let Some(path) = &self.password_file {
            return Some(Source::File("[mailbox] password_file", path.clone()));
        }
        Source::command("[mailbox] password_command", &self.password_command)
    }
}
