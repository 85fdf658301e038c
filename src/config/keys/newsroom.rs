//! Who we are and where our things are kept: `[newsroom]`, `[desk]`, `[database]`.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::color::Color;

/// Whose press office this is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newsroom {
    pub name: String,
    /// `Name <address>` or an address: the From of every mail.
    pub from: String,
    #[serde(default)]
    pub reply_to: Option<String>,
    /// IANA name; used for a time given without a zone. Without it such a time is refused.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Under an embargo a test mail reaches only these domains.
    #[serde(default)]
    pub team_domains: Vec<String>,
    /// Who else may be chosen as the From of a distribution.
    #[serde(default)]
    pub senders: Vec<String>,
    /// Folder with own versions of the built-in templates.
    #[serde(default)]
    pub templates: Option<PathBuf>,
    /// Image at the top of the HTML part.
    #[serde(default)]
    pub logo: Option<PathBuf>,
    /// Bar at the top of the HTML part, and its links.
    #[serde(default, alias = "colour")]
    pub color: Option<Color>,
    /// Public https address of the files that mails link to; `dateline serve` has them.
    #[serde(default)]
    pub files_url: Option<String>,
    /// BCP 47 tag of the language that releases are written in.
    #[serde(default = "english")]
    pub language: String,
    /// Postal address for the footer, which the law wants; without it nothing can be scheduled.
    #[serde(default)]
    pub address: Option<String>,
}

impl Newsroom {
    /// With nothing but what has no default.
    pub(in crate::config) fn new(name: &str, from: &str) -> Self {
        Self {
            name: name.to_owned(),
            from: from.to_owned(),
            reply_to: None,
            time_zone: None,
            team_domains: Vec::new(),
            senders: Vec::new(),
            templates: None,
            logo: None,
            color: None,
            files_url: None,
            language: english(),
            address: None,
        }
    }
}

fn english() -> String {
    "en".to_owned()
}

/// What belongs to the desk itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Desk {
    /// HMAC key of the suppression list; part of every backup.
    pub key_file: PathBuf,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            key_file: PathBuf::from("dateline.key"),
        }
    }
}

/// Where the newsroom's memory is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    pub url: DatabaseUrl,
    /// PostgreSQL only.
    pub password_file: Option<PathBuf>,
}

impl Database {
    /// The database's place; `load` has made an SQLite path relative to the file.
    pub fn place(&self) -> Place {
        match self.url.sqlite_path() {
            Some(path) => Place::Sqlite(path.to_path_buf()),
            None => Place::Postgres(SecretString::from(self.url.0.clone())),
        }
    }
}

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A URL, which may hold a password.
    Postgres(SecretString),
}

/// `sqlite:PATH`, `sqlite://PATH` or `postgres://…`; shown without its password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub(in crate::config) fn sqlite(path: &Path) -> Self {
        Self(format!("sqlite://{}", path.display()))
    }

    /// The path as it is written: no percent-encoding, no options.
    pub(in crate::config) fn sqlite_path(&self) -> Option<&Path> {
        let rest = self.0.strip_prefix("sqlite:")?;
        Some(Path::new(rest.strip_prefix("//").unwrap_or(rest)))
    }

    pub(in crate::config) fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres://") || self.0.starts_with("postgresql://")
    }

    /// Start and end of the password inside the URL, if there is one.
    fn password(&self) -> Option<(usize, usize)> {
        let start = self.0.find("://")? + 3;
        let authority_end = self.0[start..]
            .find(['/', '?'])
            .map_or(self.0.len(), |at| start + at);
        let at = start + self.0[start..authority_end].rfind('@')?;
        let colon = start + self.0[start..at].find(':')?;
        Some((colon + 1, at))
    }

    pub(in crate::config) fn has_password(&self) -> bool {
        self.is_postgres() && (self.password().is_some() || self.0.contains("password="))
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite://dateline.db".to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .0
            .split_once("password=")
            .map_or(self.0.as_str(), |(before, _)| before);
        match self.password() {
            Some((from, to)) if self.is_postgres() && to <= shown.len() => {
                write!(f, "{}…{}", &shown[..from], &shown[to..])
            }
            _ => f.write_str(shown),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://a:hunter2@db/x", "postgres://a:…@db/x"),
            ("postgres://a:hun@ter2@db/x", "postgres://a:…@db/x"),
            ("postgres://a@db/x", "postgres://a@db/x"),
            (
                "postgres://db/x?user=a&password=hunter2",
                "postgres://db/x?user=a&",
            ),
            ("sqlite://a:b@c.db", "sqlite://a:b@c.db"),
        ] {
            let url = DatabaseUrl(url.to_owned());
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("hunter2"));
        }
    }

    #[test]
    fn an_sqlite_path_is_taken_as_it_is_written() {
        for (url, path) in [
            ("sqlite://dateline.db", "dateline.db"),
            ("sqlite:dateline.db", "dateline.db"),
            ("sqlite:///var/lib/a b%20.db", "/var/lib/a b%20.db"),
        ] {
            let url = DatabaseUrl(url.to_owned());
            assert_eq!(url.sqlite_path(), Some(Path::new(path)));
        }
    }
}
