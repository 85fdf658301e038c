//! Trouble on the way to the server: noted, told once, and once more when it is over.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::desk::Desk;
use crate::desk::letter::way_out::WayOut;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::mail::transport::Auth;
use crate::store::notice;

/// How long a refused login rests: servers lock who insists.
const LOGIN_PAUSE: Duration = Duration::from_mins(15);

/// How long a run that stays up leaves a server in trouble alone: as long as cron would.
const ROUTE_PAUSE: Duration = Duration::from_mins(1);

/// The key of what is wrong with the way and not with the login.
const ROUTE: &str = "route";

/// Trouble on the way to the server, or with the database.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub message: String,
    /// Stable word for scripts: `route`, or a database's `disk-full`.
    pub code: &'static str,
    pub is_login: bool,
    /// Worth saying now: it has lasted, and nobody was told.
    pub tell: bool,
}

impl Trouble {
    pub(crate) fn of_route(message: String, is_login: bool) -> Self {
        Self {
            message,
            code: ROUTE,
            is_login,
            tell: false,
        }
    }

    pub(crate) fn still_refused() -> Self {
        let message = "the mail server refused this login; it is tried again a quarter of an hour after the last try, or at once with another password";
        Self::of_route(message.to_owned(), true)
    }

    /// How long the server is left alone now.
    pub(crate) const fn pause(&self) -> Duration {
        if self.is_login {
            LOGIN_PAUSE
        } else {
            ROUTE_PAUSE
        }
    }
}

/// A trouble that is over, and that somebody was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Route,
    Database,
}

impl Over {
    /// Stable word for scripts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Route => ROUTE,
            Self::Database => "database",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Route => "the trouble with the mail server is over: mail goes out again",
            Self::Database => "the trouble with the database is over: it can be written again",
        }
    }
}

/// Notes a trouble and says whether it is to be told now: a refused login at once, anything else when
/// it has lasted (`[run] alert_after`); either once.
pub(crate) async fn note(
    desk: &Desk,
    way_out: &WayOut,
    trouble: &mut Trouble,
) -> Result<(), Problem> {
    let connection = desk.store.db();
    let now = desk.now();
    if !trouble.is_login {
        let noted = notice::raise(connection, ROUTE, now).await?;
        let lasted = Instant::from_millis(noted.since).until(now) >= desk.config.run.alert_after;
        trouble.tell = noted.told_at.is_none() && lasted;
        if trouble.tell {
            notice::told(connection, ROUTE, now).await?;
        }
        return Ok(());
    }
    let keys = keys(desk, way_out).await;
    let noted = notice::raise(connection, &keys.account, now).await?;
    trouble.tell = noted.told_at.is_none();
    for key in [&keys.account, &keys.login] {
        notice::raise(connection, key, now).await?;
        // When it was tried last: from then on it rests.
        notice::told(connection, key, now).await?;
    }
    Ok(())
}

/// Mail gets through again. Gives what is over, if somebody had been told of it.
pub(crate) async fn end(desk: &Desk) -> Result<Option<Over>, Problem> {
    let were_told = notice::end_of_the_way(desk.store.db()).await?;
    Ok(were_told.then_some(Over::Route))
}

/// Until when a login that was refused is not tried again, where that is still to come.
pub(crate) async fn refused_until(
    desk: &Desk,
    way_out: &WayOut,
) -> Result<Option<Instant>, Problem> {
    let key = keys(desk, way_out).await.login;
    let Some(noted) = notice::find(desk.store.db(), &key).await? else {
        return Ok(None);
    };
    let tried = Instant::from_millis(noted.told_at.unwrap_or(noted.since));
    let until = tried.plus(LOGIN_PAUSE);
    Ok((desk.now() < until).then_some(until))
}

/// A login by what it is made of.
struct Keys {
    /// Who is told once: an access token is another one every hour, a password is not.
    account: String,
    /// What rests: another password, token or user is another login, tried at once.
    login: String,
}

async fn keys(desk: &Desk, way_out: &WayOut) -> Keys {
    let route = way_out.route().await;
    let (account, login) = route.map_or_else(Default::default, |route| {
        let server = format!("{}:{}", route.host, route.port);
        match &route.auth {
            Auth::None => (server.clone(), server),
            Auth::Password { username, password } => {
                let all = format!("{server} {username} {}", password.expose_secret());
                (all.clone(), all)
            }
            Auth::OAuth2 { username, token } => {
                let account = format!("{server} {username}");
                let all = format!("{account} {}", token.expose_secret());
                (account, all)
            }
        }
    });
    let key = |facts: &str| format!("login-{}", desk.key.token_tail("login", facts));
    Keys {
        account: key(&account),
        login: key(&login),
    }
}
