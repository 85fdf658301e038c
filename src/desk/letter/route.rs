//! The way out of the house that `[smtp]` describes: the same for `run` and for a test mail.

use crate::clock::Clock;
use crate::config::Config;
use crate::config::keys::smtp::{
    Auth as LoginKind, Preset, Security as Wrapping, Smtp, Transport as Chosen,
};
use crate::desk::Desk;
use crate::desk::letter::way_out::{self, WayOut};
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::instant::Instant;
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::{Auth, Security, SmtpRoute, Timeouts, Transport};

/// Where `dateline sink` listens.
const SINK_HOST: &str = "127.0.0.1";
const SINK_PORT: u16 = 1025;

/// Then a new connection is opened: before the server does it, in the middle of something.
const MESSAGES_PER_CONNECTION: u32 = 100;

/// The transport in force, with its password or token fetched. Nothing is connected yet.
///
/// Refuses (78) settings that cannot be used: no host, a secret or certificate that cannot be read.
pub async fn way_out(desk: &Desk) -> Result<WayOut, Problem> {
    // Before anything is claimed: a key that cannot be read is no recipient's fault.
    if let Err(error) = &desk.signing {
        return Err(error.clone().into());
    }
    let smtp = &desk.config.smtp;
    match smtp.transport {
        Chosen::Files => Ok(WayOut::without_login(Transport::Files(smtp.folder.clone()))),
        Chosen::Sink => Ok(WayOut::without_login(Transport::Smtp(sink(desk, smtp)))),
        Chosen::Smtp => {
            let (route, ends_at) = with_end(&desk.host, smtp, &desk.clock).await?;
            let source = smtp.secret();
            let clock = desk.clock.clone();
            Ok(WayOut::new(route, smtp.auth, source, ends_at, clock))
        }
    }
}

/// The server that `[smtp]` describes, whatever transport is in force; `own_name` is this machine's name.
///
/// Refuses (78) settings that cannot be used.
pub(crate) async fn server(own_name: &str, smtp: &Smtp) -> Result<SmtpRoute, Problem> {
    Ok(with_end(own_name, smtp, &Clock::System).await?.0)
}

/// The server, and when its login's token ends, where that is known.
async fn with_end(
    own_name: &str,
    smtp: &Smtp,
    clock: &Clock,
) -> Result<(SmtpRoute, Option<Instant>), Problem> {
    let Some(host) = smtp.host.clone() else {
        return Err(Problem::new(
            Exit::Config,
            "no-smtp-host",
            "[smtp] names no host to send through",
        )
        .hint("set [smtp] host in config.toml, as your mail provider says"));
    };
    let ca_pem = match &smtp.ca_file {
        None => None,
        Some(path) => Some(tokio::fs::read(path).await.map_err(|error| {
            Problem::new(
                Exit::Config,
                "ca-unreadable",
                format!("[smtp] ca_file {} cannot be read: {error}", path.display()),
            )
            .hint("check the path, and that this user may read it")
        })?),
    };
    let (auth, ends_at) = login(smtp, clock).await?;
    let route = SmtpRoute {
        host,
        port: smtp.port(),
        security: match smtp.security {
            Wrapping::Tls => Security::Tls,
            Wrapping::Starttls => Security::StartTls,
            Wrapping::None => Security::None,
        },
        auth,
        ca_pem,
        hello: hello(own_name),
        timeouts: timeouts(smtp),
        messages_per_connection: match smtp.preset {
            // A relay of our own does not count; providers hang up on who stays too long.
            Some(Preset::Relay) => 0,
            _ => MESSAGES_PER_CONNECTION,
        },
    };
    Ok((route, ends_at))
}

async fn login(smtp: &Smtp, clock: &Clock) -> Result<(Auth, Option<Instant>), Problem> {
    let (Some(username), Some(source)) = (smtp.username.clone(), smtp.secret()) else {
        return Ok((Auth::None, None));
    };
    let (secret, ends_at) = way_out::fetch(smtp.auth, &source, clock).await?;
    let auth = match smtp.auth {
        LoginKind::Password => Auth::Password {
            username,
            password: secret,
        },
        LoginKind::Oauth2 => Auth::OAuth2 {
            username,
            token: secret,
        },
    };
    Ok((auth, ends_at))
}

/// The local catcher. It never leaves this machine, whatever server the settings name for later.
fn sink(desk: &Desk, smtp: &Smtp) -> SmtpRoute {
    let here = smtp.host.as_deref().filter(|host| is_here(host));
    SmtpRoute {
        host: here.unwrap_or(SINK_HOST).to_owned(),
        port: here.and(smtp.port).unwrap_or(SINK_PORT),
        security: Security::None,
        auth: Auth::None,
        ca_pem: None,
        hello: hello(&desk.host),
        timeouts: timeouts(smtp),
        messages_per_connection: 0,
    }
}

fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn timeouts(smtp: &Smtp) -> Timeouts {
    Timeouts {
        connect: smtp.timeouts.connect,
        command: smtp.timeouts.command,
        data: smtp.timeouts.data,
        last: smtp.timeouts.after_dot,
    }
}

/// The name for EHLO: the host's full name; a host without one says an address literal, as
/// RFC 5321, section 4.1.4 wants, because servers refuse a bare word.
fn hello(host: &str) -> String {
    let is_name = host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if is_name {
        host.to_owned()
    } else {
        "[127.0.0.1]".to_owned()
    }
}

/// Trouble with the way out, as a refusal: exit 12 for a refused login, 78 for a setting, else 75.
impl From<RouteProblem> for Problem {
    fn from(trouble: RouteProblem) -> Self {
        let (exit, code, hint) = if trouble.is_login() {
            (
                Exit::Login,
                "login-refused",
                "check [smtp] username and password with your provider",
            )
        } else if matches!(trouble.trouble, Trouble::Setting(_) | Trouble::Unencrypted) {
            (Exit::Config, "route", "mend [smtp] in config.toml")
        } else {
            (
                Exit::Temporary,
                "route",
                "see that the mail server runs and that [smtp] is right, then try again",
            )
        };
        Self::new(exit, code, trouble.to_string()).hint(hint)
    }
}

/// The safety belt `[smtp] only_to`: with it, mail goes to these addresses and `@domains` only.
pub fn lets_through(config: &Config, to: &str) -> bool {
    let only_to = &config.smtp.only_to;
    // Without a belt nothing is read: this is asked before every mail.
    only_to.is_empty()
        || address::parse(to).is_ok_and(|to| {
            only_to.iter().any(|entry| match entry.strip_prefix('@') {
                Some(domain) => domain.eq_ignore_ascii_case(to.domain()),
                None => address::parse(entry).is_ok_and(|allowed| allowed.key() == to.key()),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::{hello, is_here, lets_through};
    use crate::config::Config;

    #[test]
    fn only_a_full_name_is_said_in_ehlo() {
        assert_eq!(hello("press.example.com"), "press.example.com");
        for bare in ["press", "", "a b.example", "x..y", "häfen.example"] {
            assert_eq!(hello(bare), "[127.0.0.1]", "{bare}");
        }
    }

    #[test]
    fn the_catcher_is_on_this_machine() {
        for here in ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
            assert!(is_here(here), "{here}");
        }
        for away in ["smtp.example.net", "192.0.2.1", "localhost.example"] {
            assert!(!is_here(away), "{away}");
        }
    }

    #[test]
    fn the_belt_knows_addresses_and_domains() {
        let mut config = Config::new("Example", "press@example.com");
        assert!(lets_through(&config, "anybody@example.net"));
        config.smtp.only_to = vec!["@example.com".to_owned(), "Bo@example.org".to_owned()];
        assert!(
            lets_through(&config, "ana@example.com") && lets_through(&config, "bo@EXAMPLE.org")
        );
        assert!(
            !lets_through(&config, "cy@example.org")
                && !lets_through(&config, "ana@sub.example.com")
        );
    }
}
