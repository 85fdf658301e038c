//! The ways a message can leave the house.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::mail::connection::Connection;
use crate::mail::conversation::Conversation;
use crate::mail::folder::Folder;
use crate::mail::route_problem::RouteProblem;

/// How messages leave.
#[derive(Clone, Debug)]
pub enum Transport {
    Smtp(SmtpRoute),
    /// Writes one `.eml` file per message into this folder and sends nothing. The name comes from
    /// the Message-ID, so that a retry overwrites the same file.
    Files(PathBuf),
}

/// One way to a mail server. `Debug` shows neither password nor token.
#[derive(Clone, Debug)]
pub struct SmtpRoute {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub auth: Auth,
    /// Certificates (PEM) to trust instead of the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// The name we give in EHLO.
    pub hello: String,
    pub timeouts: Timeouts,
    /// Messages before the connection is given back; 0: no limit.
    pub messages_per_connection: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465, RFC 8314).
    Tls,
    /// TLS after STARTTLS, required (port 587).
    StartTls,
    /// Plain text: only to this machine.
    None,
}

#[derive(Clone, Debug)]
pub enum Auth {
    None,
    Password {
        username: String,
        password: SecretString,
    },
    /// An access token, sent as XOAUTH2.
    OAuth2 {
        username: String,
        token: SecretString,
    },
}

/// How long we wait; each wait has its own clock, and a connection that missed one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP and TLS together.
    pub connect: Duration,
    /// Each reply to a command, the greeting included.
    pub command: Duration,
    /// Without progress while the body is written.
    pub data: Duration,
    /// The reply to the final dot.
    pub last: Duration,
}

impl Default for Timeouts {
    /// RFC 5321, section 4.5.3.2: 5 minutes for commands, 3 for a block of the body, 10 for the
    /// reply to the dot, because giving up early there makes a message unknown.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(5),
            data: Duration::from_mins(3),
            last: Duration::from_mins(10),
        }
    }
}

impl Transport {
    /// Connects, encrypts, greets and logs in; nothing of an envelope is written.
    pub async fn open(&self) -> Result<Connection, RouteProblem> {
        match self {
            Self::Smtp(route) => Ok(Connection::smtp(Conversation::open(route).await?)),
            Self::Files(folder) => Ok(Connection::folder(Folder::open(folder).await?)),
        }
    }
}
