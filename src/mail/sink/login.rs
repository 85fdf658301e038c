//! The server's side of AUTH PLAIN, LOGIN and XOAUTH2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the server says next.
pub(crate) enum Next {
    /// A challenge, already in base64.
    Ask(&'static str),
    Done {
        user: String,
        secret: String,
    },
    Bad,
}

#[derive(Default)]
pub(crate) struct Login {
    mechanism: String,
    user: Option<String>,
}

impl Login {
    pub(crate) fn is_by_token(&self) -> bool {
        self.mechanism == "XOAUTH2"
    }

    /// `argument` is what follows AUTH.
    pub(crate) fn begin(&mut self, argument: &str) -> Next {
        let (mechanism, words) = argument.split_once(' ').unwrap_or((argument, ""));
        self.mechanism = mechanism.to_ascii_uppercase();
        if !words.is_empty() {
            return self.go_on(words);
        }
        match self.mechanism.as_str() {
            // "Username:"
            "LOGIN" => Next::Ask("VXNlcm5hbWU6"),
            "PLAIN" | "XOAUTH2" => Next::Ask(""),
            _ => Next::Bad,
        }
    }

    pub(crate) fn go_on(&mut self, line: &str) -> Next {
        let Some(words) = STANDARD
            .decode(line)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
        else {
            return Next::Bad;
        };
        match (self.mechanism.as_str(), self.user.take()) {
            ("LOGIN", None) => {
                self.user = Some(words);
                // "Password:"
                Next::Ask("UGFzc3dvcmQ6")
            }
            ("LOGIN", Some(user)) => Next::Done {
                user,
                secret: words,
            },
            ("PLAIN", _) => {
                let mut parts = words.splitn(3, '\0').skip(1);
                match (parts.next(), parts.next()) {
                    (Some(user), Some(secret)) => Next::Done {
                        user: user.to_owned(),
                        secret: secret.to_owned(),
                    },
                    _ => Next::Bad,
                }
            }
            ("XOAUTH2", _) => {
                let field = |name: &str| {
                    words
                        .split('\x01')
                        .find_map(|part| part.strip_prefix(name).map(str::to_owned))
                };
                match (field("user="), field("auth=Bearer ")) {
                    (Some(user), Some(secret)) => Next::Done { user, secret },
                    _ => Next::Bad,
                }
            }
            _ => Next::Bad,
        }
    }
}
