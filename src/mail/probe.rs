//! Looks at a mail server as far as a login goes, and says what was found; no mail is begun.

use tokio::time::timeout;

use crate::mail::auth;
use crate::mail::envelope::Offers;
use crate::mail::route_problem::RouteProblem;
use crate::mail::transport::{Auth, SmtpRoute};
use crate::mail::wire::talk::Talk;

pub use crate::mail::wire::Secured;

/// What a server showed of itself.
#[derive(Clone, Debug)]
pub struct Seen {
    /// None: the connection is not encrypted.
    pub protection: Option<Secured>,
    pub offers: Offered,
    /// None: no login is set up.
    pub login: Option<Result<(), RouteProblem>>,
}

/// What the server offers (EHLO).
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a keyword a server sends or does not"
)]
pub struct Offered {
    pub pipelining: bool,
    pub eight_bit_mime: bool,
    pub smtputf8: bool,
    pub has_size: bool,
    /// In bytes, where it was named.
    pub limit: Option<u64>,
    pub auth: Vec<String>,
}

impl Offered {
    fn of(offers: &Offers) -> Self {
        Self {
            pipelining: offers.pipelining,
            eight_bit_mime: offers.eight_bit_mime,
            smtputf8: offers.smtputf8,
            has_size: offers.size.is_some(),
            limit: offers.limit(),
            auth: offers.auth.clone(),
        }
    }
}

/// Connects, encrypts, greets and logs in, then says goodbye.
///
/// # Errors
/// The server was not reached, is not trusted, or does not greet. A refused login is no error: what
/// was seen before it is worth telling.
pub async fn probe(route: &SmtpRoute) -> Result<Seen, RouteProblem> {
    let name = format!("{}:{}", route.host, route.port);
    let (mut talk, offers) = Talk::open(route)
        .await
        .map_err(|trouble| RouteProblem::new(&name, trouble))?;
    let login = match &route.auth {
        Auth::None => None,
        auth => {
            let done = auth::log_in(&mut talk, &offers, auth).await;
            Some(done.map_err(|trouble| RouteProblem::new(&name, trouble)))
        }
    };
    let seen = Seen {
        protection: talk.protection(),
        offers: Offered::of(&offers),
        login,
    };
    // Whatever the server answers, the connection is closed.
    let goodbye = std::time::Duration::from_secs(1);
    let _ = timeout(goodbye, talk.ask("QUIT\r\n")).await;
    Ok(seen)
}
