//! How mail leaves the house: `[smtp]`.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use crate::config::period;
use crate::config::secret::Source;
use crate::config::size::Size;

/// The mail provider, and how careful we are with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smtp {
    pub transport: Transport,
    /// Where `transport = "files"` writes its `.eml` files.
    pub folder: PathBuf,
    pub host: Option<String>,
    /// Without it: what belongs to `security`, see [`Smtp::port`].
    pub port: Option<u16>,
    pub preset: Option<Preset>,
    pub security: Security,
    pub username: Option<String>,
    pub auth: Auth,
    pub token_command: Vec<String>,
    pub ca_file: Option<PathBuf>,
    #[serde(serialize_with = "hidden")]
    pub password: Option<SecretString>,
    pub password_file: Option<PathBuf>,
    pub password_command: Vec<String>,
    /// 1 to 64.
    pub connections: u16,
    /// Rows begun and not yet recorded: what a crash can leave unknown. Without it: `connections`.
    pub at_risk: Option<u16>,
    pub timeouts: Timeouts,
    /// Envelope sender; `{token}` in it makes bounces exact. Without it: the address of `from`.
    pub bounce_address: Option<String>,
    /// A larger attachment is sent as a link. Without it: [`Smtp::LINKED_FROM`] where there is an
    /// address for links, else no limit but the message's.
    pub attachment_limit: Option<Size>,
    /// Safety belt while testing: every other address or `@domain` is refused. Empty: no belt.
    pub only_to: Vec<String>,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            transport: Transport::default(),
            folder: PathBuf::from("outbox"),
            host: None,
            port: None,
            preset: None,
            security: Security::default(),
            username: None,
            auth: Auth::default(),
            token_command: Vec::new(),
            ca_file: None,
            password: None,
            password_file: None,
            password_command: Vec::new(),
            connections: 2,
            at_risk: None,
            timeouts: Timeouts::default(),
            bounce_address: None,
            attachment_limit: None,
            only_to: Vec::new(),
        }
    }
}

impl Smtp {
    /// Larger files bother newsrooms more than they help.
    pub const LINKED_FROM: Size = Size::of(5_000_000);

    /// The port in force.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        })
    }

    /// How many bodies may be begun and not yet recorded.
    pub fn at_risk(&self) -> u16 {
        self.at_risk.unwrap_or(self.connections)
    }

    /// Where the password or the access token comes from; `None` when no login is set up.
    pub fn secret(&self) -> Option<Source> {
        if self.auth == Auth::Oauth2 {
            return Source::command("[smtp] token_command", &self.token_command);
        }
        if let Some(password) = &self.password {
            return Some(Source::Inline(password.clone()));
        }
        if let Some(path) = &self.password_file {
            return Some(Source::File("[smtp] password_file", path.clone()));
        }
        Source::command("[smtp] password_command", &self.password_command)
    }
}

/// Where mail goes. The default sends nothing: nobody mails 1,700 journalists by accident.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Smtp,
    /// Writes `.eml` files.
    #[default]
    Files,
    /// The local catcher.
    Sink,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// STARTTLS, required; never falls back.
    Starttls,
    /// Nothing; only to this machine.
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    Password,
    Oauth2,
}

/// Whose limits to keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    M365,
    Workspace,
    Ses,
    /// A relay of our own: no limits but the ones written down.
    Relay,
}

/// How long each part of a conversation may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    #[serde(with = "period")]
    pub connect: Duration,
    #[serde(with = "period")]
    pub command: Duration,
    #[serde(with = "period")]
    pub data: Duration,
    /// After the final dot; RFC 5321 4.5.3.2.6 wants ten minutes.
    #[serde(rename = "final", with = "period")]
    pub after_dot: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(1),
            data: Duration::from_mins(2),
            after_dot: Duration::from_mins(10),
        }
    }
}

#[expect(clippy::ref_option, reason = "serde hands the field over like this")]
fn hidden<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(_) => serializer.serialize_some("(not shown)"),
        None => serializer.serialize_none(),
    }
}
