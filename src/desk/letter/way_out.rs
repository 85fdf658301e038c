//! The way out of a run: connections with a login that is kept fresh, however long the run stays up.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::config::keys::smtp::Auth as LoginKind;
use crate::config::problem::ConfigProblem;
use crate::config::secret::{Source, Token, secret, token};
use crate::domain::instant::Instant;
use crate::mail::connection::Connection;
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::{Auth, SmtpRoute, Transport};

/// A token is fetched again so long before its end: a login must not race it.
const MARGIN: Duration = Duration::from_mins(1);

/// What is open to a run: a server with its login, the catcher, or a folder.
#[derive(Debug)]
pub struct WayOut {
    transport: Transport,
    login: Option<Login>,
}

/// Where the password or token comes from, and the one in use.
#[derive(Debug)]
struct Login {
    kind: LoginKind,
    source: Source,
    clock: Clock,
    held: Mutex<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    secret: SecretString,
    ends_at: Option<Instant>,
    /// Grows with each that was fetched: tells a worker that another has been quicker.
    number: u64,
}

impl WayOut {
    pub(crate) fn without_login(transport: Transport) -> Self {
        Self {
            transport,
            login: None,
        }
    }

    /// A server's, with the secret that its login holds now and where to get another.
    pub(crate) fn new(
        route: SmtpRoute,
        kind: LoginKind,
        source: Option<Source>,
        ends_at: Option<Instant>,
        clock: Clock,
    ) -> Self {
        let secret = match &route.auth {
            Auth::None => None,
            Auth::Password { password, .. } => Some(password.clone()),
            Auth::OAuth2 { token, .. } => Some(token.clone()),
        };
        let login = source.zip(secret).map(|(source, secret)| Login {
            kind,
            source,
            clock,
            held: Mutex::new(Held {
                secret,
                ends_at,
                number: 0,
            }),
        });
        Self {
            transport: Transport::Smtp(route),
            login,
        }
    }

    /// Where mail is written instead of sent.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.transport {
            Transport::Files(folder) => Some(folder),
            Transport::Smtp(_) => None,
        }
    }

    /// The server with the login of now.
    pub(crate) async fn route(&self) -> Option<SmtpRoute> {
        match (&self.transport, &self.login) {
            (Transport::Files(_), _) => None,
            (Transport::Smtp(route), None) => Some(route.clone()),
            (Transport::Smtp(route), Some(login)) => {
                Some(with(route, &login.held.lock().await.secret))
            }
        }
    }

    /// Connects and logs in. A token that ends soon is fetched again before; one that is refused, once
    /// after, and likewise a password that somebody has changed. Never more than two logins.
    pub async fn open(&self) -> Result<Connection, RouteProblem> {
        let (Transport::Smtp(route), Some(login)) = (&self.transport, &self.login) else {
            return self.transport.open().await;
        };
        let name = format!("{}:{}", route.host, route.port);
        let setting =
            |why: ConfigProblem| RouteProblem::new(&name, Trouble::Setting(why.to_string()));
        let tried = login.current().await.map_err(setting)?;
        let refused = match log_in(route, &tried).await {
            Err(problem) if problem.is_refused_login() => problem,
            done => return done,
        };
        match login.other_than(&tried).await.map_err(setting)? {
            Some(other) => log_in(route, &other).await,
            None => Err(refused),
        }
    }
}

async fn log_in(route: &SmtpRoute, held: &Held) -> Result<Connection, RouteProblem> {
    Transport::Smtp(with(route, &held.secret)).open().await
}

fn with(route: &SmtpRoute, secret: &SecretString) -> SmtpRoute {
    let mut route = route.clone();
    match &mut route.auth {
        Auth::None => {}
        Auth::Password { password, .. } => password.clone_from(secret),
        Auth::OAuth2 { token, .. } => token.clone_from(secret),
    }
    route
}

impl Login {
    /// What to log in with now.
    async fn current(&self) -> Result<Held, ConfigProblem> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if held.ends_at.is_some_and(|end| now.plus(MARGIN) >= end) {
            match self.fetch().await {
                Ok(fetched) => held.replace(fetched),
                // The program may be back before it really ends.
                Err(_) if held.ends_at.is_some_and(|end| now < end) => {}
                Err(why) => return Err(why),
            }
        }
        Ok(held.clone())
    }

    /// Another secret than the one that was refused: a worker's that was quicker, or a new one. None:
    /// there is no other.
    async fn other_than(&self, refused: &Held) -> Result<Option<Held>, ConfigProblem> {
        let mut held = self.held.lock().await;
        if held.number == refused.number {
            let fetched = self.fetch().await?;
            held.replace(fetched);
        }
        let is_other = held.secret.expose_secret() != refused.secret.expose_secret();
        Ok(is_other.then(|| held.clone()))
    }

    async fn fetch(&self) -> Result<(SecretString, Option<Instant>), ConfigProblem> {
        fetch(self.kind, &self.source, &self.clock).await
    }
}

impl Held {
    fn replace(&mut self, (secret, ends_at): (SecretString, Option<Instant>)) {
        *self = Self {
            secret,
            ends_at,
            number: self.number + 1,
        };
    }
}

/// The secret of now, and its end where that is known. Counted from the asking: never too late.
pub(crate) async fn fetch(
    kind: LoginKind,
    source: &Source,
    clock: &Clock,
) -> Result<(SecretString, Option<Instant>), ConfigProblem> {
    let asked_at = clock.now();
    match kind {
        LoginKind::Password => Ok((secret(source).await?, None)),
        LoginKind::Oauth2 => {
            let Token { text, lasts } = token(source).await?;
            Ok((text, lasts.map(|lasts| asked_at.plus(lasts))))
        }
    }
}
