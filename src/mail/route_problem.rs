//! What can be wrong with the way to the mail server, as opposed to a recipient.

use std::fmt;

use crate::mail::outcome::Reply;

/// The route is in trouble: whose server, what happened, what to do. Never a secret, never a
/// recipient's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteProblem {
    /// `host:port`, or the folder.
    pub route: String,
    pub trouble: Trouble,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No TCP connection.
    Connect(String),
    /// The certificate was not accepted; says which rule it broke.
    Certificate(String),
    /// Any other failure of TLS, STARTTLS included.
    Tls(String),
    /// Refused by us: plain text to a host that is not this machine.
    Unencrypted,
    /// The server refused the login, or offers no way of logging in that we know.
    Login(Reply),
    /// The server refused the connection or the EHLO, or the login for now.
    Greeting(Reply),
    /// 421: the server closes the connection (RFC 5321, section 3.8).
    Closing(Reply),
    /// The connection had idled more than 5 s and the server has closed it meanwhile: connect
    /// again, nothing is wrong.
    Stale,
    /// The connection broke, or the server left the protocol.
    Dropped(String),
    /// The server did not answer in time; says to what.
    Timeout(&'static str),
    /// The folder for `.eml` files cannot be written.
    Folder(String),
    /// A setting cannot be used as it stands.
    Setting(String),
}

impl RouteProblem {
    pub(crate) fn new(route: &str, trouble: Trouble) -> Self {
        Self {
            route: route.to_owned(),
            trouble,
        }
    }

    pub fn is_login(&self) -> bool {
        matches!(self.trouble, Trouble::Login(_))
    }

    /// The server said no to what we logged in with; not, that it knows no way we know (504).
    pub fn is_refused_login(&self) -> bool {
        matches!(&self.trouble, Trouble::Login(reply) if reply.code != 504)
    }

    /// A setting of ours is wrong: trying again will not mend it.
    pub fn is_setting(&self) -> bool {
        matches!(self.trouble, Trouble::Setting(_))
    }

    pub fn is_certificate(&self) -> bool {
        matches!(self.trouble, Trouble::Certificate(_))
    }

    /// Only an idle connection that ended: reconnect without pausing the route.
    pub fn is_stale(&self) -> bool {
        self.trouble == Trouble::Stale
    }

    /// The server's own words, where there are any.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.trouble {
            Trouble::Login(reply) | Trouble::Greeting(reply) | Trouble::Closing(reply) => {
                Some(reply)
            }
            _ => None,
        }
    }
}

impl fmt::Display for RouteProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.route;
        match &self.trouble {
            Trouble::Connect(why) => write!(
                f,
                "{at}: no connection: {why}; check host, port and firewall"
            ),
            Trouble::Certificate(why) => write!(
                f,
                "{at}: the server's certificate is not accepted: {why}; nothing was sent, not even the login"
            ),
            // What rustls calls the letters of a plain greeting.
            Trouble::Tls(why) if why.contains("InvalidContentType") => write!(
                f,
                "{at}: no encrypted connection: the server does not begin with TLS on this port; port 465 does (security \"tls\"), 587 and 25 change to it after STARTTLS (\"starttls\")"
            ),
            Trouble::Tls(why) => write!(
                f,
                "{at}: no encrypted connection: {why}; port 465 speaks TLS at once, 587 and 25 after STARTTLS"
            ),
            Trouble::Unencrypted => write!(
                f,
                "{at}: refused to send in plain text to another machine; set security to \"tls\" or \"starttls\""
            ),
            Trouble::Login(reply) => write!(
                f,
                "{at}: the login was refused ({reply}); check user name and password"
            ),
            Trouble::Greeting(reply) => write!(
                f,
                "{at}: the server does not take mail now ({reply}); it will be tried again"
            ),
            Trouble::Closing(reply) => write!(
                f,
                "{at}: the server closed the connection ({reply}); it will be tried again"
            ),
            Trouble::Stale => write!(f, "{at}: the idle connection had ended; connect again"),
            Trouble::Dropped(why) => write!(
                f,
                "{at}: the connection broke: {why}; it will be tried again"
            ),
            Trouble::Timeout(what) => write!(
                f,
                "{at}: no answer to {what} in time; it will be tried again"
            ),
            Trouble::Folder(why) => write!(
                f,
                "{at}: the message could not be written: {why}; check folder and free space"
            ),
            Trouble::Setting(why) => write!(f, "{at}: {why}"),
        }
    }
}

impl std::error::Error for RouteProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_the_route_what_happened_and_what_to_do() {
        let problem = RouteProblem::new(
            "mail.example.com:587",
            Trouble::Login(Reply::new(535, ["5.7.8 bad credentials"])),
        );
        assert_eq!(
            problem.to_string(),
            "mail.example.com:587: the login was refused (535 5.7.8 bad credentials); check user name and password"
        );
        assert!(problem.is_login() && !problem.is_certificate() && !problem.is_stale());
    }
}
